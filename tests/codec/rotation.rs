//! Rotates the key of three servers in the three documented steps. No session is lost in any order
//! of deployment within a step. If the steps are out of order, a session is lost.
//!
//! The site is a load balancer in front of three servers, so any of them may handle a visitor's
//! next request. A session is lost when a server refuses a token that has not expired.

use core::time::Duration;

use crate::support::{HOUR, MAX_AGE, MODES, NOW, builder, key};
use hardtack::{Codec, DecodeError, KeyRing, Mode, Verified};
use time::OffsetDateTime;

const OLD: u16 = 1;
const NEW: u16 = 2;
const SERVERS: usize = 3;
const MINUTE: Duration = Duration::from_secs(60);
/// The time when the old key is retired, after step 2 has reached the last server.
const DONE: OffsetDateTime = NOW.saturating_add(time::Duration::HOUR);

/// The keys of a server, by the last step that reached it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Before,
    NewKeyVerifies,
    NewKeySigns,
    OldKeyGone,
}

use Step::{Before, NewKeySigns, NewKeyVerifies, OldKeyGone};

impl Step {
    fn keys(self) -> KeyRing {
        match self {
            Before => KeyRing::new(key(OLD)),
            NewKeyVerifies => KeyRing::new(key(OLD)).verify_with(key(NEW)).unwrap(),
            NewKeySigns => KeyRing::new(key(NEW)).retire(key(OLD), DONE).unwrap(),
            OldKeyGone => KeyRing::new(key(NEW)),
        }
    }
}

/// A token in a visitor's browser, and the time when it expires.
#[derive(Clone)]
struct Cookie {
    token: String,
    expires_at: OffsetDateTime,
}

#[derive(Clone)]
struct Site {
    mode: Mode,
    now: OffsetDateTime,
    servers: [Codec; SERVERS],
    cookies: Vec<Cookie>,
}

/// A server refused a token that had not expired.
#[derive(Debug, PartialEq)]
struct Lost(DecodeError);

impl Site {
    fn new(mode: Mode, step: Step) -> Self {
        let server = server(mode, &step.keys());
        let servers = [server.clone(), server.clone(), server];
        Self { mode, now: NOW, servers, cookies: Vec::new() }
    }

    fn install(&mut self, index: usize, step: Step) {
        self.servers[index] = server(self.mode, &step.keys());
    }

    /// Logs in on every server. Then the browsers of the first round and of the last two, which
    /// have the oldest and the newest tokens, send their cookies to every server.
    fn serve(&mut self) -> Result<(), Lost> {
        self.now += MINUTE;
        let (now, expires_at) = (self.now, self.now + MAX_AGE);
        self.cookies.retain(|cookie| now < cookie.expires_at);
        if self.cookies.len() > 2 * SERVERS {
            self.cookies.drain(SERVERS..2 * SERVERS);
        }
        for server in &self.servers {
            let token = server.begin_at("Ada", now).unwrap();
            self.cookies.push(Cookie { token, expires_at });
        }
        self.cookies.iter().try_for_each(|cookie| self.request(&cookie.token))
    }

    /// Checks that every server accepts a token that another server renewed.
    fn request(&self, token: &str) -> Result<(), Lost> {
        for server in &self.servers {
            if let Some(renewed) = self.answer(server, token)? {
                self.servers.iter().try_for_each(|other| self.answer(other, &renewed).map(drop))?;
            }
        }
        Ok(())
    }

    fn answer(&self, server: &Codec, token: &str) -> Result<Option<String>, Lost> {
        let session: Verified<String> = server.decode_at(token, self.now).map_err(Lost)?;
        let due = session.renewal(self.now).is_some();
        Ok(due.then(|| server.renew_at(&session, self.now).unwrap()))
    }

    /// Deploys to one server after the other, with requests in between.
    fn roll_out(&mut self, step: Step, order: [usize; SERVERS]) -> Result<(), Lost> {
        for server in order {
            self.install(server, step);
            self.serve()?;
        }
        Ok(())
    }
}

fn server(mode: Mode, keys: &KeyRing) -> Codec {
    builder(mode, keys).build().unwrap()
}

fn orders() -> impl Iterator<Item = [usize; SERVERS]> {
    [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].into_iter()
}

