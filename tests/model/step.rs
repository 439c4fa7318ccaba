//! The steps of a run: requests, the attacker's cookies in them, and deployments.

use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Clone, Debug)]
pub enum Step {
    Wait(i64),
    /// One server gets the next ring.
    Deploy(usize),
    Request(Request),
}

#[derive(Clone, Debug)]
pub struct Request {
    pub by_attacker: bool,
    pub server: usize,
    pub handler: Handler,
    pub fails: bool,
    /// Cookies of the attacker's beside the visitor's own, and before it.
    pub planted: Vec<(Planted, Name, bool)>,
    /// Whether each cookie is in its own header.
    pub split: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Handler {
    Reads,
    Counts,
    LogsIn,
    LogsOut,
    CyclesId,
    /// The session is logged out elsewhere during the request, and the handler increments the
    /// number.
    IsRevokedMeanwhile,
}

/// A value that the attacker has.
#[derive(Clone, Copy, Debug)]
pub enum Planted {
    /// One of those that servers sent to the attacker.
    Own(usize),
    /// The same, with one character changed.
    Tampered(usize),
    /// The value of another cookie, whose content the attacker chooses.
    OtherCookie,
    /// A token of another tenant, where the attacker has the visitor's number.
    OtherTenant,
    /// A token made with the retired key, which the attacker has learned in the meantime.
    RetiredKey,
    Garbage,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Name {
    Exact,
    /// As browsers take it without the rules of the prefix.
    OtherCase,
    Other,
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    const WAITS: [i64; 12] = [0, 1, 30, 59, 61, 600, 1800, 3601, 7140, 7199, 7200, 7201];
    let step = prop_oneof![
        3 => prop::sample::select(&WAITS[..]).prop_map(Step::Wait),
        1 => (0_usize..3).prop_map(Step::Deploy),
        8 => request().prop_map(Step::Request),
    ];
    vec(step, 1..60)
}

fn request() -> impl Strategy<Value = Request> {
    let handler = prop_oneof![
        3 => Just(Handler::Reads),
        3 => Just(Handler::Counts),
        3 => Just(Handler::LogsIn),
        1 => Just(Handler::LogsOut),
        1 => Just(Handler::CyclesId),
        1 => Just(Handler::IsRevokedMeanwhile),
    ];
    let fails = prop::bool::weighted(0.15);
    let parts = (any::<bool>(), 0_usize..3, handler, fails, vec(planted(), 0..3), any::<bool>());
    parts.prop_map(|(by_attacker, server, handler, fails, planted, split)| Request {
        by_attacker,
        server,
        handler,
        fails,
        planted,
        split,
    })
}

fn planted() -> impl Strategy<Value = (Planted, Name, bool)> {
    let value = prop_oneof![
        4 => any::<usize>().prop_map(Planted::Own),
        1 => any::<usize>().prop_map(Planted::Tampered),
        1 => Just(Planted::OtherCookie),
        1 => Just(Planted::OtherTenant),
        1 => Just(Planted::RetiredKey),
        1 => Just(Planted::Garbage),
    ];
    let name =
        prop_oneof![4 => Just(Name::Exact), 1 => Just(Name::OtherCase), 1 => Just(Name::Other)];
    (value, name, any::<bool>())
}
