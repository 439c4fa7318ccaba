//! Rotates the key of three servers in one deployment, with an instant from which the new key
//! signs. No session is lost in any order of deployment, even if the servers' clocks differ by the
//! leeway.

use core::time::Duration;

use crate::support::{MAX_AGE, MODES, NOW, builder, key};
use hardtack::{Codec, DecodeError, KeyRing, Mode, Renewal, Verified};
use time::OffsetDateTime;

const OLD: u16 = 1;
const NEW: u16 = 2;
const MINUTE: Duration = Duration::from_secs(60);
/// The default leeway: the largest difference between two servers' clocks.
const LEEWAY: Duration = MINUTE;
const ACTIVATION: OffsetDateTime = NOW.saturating_add(time::Duration::minutes(10));
/// How long after the activation the old key verifies new tokens, by default.
const OVERLAP: Duration = Duration::from_secs(3600);

fn before() -> KeyRing {
    KeyRing::new(key(OLD))
}

fn deployed() -> KeyRing {
    before().activate_at(key(NEW), ACTIVATION).unwrap()
}

fn after() -> KeyRing {
    KeyRing::new(key(NEW))
}

#[derive(Clone)]
struct Server {
    codec: Codec,
    ahead: Duration,
}

/// Three servers behind a load balancer, and the tokens that browsers hold.
#[derive(Clone)]
struct Site {
    mode: Mode,
    now: OffsetDateTime,
    servers: [Server; 3],
    tokens: Vec<(String, OffsetDateTime)>,
}

/// A server refused a token that had not expired.
#[derive(Debug, PartialEq)]
struct Lost(DecodeError);

impl Server {
    fn now(&self, now: OffsetDateTime) -> OffsetDateTime {
        now + self.ahead
    }
}

impl Site {
    fn new(mode: Mode, clocks: [Duration; 3]) -> Self {
        let server = |ahead| Server { codec: codec(mode, &before()), ahead };
        Self { mode, now: NOW, servers: clocks.map(server), tokens: Vec::new() }
    }

    fn install(&mut self, index: usize, keys: &KeyRing) {
        self.servers[index].codec = codec(self.mode, keys);
    }

    /// Logs in on every server. Then every server reads the oldest and the newest tokens, and the
    /// tokens that each server renews.
    fn serve(&mut self) -> Result<(), Lost> {
        self.now += MINUTE;
        self.tokens.retain(|(_, expires_at)| self.now + LEEWAY < *expires_at);
        if self.tokens.len() > 6 {
            self.tokens.drain(3..self.tokens.len() - 3);
        }
        for server in &self.servers {
            let token = server.codec.begin_at("Ada", server.now(self.now)).unwrap();
            self.tokens.push((token, self.now + MAX_AGE));
        }
        self.tokens.iter().try_for_each(|(token, _)| self.request(token))
    }

    fn request(&self, token: &str) -> Result<(), Lost> {
        for server in &self.servers {
            let now = server.now(self.now);
            let session = read(server, token, now)?;
            let renewed = server.codec.renew_at(&session, now).unwrap();
            self.servers
                .iter()
                .try_for_each(|other| read(other, &renewed, other.now(self.now)).map(drop))?;
        }
        Ok(())
    }

    fn roll_out(&mut self, keys: &KeyRing, order: [usize; 3]) -> Result<(), Lost> {
        for index in order {
            self.install(index, keys);
            self.serve()?;
        }
        Ok(())
    }
}

fn read(server: &Server, token: &str, now: OffsetDateTime) -> Result<Verified<String>, Lost> {
    server.codec.decode_at(token, now).map_err(Lost)
}

fn codec(mode: Mode, keys: &KeyRing) -> Codec {
    builder(mode, keys).build().unwrap()
}

fn orders() -> impl Iterator<Item = [usize; 3]> {
    [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].into_iter()
}

/// Which of the servers' clocks are ahead by the leeway.
fn clocks() -> impl Iterator<Item = [Duration; 3]> {
    (0..8_u8)
        .map(|bits| [0, 1, 2].map(|bit| if bits >> bit & 1 == 1 { LEEWAY } else { Duration::ZERO }))
}

#[test]
fn one_deployment_loses_no_session_in_any_order_and_with_any_clocks() {
    for &mode in MODES {
        for clocks in clocks() {
            for order in orders() {
                assert_eq!(rotate(mode, clocks, order), Ok(()), "{clocks:?} {order:?}");
            }
        }
    }
}