/// Returns the time when every token that the old key signed has expired.
fn old_key_expires(mode: Mode) -> OffsetDateTime {
    DONE + server(mode, &NewKeySigns.keys()).max_lifetime()
}

#[test]
fn the_three_steps_lose_no_session_in_any_order_of_roll_out() {
    for &mode in MODES {
        for first in orders() {
            for second in orders() {
                assert_eq!(rotate(mode, first, second), Ok(()));
            }
        }
    }
}

fn rotate(mode: Mode, first: [usize; SERVERS], second: [usize; SERVERS]) -> Result<(), Lost> {
    let mut site = Site::new(mode, Before);
    site.serve()?;
    site.roll_out(NewKeyVerifies, first)?;
    site.roll_out(NewKeySigns, second)?;
    assert!(site.now < DONE);
    site.now = old_key_expires(mode);
    site.serve()?;
    orders().try_for_each(|third| site.clone().roll_out(OldKeyGone, third))
}

#[test]
fn a_visitor_who_comes_back_each_hour_never_has_to_log_in_again() {
    for &mode in MODES {
        let mut codec = server(mode, &Before.keys());
        let mut token = codec.begin_at("Ada", NOW).unwrap();
        let dropped = old_key_expires(mode);
        for hour in 1..=12 {
            let now = NOW + hour * HOUR;
            codec = match hour {
                1 => server(mode, &NewKeyVerifies.keys()),
                _ if now < dropped => server(mode, &NewKeySigns.keys()),
                _ => server(mode, &OldKeyGone.keys()),
            };
            let session: Verified<String> = codec.decode_at(&token, now).unwrap();
            assert_eq!(session.started_at(), NOW);
            token = codec.renew_at(&session, now).unwrap();
        }
        let session = codec.decode_at::<String>(&token, NOW + 12 * HOUR).unwrap();
        assert_eq!(session.key_id(), key(NEW).id());
    }
}

#[test]
fn going_back_a_step_loses_no_session() {
    for &mode in MODES {
        for (to, back) in [(NewKeyVerifies, Before), (NewKeySigns, NewKeyVerifies)] {
            for (order, back_order) in orders().flat_map(|a| orders().map(move |b| (a, b))) {
                let mut site = Site::new(mode, back);
                assert_eq!(site.serve(), Ok(()));
                assert_eq!(site.roll_out(to, order), Ok(()));
                assert_eq!(site.roll_out(back, back_order), Ok(()));
            }
        }
    }
}

#[test]
fn signing_with_the_new_key_before_every_server_verifies_it_loses_one() {
    for &mode in MODES {
        for order in orders() {
            let mut site = Site::new(mode, Before);
            let lost = site.roll_out(NewKeySigns, order);
            assert_eq!(lost, Err(Lost(DecodeError::UnknownKey)));
        }
    }
}

#[test]
fn beginning_the_second_step_before_the_first_is_everywhere_loses_one() {
    for &mode in MODES {
        for [one, two, _] in orders() {
            let mut site = Site::new(mode, Before);
            site.install(one, NewKeyVerifies);
            site.install(two, NewKeyVerifies);
            assert_eq!(site.serve(), Ok(()));
            site.install(one, NewKeySigns);
            assert_eq!(site.serve(), Err(Lost(DecodeError::UnknownKey)));
        }
    }
}

#[test]
fn removing_the_old_key_before_its_tokens_expired_loses_a_session() {
    for &mode in MODES {
        for order in orders() {
            let mut site = Site::new(mode, NewKeyVerifies);
            assert_eq!(site.roll_out(NewKeySigns, order), Ok(()));
            site.install(order[0], OldKeyGone);
            assert_eq!(site.serve(), Err(Lost(DecodeError::UnknownKey)));
        }
    }
}

#[test]
fn retiring_the_old_key_before_the_last_server_stopped_signing_with_it_loses_one() {
    for &mode in MODES {
        let mut site = Site::new(mode, NewKeyVerifies);
        assert_eq!(site.serve(), Ok(()));
        let retired_now = KeyRing::new(key(NEW)).retire(key(OLD), site.now).unwrap();
        site.servers[0] = server(mode, &retired_now);
        assert_eq!(site.serve(), Err(Lost(DecodeError::RetiredKey)));
    }
}
