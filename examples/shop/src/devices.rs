//! An index of the IDs of each user's sessions, so that a user can see and end them. A log-in adds a
//! row. The index holds no session data, and no request needs a row in it.

use core::net::IpAddr;
use core::time::Duration;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Form, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::Redirect;
use hardtack::SessionId;
use hardtack::time::OffsetDateTime;
use maud::Markup;
use rusqlite::{OptionalExtension, Row};
use serde::Deserialize;

use crate::database::Database;
use crate::error::Error;
use crate::log_in::Page;
use crate::notice::Notice;
use crate::pages;
use crate::shop::{ABSOLUTE_TIMEOUT, Shop};
use crate::visitor::Member;

/// The precision of the time of the last visit. It saves a write for every request.
const PRECISION: Duration = Duration::from_mins(10);

/// One session of a user.
pub struct Device {
    pub id: SessionId,
    pub began_at: OffsetDateTime,
    pub seen_at: OffsetDateTime,
    /// The time without a visit after which the session expires.
    pub idle_timeout: Duration,
    pub place: Place,
}

/// Where a request came from.
#[derive(Clone)]
pub struct Place {
    /// The start of the header `User-Agent`.
    pub agent: String,
    pub address: IpAddr,
}

impl<S: Sync> FromRequestParts<S> for Place {
    type Rejection = Error;

    /// Behind a proxy, take the address from the header that the proxy sets, and from no other.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let ConnectInfo(peer) = peer.ok_or_else(|| Error::internal("no address of the peer"))?;
        let agent = parts.headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
        let agent = String::from_utf8_lossy(agent.unwrap_or_default());
        let agent = agent.chars().filter(|letter| !letter.is_control()).take(200).collect();
        Ok(Self { agent, address: peer.ip() })
    }
}

#[derive(Clone)]
pub struct Devices {
    database: Database,
}

impl Devices {
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Adds a new session, and removes those whose absolute timeout passed long ago.
    pub async fn add(&self, user: i64, device: Device) -> Result<(), Error> {
        let add =
            "INSERT INTO sessions (id, user_id, began_at, seen_at, idle_timeout, agent, address)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let forget = "DELETE FROM sessions WHERE began_at < ?1";
        let Device { id, began_at, seen_at, idle_timeout, place } = device;
        let (began_at, seen_at) = (began_at.unix_timestamp(), seen_at.unix_timestamp());
        let oldest = began_at.saturating_sub(seconds(ABSOLUTE_TIMEOUT.saturating_mul(2)));
        self.database
            .write(move |database| {
                let Place { agent, address } = place;
                let timeout = seconds(idle_timeout);
                let address = address.to_string();
                database.execute(forget, [oldest])?;
                let row = (id.as_bytes(), user, began_at, seen_at, timeout, agent, address);
                database.execute(add, row).map(drop)
            })
            .await
    }

    /// Returns the sessions of a user that may be valid, the most recently used one first.
    pub async fn of(&self, user: i64, now: OffsetDateTime) -> Result<Vec<Device>, Error> {
        let alive = "SELECT * FROM sessions WHERE user_id = ?1 AND ended_at IS NULL
                     AND began_at + ?2 > ?4 AND seen_at + idle_timeout + ?3 > ?4
                     ORDER BY seen_at DESC, began_at DESC, id";
        let times = (seconds(ABSOLUTE_TIMEOUT), seconds(PRECISION), now.unix_timestamp());
        self.database
            .read(move |database| {
                let values = (user, times.0, times.1, times.2);
                database.prepare_cached(alive)?.query_map(values, device)?.collect()
            })
            .await
    }

    /// Records that a session was used. The response does not wait for the write, and does not fail
    /// with it.
    pub async fn note_visit(&self, id: SessionId, now: OffsetDateTime) {
        let last = "SELECT seen_at FROM sessions WHERE id = ?1";
        let note = "UPDATE sessions SET seen_at = ?2 WHERE id = ?1";
        let find = move |database: &rusqlite::Connection| {
            let find = |row: &Row<'_>| row.get::<_, i64>("seen_at");
            database.prepare_cached(last)?.query_row([id.as_bytes()], find).optional()
        };
        let Ok(Some(seen_at)) = self.database.read(find).await else { return };
        let now = now.unix_timestamp();
        if now.saturating_sub(seen_at) > seconds(PRECISION) {
            let database = self.database.clone();
            tokio::spawn(async move {
                database.write(move |database| database.execute(note, (id.as_bytes(), now))).await
            });
        }
    }

