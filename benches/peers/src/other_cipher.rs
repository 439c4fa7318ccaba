//! hardtack's two ciphers cannot be in one build. The other build's times are brought to this run's scale
//! by a library that both measured.

use crate::peer::Mode;
use crate::row::{Operation, Row};
use crate::session::Size;

const YARDSTICK: &str = "cookie PrivateJar + rmp";

/// The encrypted rows of the other build, as they would have been here.
pub fn rows(other: &[Row], here: &[Row]) -> Vec<Row> {
    let ours = |row: &&Row| row.is_hardtack() && row.mode == Mode::Encrypted;
    other.iter().filter(ours).map(|row| scaled(row, yardstick(other), yardstick(here))).collect()
}

fn yardstick(rows: &[Row]) -> &Row {
    rows.iter().find(|row| row.name == YARDSTICK).expect("measured in every build")
}

fn scaled(row: &Row, there: &Row, here: &Row) -> Row {
    let cipher = if cfg!(feature = "ring") { "chacha20 and cryptoxide" } else { "feature ring" };
    let mut row = Row { name: format!("{}, {cipher}", row.name), apart: true, ..row.clone() };
    for size in Size::ALL {
        for operation in Operation::ALL {
            let time = |row: &Row| row.cell(size).minimum(operation).expect("measured");
            let scale = time(here) / time(there);
            let timing = row.cell(size).timing(operation).expect("measured");
            row.sizes[size as usize].set(operation, timing * scale);
        }
    }
    row
}
