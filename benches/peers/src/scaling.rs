//! hardtack alone: time against the payload, against the ring, and on two threads.

use core::hint::black_box;
use core::time::Duration;
use std::rc::Rc;
use std::sync::Barrier;
use std::time::Instant;

use hardtack::{Codec, Key, KeyRing};

use crate::candidates::{Encrypted, Signed, SignedMessagePack};
use crate::measure::{Lane, rounds};
use crate::peer::{Peer, secrets};
use crate::session::{Session, Standard};

const PAYLOADS: [usize; 9] = [64, 256, 512, 1024, 1536, 2048, 2304, 2688, 3072];
const RINGS: [usize; 8] = [1, 2, 4, 6, 8, 10, 13, 16];

pub struct Line {
    pub name: String,
    pub ours: bool,
    /// (bytes or keys, nanoseconds)
    pub points: Vec<(usize, f64)>,
}

impl Line {
    /// Against the first point.
    pub fn ratios(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let first = self.points[0].1;
        self.points.iter().map(move |&(at, time)| (at as f64, time / first))
    }

    /// R² of the straight line through the points.
    pub fn fit(&self) -> f64 {
        let mean = |values: &dyn Fn(&(usize, f64)) -> f64| {
            self.points.iter().map(values).sum::<f64>() / self.points.len() as f64
        };
        let (x, y) = (mean(&|point| point.0 as f64), mean(&|point| point.1));
        let covariance = mean(&|point| (point.0 as f64 - x) * (point.1 - y));
        let spread =
            mean(&|point| (point.0 as f64 - x).powi(2)) * mean(&|point| (point.1 - y).powi(2));
        covariance * covariance / spread
    }
}

pub struct Scaling {
    pub payload: Vec<Line>,
    pub ring: Vec<Line>,
    /// `None` on a machine with one core.
    pub two_threads: Option<f64>,
}

struct Series {
    name: String,
    ours: bool,
    lanes: Vec<(usize, Lane)>,
}

impl Series {
    fn new(name: &str, ours: bool) -> Self {
        Self { name: name.to_owned(), ours, lanes: Vec::new() }
    }

    fn into_line(self) -> Line {
        let points = self.lanes.into_iter().map(|(at, lane)| (at, lane.timing().minimum)).collect();
        Line { name: self.name, ours: self.ours, points }
    }
}

pub fn measure(count: usize) -> Scaling {
    let mut payload: Vec<Series> = [by_payload("signed", false), by_payload("encrypted", true)]
        .into_iter()
        .flatten()
        .collect();
    let mut ring = vec![
        by_ring::<Signed>("hardtack, signed", true),
        by_ring::<Encrypted>("hardtack, encrypted", true),
        by_ring::<SignedMessagePack>("cookie SignedJar, by trial", false),
    ];
    let all = payload.iter_mut().chain(&mut ring).flat_map(|series| &mut series.lanes);
    rounds(count, all.map(|(_, lane)| lane));
    let lines = |series: Vec<Series>| series.into_iter().map(Series::into_line).collect();
    Scaling { payload: lines(payload), ring: lines(ring), two_threads: two_threads() }
}

fn codec(encrypted: bool) -> Codec {
    let keys = KeyRing::new(Key::from_bytes(&secrets(1)[0][..32]).expect("32 bytes"));
    let mode = if encrypted { Codec::encrypted } else { Codec::signed };
    // 3 KB of payload are more than 4096 characters.
    mode("bench/scaling", &keys, Duration::from_secs(7200))
        .max_len(8192)
        .build()
        .expect("a valid policy")
}

/// Encode and decode of a text whose MessagePack has the size.
fn by_payload(name: &str, encrypted: bool) -> [Series; 2] {
    let codec = Rc::new(codec(encrypted));
    let mut encode = Series::new(&format!("{name}, encode"), true);
    let mut decode = Series::new(&format!("{name}, decode"), true);
    for size in PAYLOADS {
        let text = "a".repeat(size - head(size));
        let token = codec.begin(&text).expect("fits");
        let (writer, reader) = (Rc::clone(&codec), Rc::clone(&codec));
        encode.lanes.push((size, Lane::new(move || writer.begin(black_box(&text)))));
        decode.lanes.push((size, Lane::new(move || reader.decode::<String>(black_box(&token)))));
    }
    [encode, decode]
}

/// What MessagePack writes before a text of this size.
fn head(size: usize) -> usize {
    if size < 256 { 2 } else { 3 }
}

/// Decode with a token of the ring's last key.
fn by_ring<P: Peer>(name: &str, ours: bool) -> Series {
    let mut series = Series::new(name, ours);
    for count in RINGS {
        let peer = P::new(&secrets(count), count - 1);
        let token = peer.encode(&Standard::sample());
        series.lanes.push((count, Lane::new(move || peer.decode::<Standard>(black_box(&token)))));
    }
    series
}

/// How much more two threads decode than one, with one codec between them; the best of many tries.
fn two_threads() -> Option<f64> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores < 2 {
        return None;
    }
    let codec = codec(false);
    let token = codec.begin(&Standard::sample()).expect("fits");
    let best =
        |threads| (0..200).map(|_| together(&codec, &token, threads)).fold(f64::INFINITY, f64::min);
    Some(2.0 * best(1) / best(2))
}

/// Seconds from the first thread's start to the last one's end, each decoding the same number.
fn together(codec: &Codec, token: &str, threads: usize) -> f64 {
    let start = Barrier::new(threads);
    let work = || {
        start.wait();
        let begun = Instant::now();
        for _ in 0..5000 {
            drop(black_box(codec.decode::<Standard>(black_box(token))));
        }
        (begun, Instant::now())
    };
    let spans: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let begun = spans.iter().map(|span| span.0).min().expect("a thread");
    let ended = spans.iter().map(|span| span.1).max().expect("a thread");
    (ended - begun).as_secs_f64()
}
