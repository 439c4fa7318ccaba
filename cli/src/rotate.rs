//! `hardtack rotate`.

use core::fmt::Write as _;
use core::time::Duration;

use hardtack::{KeyId, KeyRing};
use serde_json::json;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::arguments::Rotate;
use crate::keygen::{self, NewKey};
use crate::keys::{Fault, LAST_ISSUE_TIME, List, Listed, State};
use crate::report::{Failure, Report};
use crate::{clock, input};

/// The default time for a deployment to reach every server.
const DEFAULT_WAIT: Duration = Duration::from_secs(86_400);

pub fn run(options: &Rotate) -> Result<Report, Failure> {
    options.name.as_deref().map_or(Ok(()), input::check_name)?;
    let text = input::keys(options.keys.keys_env.as_deref())?;
    let list = List::read(&text, options.keys.overlap).map_err(|faults| refused(&faults))?;
    let now = clock::now(options.common.now);
    let instant = instant(options, now)?;
    check_instant(instant, now, &list, options.allow_pending)?;
    Ok(Rotation::new(&list, options, now, instant)?.report(options))
}

fn refused(faults: &[Fault]) -> Failure {
    let sentences: Vec<String> = faults.iter().map(Fault::to_string).collect();
    Failure::Refused(sentences.join("\nhardtack: "))
}

/// The whole second from which the new key signs.
fn instant(options: &Rotate, now: OffsetDateTime) -> Result<OffsetDateTime, Failure> {
    let instant =
        options.at.unwrap_or_else(|| clock::later(now, options.after.unwrap_or(DEFAULT_WAIT)));
    let seconds = instant.unix_timestamp().saturating_add(i64::from(instant.nanosecond() > 0));
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .filter(|_| seconds <= LAST_ISSUE_TIME)
        .ok_or_else(|| {
            Failure::usage("the new key would never sign: no token can be issued after 2106-02-07")
        })
}

fn check_instant(
    instant: OffsetDateTime,
    now: OffsetDateTime,
    list: &List<'_>,
    allow_pending: bool,
) -> Result<(), Failure> {
    if instant <= now {
        return Err(Failure::usage(
            "the new key must begin to sign in the future, after the deployment; set --at or --in",
        ));
    }
    if let Some(next) = list.next(now).filter(|_| !allow_pending) {
        let from = next.role.signs_from().map(clock::utc).unwrap_or_default();
        return Err(Failure::refused(format!(
            "key {} (ID {}) already waits to sign from {from}; rotate after that, or pass --allow-pending",
            next.position,
            next.id()
        )));
    }
    match list.in_order().iter().filter_map(|key| key.own_instant()).max() {
        Some(latest) if instant <= latest => Err(Failure::refused(format!(
            "the new key must sign later than the other keys, the last of which signs from {}",
            clock::utc(latest)
        ))),
        _ => Ok(()),
    }
}

/// The new list, and the explanation of the next steps.
struct Rotation<'a> {
    now: OffsetDateTime,
    instant: OffsetDateTime,
    new: KeyId,
    value: Zeroizing<String>,
    signer: Option<&'a Listed<'a>>,
    dropped: Vec<KeyId>,
    /// The time from which the previous key can be removed.
    removable_from: Option<OffsetDateTime>,
}

impl<'a> Rotation<'a> {
    fn new(
        list: &'a List<'a>,
        options: &Rotate,
        now: OffsetDateTime,
        instant: OffsetDateTime,
    ) -> Result<Self, Failure> {
        let is_dropped =
            |key: &&Listed<'_>| list.state(key, now, options.max_lifetime) == State::Superfluous;
        let new = NewKey::generate()?;
        let mut value = Zeroizing::new(String::with_capacity(1 << 21));
        let _ = write!(value, "{}@{}", *new.text, clock::utc(instant));
        for key in list.keys.iter().filter(|key| !is_dropped(key)) {
            let _ = write!(value, ",{}", key.text);
        }
        // A server must be able to start with the printed list.
        KeyRing::from_base64_list(&value).map_err(Failure::refused)?;
        let verifies_until = clock::later(instant, options.keys.overlap);
        Ok(Self {
            now,
            instant,
            new: new.id,
            value,
            signer: list.signer(now),
            dropped: list.keys.iter().filter(is_dropped).map(Listed::id).collect(),
            removable_from: options.max_lifetime.map(|span| clock::later(verifies_until, span)),
        })
    }

    fn report(&self, options: &Rotate) -> Report {
        let ids = |ids: &[KeyId]| ids.iter().map(KeyId::to_string).collect::<Vec<_>>();
        let json = json!({
            "value": *self.value,
            "new": self.new.to_string(),
            "signs_from": clock::utc(self.instant),
            "signs_now": self.signer.map(|key| key.id().to_string()),
            "dropped": ids(&self.dropped),
            "previous_removable_from": self.removable_from.map(clock::utc),
        });
        let text = keygen::line(options.name.as_deref(), &self.value);
        let notes = if options.quiet { String::new() } else { self.explained() };
        Report { notes, ..Report::new(text, &json) }
    }

    fn explained(&self) -> String {
        let from = clock::shown(self.instant, self.now);
        let mut text = format!("The new key (ID {}) signs from {from}.\n", self.new);
        if let Some(signer) = self.signer {
            let _ =
                writeln!(text, "Until then the key with ID {} signs, as it does now.", signer.id());
        }
        let _ = writeln!(
            text,
            "1. Store the new value where the servers find the old one.\n\
             2. Restart every server with it before that instant, in any order. Nobody is logged out."
        );
        let _ = match self.removable_from {
            Some(instant) => writeln!(
                text,
                "3. The previous key can be removed after {}; the next rotation then drops it.",
                clock::shown(instant, self.now)
            ),
            None => writeln!(
                text,
                "3. Remove the previous key after the instant + the overlap + `codec.max_lifetime()`: pass --max-lifetime."
            ),
        };
        for id in &self.dropped {
            let _ = writeln!(text, "Dropped the key with ID {id}: its last token has expired.");
        }
        text
    }
}