    /// Marks a session of this user as ended. Returns false if the user has no such session. A second
    /// call changes nothing.
    pub async fn end(&self, user: i64, id: SessionId, now: OffsetDateTime) -> Result<bool, Error> {
        let end =
            "UPDATE sessions SET ended_at = coalesce(ended_at, ?3) WHERE id = ?1 AND user_id = ?2";
        let now = now.unix_timestamp();
        self.database
            .write(move |database| Ok(database.execute(end, (id.as_bytes(), user, now))? == 1))
            .await
    }

    /// Returns all ended sessions, each with the Unix time at which it was ended.
    pub async fn ended(&self) -> Result<Vec<(SessionId, i64)>, Error> {
        let ended = "SELECT id, ended_at FROM sessions WHERE ended_at IS NOT NULL";
        self.database
            .read(move |database| {
                let pair = |row: &Row<'_>| Ok((id(row)?, row.get("ended_at")?));
                database.prepare(ended)?.query_map([], pair)?.collect()
            })
            .await
    }
}

impl Shop {
    /// Ends one session of a user, in the index and on the list. Returns false if the user has no such
    /// session. Runs in a separate task, because a request is dropped when its client disconnects.
    pub async fn end_session(&self, user: i64, id: SessionId) -> Result<bool, Error> {
        let shop = self.clone();
        let ending = tokio::spawn(async move {
            let found = shop.devices.end(user, id, shop.now()).await?;
            if found {
                shop.ended.add(id).await?;
            }
            Ok(found)
        });
        ending.await.map_err(Error::internal)?
    }
}

fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    let instant = |column| {
        let seconds = OffsetDateTime::from_unix_timestamp(row.get(column)?);
        Ok::<_, rusqlite::Error>(seconds.unwrap_or(OffsetDateTime::UNIX_EPOCH))
    };
    let address: String = row.get("address")?;
    Ok(Device {
        id: id(row)?,
        began_at: instant("began_at")?,
        seen_at: instant("seen_at")?,
        idle_timeout: Duration::from_secs(
            u64::try_from(row.get::<_, i64>("idle_timeout")?).unwrap_or_default(),
        ),
        place: Place {
            agent: row.get("agent")?,
            address: address.parse().unwrap_or(IpAddr::from([0; 4])),
        },
    })
}

fn id(row: &Row<'_>) -> rusqlite::Result<SessionId> {
    row.get("id").map(SessionId::from_bytes)
}

fn seconds(span: Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}

/// The page "your devices".
pub async fn show(State(shop): State<Shop>, mut member: Member) -> Result<Markup, Error> {
    let mut devices = shop.devices.of(member.user.id, shop.now()).await?;
    let here = member.visit.session.id();
    devices.sort_by_key(|device| Some(device.id) != here);
    Ok(pages::devices(&member.visit.greeting(), &devices, here, member.is_confirmed))
}

#[derive(Deserialize)]
pub struct End {
    session: String,
}

/// Ends one of this user's sessions.
pub async fn end(
    State(shop): State<Shop>,
    mut member: Member,
    Form(form): Form<End>,
) -> Result<Redirect, Error> {
    member.must_be_confirmed(Page::Devices)?;
    let id = parse(&form.session).ok_or(Error::NotFound)?;
    let is_here = member.visit.session.id() == Some(id);
    if !shop.end_session(member.user.id, id).await? {
        return Err(Error::NotFound);
    }
    if is_here {
        member.visit.session.flush();
        member.visit.session.notice = Some(Notice::LoggedOut);
        return Ok(Redirect::to("/"));
    }
    member.visit.session.notice = Some(Notice::DeviceEnded);
    Ok(Redirect::to("/devices"))
}

/// Reads an ID in the form in which it is displayed: 32 hexadecimal digits.
fn parse(id: &str) -> Option<SessionId> {
    if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(id, 16).ok().map(|id| SessionId::from_bytes(id.to_be_bytes()))
}
