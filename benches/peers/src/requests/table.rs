//! The table of requests. Each row is compared with hardtack in the same mode and kind.

use super::{COLUMNS, Kind, Row};
use crate::peer::Mode;
use crate::table::{render, short};

pub fn is_ours(row: &Row) -> bool {
    row.name.starts_with("hardtack")
}

/// Returns hardtack's row of the same mode and kind.
pub fn base<'a>(rows: &'a [Row], row: &Row) -> &'a Row {
    let ours =
        rows.iter().find(|ours| is_ours(ours) && ours.mode == row.mode && ours.kind == row.kind);
    ours.expect("hardtack is always measured")
}

pub fn markdown(rows: &[Row]) -> String {
    let mut head = vec!["library".to_owned()];
    head.extend(COLUMNS.iter().flat_map(|column| [(*column).to_owned(), "×".to_owned()]));
    let mut lines = vec![head];
    for (kind, mode, title) in [
        (Kind::Direct, Mode::Signed, "**signed, called directly**"),
        (Kind::Direct, Mode::Encrypted, "**encrypted, called directly**"),
        (Kind::Layer, Mode::Signed, "**signed, as a layer**"),
        (Kind::Layer, Mode::Encrypted, "**encrypted, as a layer**"),
    ] {
        lines.push(heading(title, lines[0].len()));
        lines.extend(in_order(rows, kind, mode).into_iter().map(|row| line(row, base(rows, row))));
    }
    render(&lines)
}

fn heading(title: &str, width: usize) -> Vec<String> {
    let mut line = vec![String::new(); width];
    line[0] = title.to_owned();
    line
}

/// Sorts the rows by the time of an unchanged request, after hardtack.
fn in_order(rows: &[Row], kind: Kind, mode: Mode) -> Vec<&Row> {
    let mut rows: Vec<&Row> =
        rows.iter().filter(|row| row.kind == kind && row.mode == mode).collect();
    let key = |row: &Row| (!is_ours(row), row.times[0] as u64);
    rows.sort_by_key(|row| key(row));
    rows
}

fn line(row: &Row, base: &Row) -> Vec<String> {
    let name = if is_ours(row) { format!("**{}**", row.name) } else { row.name.clone() };
    let mut line = vec![name];
    for (time, base) in row.times.iter().zip(base.times) {
        line.extend([format!("{time:.0}"), short(time / base)]);
    }
    line
}
