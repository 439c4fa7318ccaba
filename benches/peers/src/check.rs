//! What must hold, and whether it does.

use crate::peer::{Commitment, Mode};
use crate::row::{Operation, Row, base};
use crate::scaling::Scaling;
use crate::session::Size;

/// A rival at this ratio is level: between two runs ratios differ by more.
const LEVEL: f64 = 0.95;

#[derive(Default)]
pub struct Verdict {
    pub lines: Vec<String>,
    pub failed: bool,
}

impl Verdict {
    pub fn say(&mut self, holds: bool, what: String) {
        self.failed |= !holds;
        self.lines.push(format!("{} {what}", if holds { "ok  " } else { "FAIL" }));
    }
}

pub fn all(rows: &[Row], scaling: &Scaling) -> Verdict {
    let mut verdict = Verdict::default();
    shortest(rows, Mode::Signed, &mut verdict);
    shortest(rows, Mode::Encrypted, &mut verdict);
    fastest_encrypted(rows, &mut verdict);
    scales(scaling, &mut verdict);
    verdict
}

/// Is hardtack the shortest of those that do the same? A compressed token is shown and not compared:
/// compression lets a length speak of what is inside, and hardtack refuses it for that.
fn shortest(rows: &[Row], mode: Mode, verdict: &mut Verdict) {
    let ours = base(rows, mode);
    let rivals_at =
        |size| rows.iter().filter(move |row| rival_of(row, mode) && !row.cell(size).compressed);
    for size in Size::ALL {
        let length = ours.cell(size).characters;
        let Some(best) = rivals_at(size).min_by_key(|row| row.cell(size).characters) else {
            continue;
        };
        let rival = best.cell(size).characters;
        verdict.say(
            length < rival,
            format!("{mode:?}, {}: {length} characters, {} {rival}", size.name(), best.name),
        );
        let shorter = |row: &&Row| {
            rival_of(row, mode) && row.cell(size).compressed && row.cell(size).characters <= length
        };
        verdict.lines.extend(rows.iter().filter(shorter).map(|row| compressed(row, size)));
    }
}

fn compressed(row: &Row, size: Size) -> String {
    format!(
        "note {} compresses the {} session to {}: not compared",
        row.name,
        size.name(),
        row.cell(size).characters
    )
}

fn rival_of(row: &Row, mode: Mode) -> bool {
    let commits = mode == Mode::Signed || row.commitment != Commitment::No;
    row.mode == mode && !row.is_hardtack() && row.time && commits
}

/// Not slower than the jars and layers that encrypt through AES-GCM, AES-GCM-SIV and ring.
fn fastest_encrypted(rows: &[Row], verdict: &mut Verdict) {
    let ours = base(rows, Mode::Encrypted);
    let rivals = ["cookie PrivateJar", "biscotti", "seshcookie"];
    let beaten = |row: &&Row| {
        row.mode == Mode::Encrypted && rivals.iter().any(|rival| row.name.starts_with(rival))
    };
    for row in rows.iter().filter(beaten) {
        for operation in [Operation::Encode, Operation::Decode] {
            let [rival, own] = [row, ours]
                .map(|row| row.cell(Size::Standard).minimum(operation).expect("measured"));
            let ratio = rival / own;
            verdict.say(
                ratio > LEVEL,
                format!("{}, {}: {ratio:.2} × the time of hardtack", row.name, operation.name()),
            );
        }
    }
}

/// Bounds with room for a noisy machine: a step or a scan over the ring would go through them.
fn scales(scaling: &Scaling, verdict: &mut Verdict) {
    for line in &scaling.payload {
        let fit = line.fit();
        verdict.say(fit > 0.97, format!("{}: linear in the payload, R² = {fit:.3}", line.name));
    }
    for line in scaling.ring.iter().filter(|line| line.ours) {
        let steepest = line.ratios().map(|(_, ratio)| ratio).fold(0.0, f64::max);
        verdict.say(
            steepest < 1.10,
            format!("{}: flat in the ring, at most {steepest:.3} × one key", line.name),
        );
    }
    if let Some(speedup) = scaling.two_threads {
        verdict.say(speedup >= 1.9, format!("two threads do {speedup:.2} times one"));
    }
}
