//! `hardtack check`.

use core::time::Duration;

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::arguments::Check;
use crate::keys::{Fault, List, Listed, State};
use crate::report::{Failure, Report};
use crate::{clock, input};

pub fn run(options: &Check) -> Result<Report, Failure> {
    let text = input::keys(options.keys.keys_env.as_deref())?;
    Ok(match List::read(&text, options.keys.overlap) {
        Ok(list) => View::new(&list, options).report(),
        Err(faults) => refused(&faults),
    })
}

fn refused(faults: &[Fault]) -> Report {
    let lines = faults.iter().map(|fault| format!("{fault}\n"));
    let json =
        faults.iter().map(|fault| json!({ "position": fault.position, "fault": fault.sentence }));
    let json = json!({ "ok": false, "faults": json.collect::<Vec<_>>(), "keys": [], "notes": [] });
    Report { is_refused: true, ..Report::new(lines.collect(), &json) }
}

/// The state of a list at an instant.
struct View<'a> {
    list: &'a List<'a>,
    now: OffsetDateTime,
    max_lifetime: Option<Duration>,
}

impl<'a> View<'a> {
    fn new(list: &'a List<'a>, options: &Check) -> Self {
        Self { list, now: clock::now(options.common.now), max_lifetime: options.max_lifetime }
    }

    fn report(&self) -> Report {
        let keys = self.list.in_order();
        let notes = self.notes();
        let mut text: String = keys.iter().map(|key| self.line(key)).collect();
        text.extend(notes.iter().map(|note| format!("note: {note}\n")));
        let keys: Vec<Value> = keys.iter().map(|key| self.json(key)).collect();
        Report::new(text, &json!({ "ok": true, "faults": [], "keys": keys, "notes": notes }))
    }

    fn state(&self, key: &Listed<'_>) -> State {
        self.list.state(key, self.now, self.max_lifetime)
    }

    fn line(&self, key: &Listed<'_>) -> String {
        format!("key {} (ID {}): {}\n", key.position, key.id(), self.does(key))
    }

    fn does(&self, key: &Listed<'_>) -> String {
        let role = &key.role;
        let shown = |instant: Option<OffsetDateTime>| {
            instant.map(|instant| clock::shown(instant, self.now)).unwrap_or_default()
        };
        match self.state(key) {
            State::SignsNow if role.signs_until().is_some() => {
                format!("signs now, until {}", shown(role.signs_until()))
            }
            State::SignsNow => "signs now".to_owned(),
            State::Next => {
                format!("next: verifies already, and signs from {}", shown(role.signs_from()))
            }
            State::Later => {
                format!("later: verifies already, and signs from {}", shown(role.signs_from()))
            }
            State::Verifies => {
                let issued = shown(role.verifies_until());
                format!("verifies tokens issued until {issued}; {}", self.removal(key))
            }
            State::Superfluous => {
                let since = shown(key.removable_from(self.max_lifetime));
                format!("superfluous: its last token expired {since}; remove it")
            }
        }
    }

    fn removal(&self, key: &Listed<'_>) -> String {
        match key.removable_from(self.max_lifetime) {
            Some(instant) => format!("remove it after {}", clock::shown(instant, self.now)),
            None => "remove it `codec.max_lifetime()` after that (--max-lifetime)".to_owned(),
        }
    }

    /// Facts that an operator may not expect but that are not errors.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for key in &self.list.keys {
            let waits = key.own_instant().is_some_and(|instant| instant > self.now);
            if waits && key.role.signs_at(self.now) {
                notes.push(format!(
                    "key {} signs already, because no earlier key is listed",
                    key.position
                ));
            }
            let same = self
                .list
                .keys
                .iter()
                .find(|other| other.position < key.position && other.id() == key.id());
            if let Some(other) = same {
                notes.push(format!(
                    "keys {} and {} have the same ID, which is harmless",
                    other.position, key.position
                ));
            }
        }
        notes
    }

    fn json(&self, key: &Listed<'_>) -> Value {
        json!({
            "position": key.position,
            "id": key.id().to_string(),
            "state": self.state(key).name(),
            "signs_from": key.role.signs_from().map(clock::utc),
            "signs_until": key.role.signs_until().map(clock::utc),
            "verifies_until": key.role.verifies_until().map(clock::utc),
            "removable_from": key.removable_from(self.max_lifetime).map(clock::utc),
        })
    }
}
