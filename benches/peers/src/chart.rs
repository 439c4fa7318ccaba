//! The two pictures: how hardtack compares, and how it scales. On a white ground, so that a dark page does them no harm.

use std::collections::HashSet;
use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::peer::Mode;
use crate::row::{Operation, Row, base};
use crate::scaling::{Line, Scaling};
use crate::session::Size;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn Error>>;

const INK: RGBColor = RGBColor(0x1f, 0x29, 0x37);
const SOFT: RGBColor = RGBColor(0x6b, 0x72, 0x80);
const GRID: RGBColor = RGBColor(0xe5, 0xe7, 0xeb);
const OURS: RGBColor = RGBColor(0xc2, 0x41, 0x0c);
const OURS_LIGHT: RGBColor = RGBColor(0xfb, 0x92, 0x3c);
const THEIRS: RGBColor = RGBColor(0x47, 0x55, 0x69);
const THEIRS_LIGHT: RGBColor = RGBColor(0xa3, 0xb1, 0xc2);

const WIDTH: i32 = 880;
const LEFT: i32 = 250;
const RIGHT: i32 = 800;
const ROW: i32 = 34;
const TOP: i32 = 84;
const HEAD: i32 = 34;
/// Where bars are cut: beyond it only the number tells.
const LONGEST: f64 = 8.0;

/// Bars: encode and decode of the standard session, hardtack's being 1.
pub fn performance(path: &Path, rows: &[Row]) -> Drawn {
    let groups = [Mode::Signed, Mode::Encrypted].map(|mode| (mode, bars(rows, mode)));
    let height =
        TOP + groups.iter().map(|(_, bars)| HEAD + ROW * bars.len() as i32 + 14).sum::<i32>() + 34;
    let area = SVGBackend::new(path, (WIDTH as u32, height as u32)).into_drawing_area();
    area.fill(&WHITE)?;
    title(&area)?;
    let mut y = TOP;
    for (mode, bars) in &groups {
        y = group(&area, *mode, bars, y)?;
    }
    write(
        &area,
        "Bars end at 8; the number goes on. ≈ was timed in another process.",
        (20, height - 22),
        14,
        SOFT,
        HPos::Left,
    )?;
    area.present()?;
    Ok(())
}

struct Bar {
    label: String,
    library: String,
    ours: bool,
    about: bool,
    encode: f64,
    decode: f64,
}

/// Returns hardtack's bars, with this build's before a recorded one, then one bar for each library: its
/// fastest way. The fastest library comes first.
fn bars(rows: &[Row], mode: Mode) -> Vec<Bar> {
    let base = base(rows, mode);
    let shown = |row: &&Row| row.mode == mode && !row.name.contains("compact");
    let mut bars: Vec<Bar> = rows.iter().filter(shown).map(|row| Bar::new(row, base)).collect();
    bars.sort_by(|a, b| {
        let group = |bar: &Bar| (!bar.ours, bar.ours && bar.about);
        group(a).cmp(&group(b)).then((a.encode + a.decode).total_cmp(&(b.encode + b.decode)))
    });
    let mut seen = HashSet::new();
    bars.retain(|bar| bar.ours || seen.insert(bar.library.clone()));
    bars
}

impl Bar {
    fn new(row: &Row, base: &Row) -> Self {
        let time =
            |row: &Row, operation| row.cell(Size::Standard).minimum(operation).expect("measured");
        let ratio = |operation| time(row, operation) / time(base, operation);
        Self {
            label: row.name.clone(),
            library: row.library().to_owned(),
            ours: row.is_hardtack(),
            about: row.apart,
            encode: ratio(Operation::Encode),
            decode: ratio(Operation::Decode),
        }
    }
}

fn title(area: &Area<'_>) -> Drawn {
    write(
        area,
        "Time to encode and decode a session, hardtack = 1",
        (20, 24),
        24,
        INK,
        HPos::Left,
    )?;
    write(
        area,
        "Shorter is better. 8 fields, 192 bytes as JSON; minima of many rounds, all libraries in turn in one process",
        (20, 52),
        14,
        SOFT,
        HPos::Left,
    )?;
    key(area, (RIGHT - 62, 20), OURS, THEIRS, "encode")?;
    key(area, (RIGHT - 62, 40), OURS_LIGHT, THEIRS_LIGHT, "decode")
}

fn key(area: &Area<'_>, (x, y): (i32, i32), ours: RGBColor, theirs: RGBColor, text: &str) -> Drawn {
    area.draw(&Rectangle::new([(x, y - 6), (x + 20, y + 5)], ours.filled()))?;
    area.draw(&Rectangle::new([(x + 24, y - 6), (x + 44, y + 5)], theirs.filled()))?;
    write(area, text, (x + 52, y), 14, INK, HPos::Left)
}

