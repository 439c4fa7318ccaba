//! What was measured of one library.

use crate::peer::{Commitment, Facts, Mode, Rotation};
use crate::session::Size;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operation {
    Encode,
    Decode,
    /// A token of the right shape that nobody signed.
    Forged,
    /// Sixteen keys, and a token of the sixteenth.
    Ring,
}

impl Operation {
    pub const ALL: [Self; 4] = [Self::Encode, Self::Decode, Self::Forged, Self::Ring];

    pub fn name(self) -> &'static str {
        match self {
            Self::Encode => "encode",
            Self::Decode => "decode",
            Self::Forged => "forged",
            Self::Ring => "16th of 16",
        }
    }
}

/// Nanoseconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Timing {
    pub minimum: f64,
    pub median: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    pub name: String,
    pub version: String,
    pub mode: Mode,
    pub time: bool,
    pub commitment: Commitment,
    pub rotation: Rotation,
    /// Measured in another process: its ratios are approximate.
    pub apart: bool,
    pub sizes: [Cell; 3],
}

/// One session of one library.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Cell {
    pub characters: usize,
    /// The library compressed this one, which lets its length speak of its contents.
    pub compressed: bool,
    pub timings: [Option<Timing>; 4],
}

impl Cell {
    pub fn timing(&self, operation: Operation) -> Option<Timing> {
        self.timings[operation as usize]
    }

    pub fn set(&mut self, operation: Operation, timing: Timing) {
        self.timings[operation as usize] = Some(timing);
    }

    pub fn minimum(&self, operation: Operation) -> Option<f64> {
        Some(self.timing(operation)?.minimum)
    }
}

impl Row {
    pub fn new(facts: Facts) -> Self {
        Self {
            name: facts.name.to_owned(),
            version: crate::versions::of(facts.package),
            mode: facts.mode,
            time: facts.time,
            commitment: facts.commitment,
            rotation: facts.rotation,
            apart: false,
            sizes: [Cell::default(); 3],
        }
    }

    pub fn cell(&self, size: Size) -> &Cell {
        &self.sizes[size as usize]
    }

    /// The first word of the name.
    pub fn library(&self) -> &str {
        self.name.split([' ', ',']).next().unwrap_or_default()
    }

    pub fn is_hardtack(&self) -> bool {
        self.library() == "hardtack"
    }
}

/// The row that all others of a mode are compared with.
pub fn base(rows: &[Row], mode: Mode) -> &Row {
    rows.iter()
        .find(|row| row.mode == mode && row.name == "hardtack")
        .expect("hardtack is always measured")
}

impl core::ops::Mul<f64> for Timing {
    type Output = Self;

    fn mul(self, scale: f64) -> Self {
        Self { minimum: self.minimum * scale, median: self.median * scale }
    }
}
