//! All libraries in one process, in turn, over and over: whatever slows the machine slows them alike.

use core::hint::black_box;
use std::rc::Rc;
use std::time::Instant;

use crate::peer::{Peer, Rotation, secrets};
use crate::row::{Operation, Row, Timing};
use crate::session::{Large, Minimal, Session, Standard};

/// Nanoseconds of one visit to a lane: long against the clock's grain, short against the machine's moods.
const VISIT: f64 = 20_000.0;

/// One operation that is timed in turn with all others.
pub struct Lane {
    run: Box<dyn Fn(u32)>,
    batch: u32,
    times: Vec<f64>,
}

impl Lane {
    pub fn new<R>(operation: impl Fn() -> R + 'static) -> Self {
        let run = move |times| {
            for _ in 0..times {
                black_box(operation());
            }
        };
        let mut lane = Self { run: Box::new(run), batch: 1, times: Vec::new() };
        let once = (0..32).map(|_| lane.visit()).fold(f64::INFINITY, f64::min);
        lane.batch = (VISIT / once).clamp(1.0, 10_000.0) as u32;
        lane
    }

    fn visit(&self) -> f64 {
        // What ran before it has left its own code and data in the caches.
        (self.run)(self.batch.div_ceil(4));
        let start = Instant::now();
        (self.run)(self.batch);
        start.elapsed().as_nanos() as f64 / f64::from(self.batch)
    }

    pub fn timing(&self) -> Timing {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        Timing { minimum: times[0], median: times[times.len() / 2] }
    }
}

pub fn rounds<'a>(count: usize, lanes: impl IntoIterator<Item = &'a mut Lane>) {
    let mut lanes: Vec<_> = lanes.into_iter().collect();
    for _ in 0..count {
        for lane in &mut lanes {
            let time = lane.visit();
            lane.times.push(time);
        }
    }
}

/// The libraries that are measured, and what of each.
#[derive(Default)]
pub struct Field {
    rows: Vec<Row>,
    lanes: Vec<(usize, usize, Operation, Lane)>,
}

impl Field {
    pub fn enter<P: Peer>(&mut self) {
        self.rows.push(Row::new(P::FACTS));
        let one = Rc::new(P::new(&secrets(1), 0));
        let ring = Rc::new(P::new(&secrets(16), 15));
        self.carry::<P, Minimal>(&one, &ring);
        self.carry::<P, Standard>(&one, &ring);
        self.carry::<P, Large>(&one, &ring);
    }

    fn carry<P: Peer, T: Session>(&mut self, one: &Rc<P>, ring: &Rc<P>) {
        let session = T::sample();
        let token = one.encode(&session);
        self.last().sizes[T::SIZE as usize].characters = token.len();
        self.time::<T>(Operation::Decode, decoding::<P, T>(one, token.clone(), true));
        self.time::<T>(Operation::Forged, decoding::<P, T>(one, forge(&token), false));
        if P::FACTS.rotation != Rotation::None {
            self.time::<T>(Operation::Ring, decoding::<P, T>(ring, ring.encode(&session), true));
        }
        let one = Rc::clone(one);
        self.time::<T>(Operation::Encode, Lane::new(move || one.encode(black_box(&session))));
    }

    fn last(&mut self) -> &mut Row {
        self.rows.last_mut().expect("entered")
    }

    fn time<T: Session>(&mut self, operation: Operation, lane: Lane) {
        self.lanes.push((self.rows.len() - 1, T::SIZE as usize, operation, lane));
    }

    pub fn run(mut self, count: usize) -> Vec<Row> {
        rounds(count, self.lanes.iter_mut().map(|(.., lane)| lane));
        for (row, size, operation, lane) in &self.lanes {
            self.rows[*row].sizes[*size].set(*operation, lane.timing());
        }
        self.rows
    }
}

/// A lane that decodes, once it is certain that it decodes what it should, or refuses what it should.
fn decoding<P: Peer, T: Session>(peer: &Rc<P>, token: String, valid: bool) -> Lane {
    let peer = Rc::clone(peer);
    let expected = valid.then(T::sample);
    assert!(peer.decode::<T>(&token) == expected, "{} {}", P::FACTS.name, T::SIZE.name());
    Lane::new(move || peer.decode::<T>(black_box(&token)))
}

/// The token with one character in its middle changed for another of every alphabet.
fn forge(token: &str) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let middle = bytes.len() / 2;
    let plain =
        |&at: &usize| bytes[at].is_ascii_alphanumeric() && !bytes[at - 2..at].contains(&b'%');
    let at = (middle..bytes.len()).find(plain).expect("a letter or digit");
    bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
    String::from_utf8(bytes).expect("ASCII")
}
