//! Questions about requests with a session cookie.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use hardtack::time::OffsetDateTime;
use hardtack::web::{CookieAction, Map, SameSite, Session, SessionCookie, Value as Item};
use hardtack::{Cutoff, RandomError, SessionId};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Failure;
use crate::codec::{Options, RequestedExpiry, instant, session_id};
use crate::hex::{Hex, hex};
use crate::token::expiry;

/// A cookie, and requests to it one after the other.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    codec: Options,
    previous: Option<Previous>,
    cookie: Attributes,
    /// The IDs that new sessions get, in turns.
    ids: Vec<Hex>,
    save_every_request: bool,
    requests: Vec<Request>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Previous {
    codec: Options,
    until: i64,
    is_unbound: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Attributes {
    name: String,
    path: Option<String>,
    domain: Option<String>,
    secure: bool,
    http_only: bool,
    same_site: String,
    partitioned: bool,
    context: Vec<Hex>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    /// Cookie headers and the pairs in each, a character per byte.
    cookies: Vec<Vec<String>>,
    now: i64,
    steps: Vec<Step>,
    /// IDs that are revoked from here on: while the request is read, and while its response is written.
    revoked_before: Vec<Hex>,
    revoked_after: Vec<Hex>,
    status: u16,
    at: i64,
    /// The response's own headers.
    headers: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "camelCase")]
enum Step {
    Set { key: String, value: Hex },
    Remove { key: String },
    Clear,
    Flush,
    LogIn { data: Hex },
    LogInAfter { cutoff: i64, data: Hex },
    CycleId,
    SetExpiry { expiry: RequestedExpiry },
    RevokeBefore { cutoff: i64 },
    Data,
    Id,
    StartedAt,
    Expiry,
    ExpiresAt,
    SecondsLeft { now: i64 },
    IsEmpty,
    IsModified,
}

/// Stands for the value that the last response set.
const JAR: char = '\u{1}';

type Ids = Arc<Mutex<BTreeSet<[u8; 16]>>>;

impl Question {
    pub fn answer(&self) -> Result<Value, Failure> {
        let revoked = Ids::default();
        let cookie = match self.session_cookie(Arc::clone(&revoked))? {
            Ok(cookie) => cookie,
            Err(()) => return Ok(json!({ "error": "cookie" })),
        };
        let mut jar = String::new();
        let mut answers = Vec::new();
        for request in &self.requests {
            let answer = request.answer(&cookie, &revoked, &jar)?;
            if let Some(header) = answer["response"]["setCookie"].as_str() {
                let value =
                    header.split(';').next().and_then(|pair| pair.get(cookie.name().len() + 1..));
                value.unwrap_or_default().clone_into(&mut jar);
            }
            answers.push(answer);
        }
        Ok(answers.into())
    }

    fn session_cookie(&self, revoked: Ids) -> Result<Result<SessionCookie, ()>, Failure> {
        let attributes = &self.cookie;
        let mut builder = SessionCookie::builder(self.codec.codec()?)
            .name(&attributes.name)
            .secure(attributes.secure)
            .http_only(attributes.http_only)
            .partitioned(attributes.partitioned)
            .same_site(match attributes.same_site.as_str() {
                "Strict" => SameSite::Strict,
                "Lax" => SameSite::Lax,
                _ => SameSite::None,
            })
            .revoked_ids(move |id| {
                revoked.lock().is_ok_and(|revoked| revoked.contains(id.as_bytes()))
            })
            .save_every_request(self.save_every_request);
        if let Some(path) = &attributes.path {
            builder = builder.path(path);
        }
        if let Some(domain) = &attributes.domain {
            builder = builder.domain(domain);
        }
        if !self.ids.is_empty() {
            builder = builder.id_source(self.id_source()?);
        }
        if let Some(Previous { codec, until, is_unbound }) = &self.previous {
            builder = match is_unbound {
                true => builder.accept_previous_unbound(codec.codec()?, instant(*until)),
                false => builder.accept_previous(codec.codec()?, instant(*until)),
            };
        }
        let parts: Vec<&[u8]> = attributes.context.iter().map(|part| part.0.as_slice()).collect();
        let Ok(cookie) = builder.build() else { return Ok(Err(())) };
        Ok(Ok(cookie.with_context(&parts)?))
    }

    fn id_source(
        &self,
    ) -> Result<impl Fn() -> Result<SessionId, RandomError> + Send + Sync + use<>, Failure> {
        let ids: Vec<SessionId> = self.ids.iter().map(session_id).collect::<Result<_, _>>()?;
        let next = Mutex::new(0_usize);
        Ok(move || {
            let mut next = next.lock().map_err(|_| RandomError)?;
            let id = ids.get(*next % ids.len()).copied().ok_or(RandomError);
            *next += 1;
            id
        })
    }
}