fn group(area: &Area<'_>, mode: Mode, bars: &[Bar], top: i32) -> Result<i32, Box<dyn Error>> {
    let name = if mode == Mode::Signed { "Signed" } else { "Encrypted" };
    write(area, name, (20, top + 16), 18, INK, HPos::Left)?;
    let bottom = top + HEAD + ROW * bars.len() as i32;
    for tick in 0..=LONGEST as i32 {
        let x = place(f64::from(tick));
        let color = if tick == 1 { OURS_LIGHT } else { GRID };
        area.draw(&PathElement::new([(x, top + HEAD - 6), (x, bottom)], color.stroke_width(1)))?;
        write(area, &tick.to_string(), (x, top + HEAD - 16), 13, SOFT, HPos::Center)?;
    }
    for (index, bar) in bars.iter().enumerate() {
        draw(area, bar, top + HEAD + ROW * index as i32)?;
    }
    Ok(bottom + 14)
}

fn place(ratio: f64) -> i32 {
    LEFT + (f64::from(RIGHT - LEFT) * ratio.min(LONGEST) / LONGEST) as i32
}

fn draw(area: &Area<'_>, bar: &Bar, y: i32) -> Drawn {
    let (dark, light, ink) =
        if bar.ours { (OURS, OURS_LIGHT, OURS) } else { (THEIRS, THEIRS_LIGHT, INK) };
    write(area, &bar.label, (LEFT - 12, y + 14), 16, ink, HPos::Right)?;
    strip(area, bar, bar.encode, y + 2, dark)?;
    strip(area, bar, bar.decode, y + 15, light)
}

fn strip(area: &Area<'_>, bar: &Bar, ratio: f64, y: i32, color: RGBColor) -> Drawn {
    let end = place(ratio);
    area.draw(&Rectangle::new([(LEFT, y), (end, y + 11)], color.filled()))?;
    if ratio > LONGEST {
        // A gap across the bar: it goes on.
        area.draw(&Polygon::new(
            [(end - 16, y + 12), (end - 10, y - 1), (end - 5, y - 1), (end - 11, y + 12)],
            WHITE.filled(),
        ))?;
    }
    let about = if bar.about { "≈ " } else { "" };
    let digits = if ratio < 9.95 { 1 } else { 0 };
    write(area, &format!("{about}{ratio:.digits$}"), (end + 6, y + 6), 13, INK, HPos::Left)
}

fn write(
    area: &Area<'_>,
    text: &str,
    at: (i32, i32),
    size: i32,
    color: RGBColor,
    side: HPos,
) -> Drawn {
    let style = ("sans-serif", size).into_font().color(&color).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(text.to_owned(), at, style))?;
    Ok(())
}

/// Two panels: against the payload a straight line, against the ring a flat one.
pub fn scaling(path: &Path, scaling: &Scaling) -> Drawn {
    let area = SVGBackend::new(path, (WIDTH as u32, 400)).into_drawing_area();
    area.fill(&WHITE)?;
    let (left, right) = area.split_horizontally(WIDTH / 2);
    panel(
        &left,
        "hardtack: time against payload",
        "bytes of MessagePack (64 bytes = 1)",
        &scaling.payload,
        3200,
    )?;
    panel(
        &right,
        "Decode time against the number of keys",
        "keys in the ring, the token is the last one's (1 key = 1)",
        &scaling.ring,
        17,
    )?;
    area.present()?;
    Ok(())
}

const HUES: [RGBColor; 4] =
    [OURS, OURS_LIGHT, RGBColor(0x1d, 0x4e, 0xd8), RGBColor(0x60, 0xa5, 0xfa)];

fn hues(lines: &[Line]) -> Vec<RGBColor> {
    // Two lines of hardtack take the two dark hues, four take all.
    let step = if lines.iter().filter(|line| line.ours).count() > 2 { 1 } else { 2 };
    let ours = HUES.into_iter().step_by(step);
    lines
        .iter()
        .zip(ours.chain([SOFT]))
        .map(|(line, hue)| if line.ours { hue } else { SOFT })
        .collect()
}

fn panel(area: &Area<'_>, title: &str, axis: &str, lines: &[Line], most: usize) -> Drawn {
    let highest = lines.iter().flat_map(Line::ratios).map(|(_, ratio)| ratio).fold(0.0, f64::max);
    let text = |size: i32, color: &RGBColor| ("sans-serif", size).into_font().color(color);
    write(area, title, (24, 26), 20, INK, HPos::Left)?;
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .margin_top(48)
        .x_label_area_size(44)
        .y_label_area_size(36)
        .build_cartesian_2d(0.0..most as f64, 0.0..(highest * 1.08))?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(SOFT)
        .label_style(text(14, &SOFT))
        .axis_desc_style(text(14, &SOFT))
        .x_desc(axis)
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .draw()?;
    for (line, hue) in lines.iter().zip(hues(lines)) {
        let drawn =
            chart.draw_series(LineSeries::new(line.ratios(), hue.stroke_width(2)).point_size(3))?;
        drawn
            .label(&line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], hue.stroke_width(3)));
    }
    let place = SeriesLabelPosition::UpperLeft;
    let labels = chart.configure_series_labels();
    { labels }
        .position(place)
        .margin(12)
        .label_font(text(14, &INK))
        .background_style(WHITE.mix(0.85))
        .draw()?;
    Ok(())
}
