//! A stateful model of `web`: an attacker with a jar, a visitor, and three servers with skewed
//! clocks that rotate a key. Every response is compared with the model's expectation.
//!
//! `PROPTEST_CASES` sets how many runs there are; `scripts/seeded-faults` shows what the model
//! finds.
#![cfg(feature = "web")]
#![allow(missing_docs, clippy::pedantic, clippy::restriction, reason = "a test that fails panics")]

mod book;
mod site;
mod step;

use proptest::prelude::*;

use site::Site;
use step::{Step, steps};

/// Returns the number of runs: `PROPTEST_CASES`, or 64 by default.
fn config() -> ProptestConfig {
    let given = std::env::var_os("PROPTEST_CASES").map(|_| ProptestConfig::default().cases);
    ProptestConfig {
        cases: given.unwrap_or(64),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn no_session_is_stolen_planted_revived_or_lost(
        skews in [-29_i64..=29, -29..=29, -29..=29],
        steps in steps(),
    ) {
        let mut site = Site::new(skews);
        steps.iter().for_each(|step| site.run(step));
    }
}

/// The runs are useful only if the events that they test occur in them.
#[test]
fn the_model_reaches_every_event_that_it_tests() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut total = site::Seen::default();
    for _ in 0..100 {
        let steps: Vec<Step> = steps().new_tree(&mut runner).unwrap().current();
        let mut site = Site::new([-29, 0, 29]);
        steps.iter().for_each(|step| site.run(step));
        total.add(&site.seen);
    }
    println!("{total:?}");
    assert!(total.least() > 10, "{total:?}");
}