fn rotate(mode: Mode, clocks: [Duration; 3], order: [usize; 3]) -> Result<(), Lost> {
    let mut site = Site::new(mode, clocks);
    site.serve()?;
    site.roll_out(&deployed(), order)?;
    assert!(site.now + LEEWAY < ACTIVATION, "deployed before the activation");
    while site.now < ACTIVATION + 2 * LEEWAY {
        site.serve()?;
    }
    site.now = ACTIVATION + OVERLAP + codec(mode, &deployed()).max_lifetime();
    site.serve()?;
    site.roll_out(&after(), order)
}

#[test]
fn a_server_that_was_not_restarted_in_time_still_signs_within_the_overlap() {
    for &mode in MODES {
        let (late, others) = (codec(mode, &before()), codec(mode, &deployed()));
        let within = ACTIVATION + OVERLAP;
        let token = late.begin_at("Ada", within).unwrap();
        assert!(others.decode_at::<String>(&token, within).is_ok());
        let beyond = within + Duration::from_secs(1);
        let token = late.begin_at("Ada", beyond).unwrap();
        let error = others.decode_at::<String>(&token, beyond).unwrap_err();
        assert_eq!(error, DecodeError::RetiredKey);
    }
}

#[test]
fn the_new_key_signs_from_its_instant_on_and_verifies_before() {
    for &mode in MODES {
        let codec = codec(mode, &deployed());
        let last = ACTIVATION - Duration::from_secs(1);
        for (now, signer) in [(NOW, OLD), (last, OLD), (ACTIVATION, NEW)] {
            let token = codec.begin_at("Ada", now).unwrap();
            let session: Verified<String> = codec.decode_at(&token, now).unwrap();
            assert_eq!(session.key_id(), key(signer).id(), "{now}");
        }
        let early = self::codec(mode, &after()).begin_at("Ada", NOW).unwrap();
        assert!(codec.decode_at::<String>(&early, NOW).is_ok());
    }
}

#[test]
fn a_renewal_is_due_when_another_key_signs_now() {
    for &mode in MODES {
        let codec = codec(mode, &deployed());
        let last = ACTIVATION - Duration::from_secs(1);
        let token = codec.begin_at("Ada", last).unwrap();
        let session: Verified<String> = codec.decode_at(&token, last).unwrap();
        assert_eq!(session.renewal(last), None);
        assert_eq!(session.renewal(ACTIVATION), Some(Renewal::Key));
        let renewed = codec.renew_at(&session, ACTIVATION).unwrap();
        let renewed: Verified<String> = codec.decode_at(&renewed, ACTIVATION).unwrap();
        assert_eq!((renewed.key_id(), renewed.renewal(ACTIVATION)), (key(NEW).id(), None));
    }
}

#[test]
fn a_server_whose_clock_is_behind_does_not_renew_the_new_key_s_tokens_over_and_over() {
    for &mode in MODES {
        let codec = codec(mode, &deployed());
        let token = codec.begin_at("Ada", ACTIVATION).unwrap();
        let behind = ACTIVATION - LEEWAY;
        let session: Verified<String> = codec.decode_at(&token, behind).unwrap();
        assert_eq!(session.renewal(behind), None);
    }
}

#[test]
fn the_earliest_key_signs_before_its_own_instant() {
    for &mode in MODES {
        let later = ACTIVATION + MINUTE;
        let keys = KeyRing::new(key(NEW)).activate_at(key(3), later).unwrap();
        let token = codec(mode, &keys).begin_at("Ada", NOW).unwrap();
        let session: Verified<String> = codec(mode, &after()).decode_at(&token, NOW).unwrap();
        assert_eq!(session.key_id(), key(NEW).id());
    }
}

#[test]
fn without_the_overlap_a_late_server_s_token_is_refused_at_once() {
    for &mode in MODES {
        let keys = deployed().overlap(Duration::ZERO);
        let token = codec(mode, &before()).begin_at("Ada", ACTIVATION).unwrap();
        assert!(codec(mode, &keys).decode_at::<String>(&token, ACTIVATION).is_ok());
        let late = ACTIVATION + Duration::from_secs(1);
        let token = codec(mode, &before()).begin_at("Ada", late).unwrap();
        let error = codec(mode, &keys).decode_at::<String>(&token, late).unwrap_err();
        assert_eq!(error, DecodeError::RetiredKey);
    }
}
