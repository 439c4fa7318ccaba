//! The standard session of all benches, and a loop that compares minimum times.

use std::hint::black_box;
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// 145 bytes of MessagePack as a map, 90 as an array.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standard {
    pub user_id: u64,
    pub name: String,
    pub roles: Vec<String>,
    pub csrf: String,
    pub theme: String,
    pub cart: Vec<u32>,
    pub logged_in: bool,
    pub last_seen: i64,
}

/// The same, borrowing its text.
#[derive(Debug, Serialize, Deserialize)]
pub struct Borrowed<'a> {
    pub user_id: u64,
    pub name: &'a str,
    #[serde(borrow)]
    pub roles: Vec<&'a str>,
    pub csrf: &'a str,
    pub theme: &'a str,
    pub cart: Vec<u32>,
    pub logged_in: bool,
    pub last_seen: i64,
}

pub fn standard() -> Standard {
    Standard {
        user_id: 8_123_456_789,
        name: "Ada Lovelace".to_owned(),
        roles: vec!["admin".to_owned(), "editor".to_owned()],
        csrf: "0123456789abcdef0123456789abcdef".to_owned(),
        theme: "dark".to_owned(),
        cart: vec![101, 2020, 30303],
        logged_in: true,
        last_seen: 1_790_000_000,
    }
}

/// A candidate: a name and a call.
pub struct Candidate<'a> {
    pub name: &'static str,
    call: Box<dyn FnMut() + 'a>,
    /// One call takes as long as this many of the others.
    weight: u32,
    /// Nanoseconds a call, the least of all rounds.
    pub least: f64,
}

impl<'a> Candidate<'a> {
    pub fn new<R>(name: &'static str, mut call: impl FnMut() -> R + 'a) -> Self {
        let call = Box::new(move || {
            black_box(call());
        });
        Self { name, call, weight: 1, least: f64::INFINITY }
    }

    pub fn weighing(self, weight: u32) -> Self {
        Self { weight, ..self }
    }

    pub fn call(&mut self, times: u32) {
        for _ in 0..times {
            (self.call)();
        }
    }

    fn measure(&mut self, calls: u32) {
        let calls = (calls / self.weight).max(1);
        let start = Instant::now();
        self.call(calls);
        let nanoseconds = start.elapsed().as_secs_f64() * 1e9 / f64::from(calls);
        self.least = self.least.min(nanoseconds);
    }
}

/// Measures all candidates in turn, round after round, so that noise affects all of them.
pub fn interleave(candidates: &mut [Candidate<'_>], rounds: u32, calls: u32) {
    for _ in 0..rounds {
        for candidate in &mut *candidates {
            candidate.measure(calls);
        }
    }
}

/// Runs one candidate for `--call NAME TIMES`, which scripts/instructions uses to count its
/// instructions. Returns true if the arguments requested it.
pub fn called(candidates: &mut [Candidate<'_>]) -> bool {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--call").skip(1);
    let (Some(name), Some(times)) = (arguments.next(), arguments.next()) else { return false };
    let candidate = candidates.iter_mut().find(|candidate| candidate.name == name);
    candidate.expect("a line of the table").call(times.parse().expect("a number"));
    true
}
