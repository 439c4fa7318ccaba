//! Everything that a run says, as Markdown.

use std::fs;
use std::process::Command;

use crate::candidates::CIPHER;
use crate::check::Verdict;
use crate::options::Options;
use crate::row::Row;
use crate::scaling::{Line, Scaling};
use crate::session::Size;
use crate::table::{self, short};

pub fn markdown(rows: &[Row], scaling: &Scaling, verdict: &Verdict, options: &Options) -> String {
    let times =
        |size| format!("### The {} session\n\n{}\n", Size::name(size), table::times(rows, size));
    [
        preface(options),
        times(Size::Standard),
        times(Size::Minimal),
        times(Size::Large),
        format!("### Characters, and what they carry\n\n{}\n", table::sizes(rows)),
        format!("### Scaling\n\n{}\n\n", scaling_lines(scaling)),
        format!("### Checks\n\n```text\n{}\n```\n", verdict.lines.join("\n")),
    ]
    .concat()
}

/// The report of whole requests.
pub fn requests(table: &str, verdict: &Verdict, options: &Options) -> String {
    format!(
        "Nanoseconds of a request, the least of {} rounds in one process, every library in every round. × is the ratio to \
         hardtack's in the same mode, called in the same way. hardtack encrypts through {CIPHER}.\n\n{}\n\n{table}\n\
         ```text\n{}\n```\n",
        options.rounds,
        machine(),
        verdict.lines.join("\n")
    )
}

fn preface(options: &Options) -> String {
    format!(
        "Nanoseconds, as minimum (median) of {} rounds in one process, every library in every round. × is the ratio of \
         minima to hardtack's; ≈ was measured in another process. hardtack encrypts through {CIPHER}. forged: the right \
         shape, and an invalid signature. 16th of 16: sixteen keys, decoding a token of the last.\n\n{}\n\n",
        options.rounds,
        machine(),
    )
}

fn machine() -> String {
    format!(
        "{}, {} cores, {}, {}, {}.",
        processor(),
        std::thread::available_parallelism().map_or(1, usize::from),
        compiler(),
        profile(),
        if cfg!(target_feature = "avx2") {
            "AVX2 enabled by flags"
        } else {
            "plain build (no target-cpu)"
        },
    )
}

/// Returns the build's profile, which its folder shows.
fn profile() -> &'static str {
    let program = std::env::current_exe().unwrap_or_default();
    if program.ancestors().any(|folder| folder.ends_with("target/fat")) {
        "release with fat LTO"
    } else {
        "cargo's default release profile"
    }
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_else(|_| "rustc of an unknown version".to_owned())
}

fn scaling_lines(scaling: &Scaling) -> String {
    let mut lines: Vec<String> = scaling.payload.iter().map(payload_line).collect();
    lines.extend(scaling.ring.iter().map(ring_line));
    lines.push(scaling.two_threads.map_or_else(
        || "- two threads: not measured on one core".to_owned(),
        |speedup| format!("- two threads decode {speedup:.2} times what one does"),
    ));
    lines.join("\n")
}

fn payload_line(line: &Line) -> String {
    let (least, first) = line.points[0];
    let (most, last) = line.points[line.points.len() - 1];
    let each = (last - first) / (most - least) as f64;
    format!(
        "- {}: {first:.0} ns at {least} bytes, {last:.0} ns at {most}; {each:.2} ns a byte, R² of the straight line {:.3}",
        line.name,
        line.fit()
    )
}

fn ring_line(line: &Line) -> String {
    let points: Vec<String> =
        line.ratios().map(|(keys, ratio)| format!("{keys}: {}", short(ratio))).collect();
    format!("- {}, decode by ring size, against one key: {}", line.name, points.join(", "))
}