impl Request {
    fn answer(&self, cookie: &SessionCookie, revoked: &Ids, jar: &str) -> Result<Value, Failure> {
        revoke(revoked, &self.revoked_before)?;
        let headers = self.cookie_headers(jar)?;
        let mut session: Session<Map> = cookie.read_at(&headers, instant(self.now));
        let (rejected, had_cookie) = (session.rejected().map(|r| r.kind()), session.had_cookie());
        let steps: Vec<Value> = self
            .steps
            .iter()
            .map(|step| step.answer(&mut session))
            .collect::<Result<_, Failure>>()?;
        let is_accessed = session.is_accessed();
        revoke(revoked, &self.revoked_after)?;
        Ok(json!({
            "rejected": rejected,
            "hadCookie": had_cookie,
            "steps": steps,
            "isAccessed": is_accessed,
            "isModified": session.is_modified(),
            "response": self.response(cookie, &session)?,
        }))
    }

    fn cookie_headers(&self, jar: &str) -> Result<HeaderMap, Failure> {
        let mut headers = HeaderMap::new();
        for pairs in &self.cookies {
            let there = pairs.iter().filter(|pair| !(jar.is_empty() && pair.contains(JAR)));
            let text = there.map(|pair| pair.replace(JAR, jar)).collect::<Vec<_>>().join("; ");
            let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
            headers.append(http::header::COOKIE, HeaderValue::from_bytes(&bytes?)?);
        }
        Ok(headers)
    }

    fn response(&self, cookie: &SessionCookie, session: &Session<Map>) -> Result<Value, Failure> {
        let status = StatusCode::from_u16(self.status)?;
        let answer = match cookie.response_headers_at(session, status, instant(self.at)) {
            Ok(answer) => answer,
            Err(error) => return Ok(json!({ "error": error.kind() })),
        };
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
        }
        answer.apply(&mut headers);
        let joined = |name: &str| {
            let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or(""));
            values.collect::<Vec<_>>().join(", ")
        };
        let (action, set_cookie) = match &answer.action {
            CookieAction::Set(header) => ("set", Some(header.to_str()?)),
            CookieAction::Clear(header) => ("clear", Some(header.to_str()?)),
            _ => ("keep", None),
        };
        Ok(json!({
            "action": action,
            "setCookie": set_cookie,
            "vary": answer.vary,
            "headers": { "vary": joined("vary"), "cacheControl": joined("cache-control") },
            "cookies": headers.get_all("set-cookie").iter().count(),
        }))
    }
}

impl Step {
    fn answer(&self, session: &mut Session<Map>) -> Result<Value, Failure> {
        Ok(match self {
            Self::Set { key, value } => {
                session.insert(key, rmp_serde::from_slice::<Item>(&value.0)?);
                Value::Null
            }
            Self::Remove { key } => {
                session.remove(key);
                Value::Null
            }
            Self::Clear => {
                session.clear();
                Value::Null
            }
            Self::Flush => json!(session.flush().map(|id| id.to_string())),
            Self::LogIn { data } => {
                session.log_in(rmp_serde::from_slice(&data.0)?);
                Value::Null
            }
            Self::LogInAfter { cutoff, data } => {
                let data = rmp_serde::from_slice(&data.0)?;
                session.log_in_after(Cutoff::at(instant(*cutoff)), data);
                Value::Null
            }
            Self::CycleId => {
                session.cycle_id();
                Value::Null
            }
            Self::SetExpiry { expiry } => match session.set_expiry(expiry.expiry()) {
                Ok(()) => Value::Null,
                Err(error) => json!(error.kind()),
            },
            Self::RevokeBefore { cutoff } => {
                json!(session.revoke_before(Cutoff::at(instant(*cutoff))))
            }
            Self::Data => json!(hex(&rmp_serde::to_vec_named::<Map>(session)?)),
            Self::Id => json!(session.id().map(|id| id.to_string())),
            Self::StartedAt => json!(session.started_at().map(OffsetDateTime::unix_timestamp)),
            Self::Expiry => expiry(session.expiry()),
            Self::ExpiresAt => json!(session.expires_at().map(OffsetDateTime::unix_timestamp)),
            Self::SecondsLeft { now } => json!(session.expiry_age(instant(*now)).as_secs()),
            Self::IsEmpty => json!(session.is_empty()),
            Self::IsModified => json!(session.is_modified()),
        })
    }
}

fn revoke(revoked: &Ids, ids: &[Hex]) -> Result<(), Failure> {
    let mut revoked = revoked.lock().map_err(|_| "the list is poisoned")?;
    for id in ids {
        revoked.insert(*session_id(id)?.as_bytes());
    }
    Ok(())
}
