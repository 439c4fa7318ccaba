//! Markdown that can be read on a terminal as well.

use core::fmt::Write as _;

use crate::peer::{Commitment, Mode, Rotation};
use crate::row::{Operation, Row, Timing, base};
use crate::session::Size;

pub fn times(rows: &[Row], size: Size) -> String {
    let mut head = vec!["library".to_owned()];
    head.extend(
        Operation::ALL.iter().flat_map(|operation| [operation.name().to_owned(), "×".to_owned()]),
    );
    head.extend(["characters".to_owned(), "×".to_owned()]);
    let mut lines = vec![head];
    for mode in [Mode::Signed, Mode::Encrypted] {
        lines.push(heading(mode, lines[0].len()));
        lines.extend(
            in_order(rows, mode, size)
                .into_iter()
                .map(|row| time_line(row, base(rows, mode), size)),
        );
    }
    render(&lines)
}

fn heading(mode: Mode, width: usize) -> Vec<String> {
    let mut line = vec![String::new(); width];
    line[0] = match mode {
        Mode::Signed => "**signed**".to_owned(),
        Mode::Encrypted => "**encrypted**".to_owned(),
    };
    line
}

/// Sorts the rows: hardtack's of this build, hardtack's of a recorded build, then the others by the time
/// of a round trip.
fn in_order(rows: &[Row], mode: Mode, size: Size) -> Vec<&Row> {
    let mut rows: Vec<&Row> = rows.iter().filter(|row| row.mode == mode).collect();
    let trip = |row: &Row| {
        let cell = row.cell(size);
        cell.minimum(Operation::Encode).unwrap_or(0.0)
            + cell.minimum(Operation::Decode).unwrap_or(0.0)
    };
    let group = |row: &Row| (!row.is_hardtack(), row.is_hardtack() && row.apart);
    rows.sort_by(|a, b| group(a).cmp(&group(b)).then(trip(a).total_cmp(&trip(b))));
    rows
}

fn time_line(row: &Row, base: &Row, size: Size) -> Vec<String> {
    let (cell, base) = (row.cell(size), base.cell(size));
    let about = if row.apart { "≈ " } else { "" };
    let mut line = vec![label(row)];
    for operation in Operation::ALL {
        line.push(cell.timing(operation).map_or_else(dash, nanoseconds));
        let ratio =
            cell.minimum(operation).zip(base.minimum(operation)).map(|(time, base)| time / base);
        line.push(ratio.map_or_else(dash, |ratio| format!("{about}{}", short(ratio))));
    }
    line.push(characters(row, size));
    line.push(short(cell.characters as f64 / base.characters as f64));
    line
}

fn label(row: &Row) -> String {
    let (library, rest) = row.name.split_at(row.library().len());
    if row.is_hardtack() {
        format!("**{}**", row.name)
    } else if library == "by" {
        row.name.clone()
    } else {
        format!("{library} {}{rest}", row.version)
    }
}

fn characters(row: &Row, size: Size) -> String {
    let cell = row.cell(size);
    format!("{}{}", cell.characters, if cell.compressed { " (compressed)" } else { "" })
}

fn nanoseconds(timing: Timing) -> String {
    format!("{:.0} ({:.0})", timing.minimum, timing.median)
}

fn dash() -> String {
    "–".to_owned()
}

pub fn short(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}

pub fn sizes(rows: &[Row]) -> String {
    let head = [
        "library",
        "minimal",
        "standard",
        "large",
        "carries a time (authenticated)?",
        "commits to its key?",
        "finds one of many keys by",
    ];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    for mode in [Mode::Signed, Mode::Encrypted] {
        lines.push(heading(mode, head.len()));
        let mut rows: Vec<&Row> = rows.iter().filter(|row| row.mode == mode).collect();
        rows.sort_by_key(|row| (!row.is_hardtack(), row.cell(Size::Standard).characters));
        lines.extend(rows.into_iter().map(size_line));
    }
    render(&lines)
}

fn size_line(row: &Row) -> Vec<String> {
    let mut line = vec![label(row)];
    line.extend(Size::ALL.map(|size| characters(row, size)));
    line.push(if row.time { "yes" } else { "no" }.to_owned());
    line.push(commitment(row.commitment).to_owned());
    line.push(rotation(row.rotation).to_owned());
    line
}

fn commitment(commitment: Commitment) -> &'static str {
    match commitment {
        Commitment::Yes => "yes",
        Commitment::Half => "to its signing half",
        Commitment::No => "no",
    }
}

fn rotation(rotation: Rotation) -> &'static str {
    match rotation {
        Rotation::Id => "its id",
        Rotation::Trial => "trial",
        Rotation::None => "– (takes one)",
    }
}

pub fn render(lines: &[Vec<String>]) -> String {
    let width =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
    let mut text = render_line(&lines[0], &widths);
    text.push_str(&rule(&widths));
    lines[1..].iter().for_each(|line| text.push_str(&render_line(line, &widths)));
    text
}

fn rule(widths: &[usize]) -> String {
    let right = |width: &usize| format!("{}:|", "-".repeat(width + 1));
    format!(
        "|{}|{}\n",
        "-".repeat(widths[0] + 2),
        widths[1..].iter().map(right).collect::<String>()
    )
}

fn render_line(line: &[String], widths: &[usize]) -> String {
    let mut text = format!("| {:<width$} |", line[0], width = widths[0]);
    for (cell, width) in line[1..].iter().zip(&widths[1..]) {
        write!(text, " {cell:>width$} |").expect("a String takes everything");
    }
    text + "\n"
}
