//! Whole requests: from the `Cookie` header to the response's headers.

mod actix;
mod incoming;
mod jars;
mod layers;
mod ours;
mod table;

use core::cell::Cell;

use http::HeaderMap;

use crate::check::Verdict;
use crate::measure::{Lane, rounds};
use crate::peer::Mode;
use crate::session::{Session as _, Standard};
use incoming::Incoming;

/// What is done with the session of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// One field is read.
    Read,
    /// One number is changed, or a session begun.
    Change,
}

/// Where the library meets the request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The program calls it with the headers.
    Direct,
    /// A layer or middleware around the program.
    Layer,
}

thread_local! {
    // Not in the request's extensions, which would cost time there.
    static ACT: Cell<Act> = const { Cell::new(Act::Read) };
    static SEEN: Cell<Option<i64>> = const { Cell::new(None) };
}

/// The handler in every library: reads the session, or changes it.
pub fn handle(session: &mut Option<Standard>) {
    match (ACT.get(), &mut *session) {
        (Act::Read, found) => SEEN.set(found.as_ref().map(|session| session.last_seen)),
        (Act::Change, Some(session)) => session.last_seen += 1,
        (Act::Change, empty) => *empty = Some(Standard::sample()),
    }
}

pub fn act() -> Act {
    ACT.get()
}

pub fn saw(last_seen: Option<i64>) {
    SEEN.set(last_seen);
}

type Serve = Box<dyn Fn(&Incoming) -> HeaderMap>;

/// A library that serves requests.
pub struct Site {
    pub name: String,
    pub mode: Mode,
    pub kind: Kind,
    /// The headers of the response.
    pub serve: Serve,
    /// Serves the same request without the library. Its time is subtracted.
    pub bare: Option<Serve>,
}

impl Site {
    fn act(&self, act: Act, incoming: &Incoming) -> HeaderMap {
        ACT.set(act);
        (self.serve)(incoming)
    }
}

/// One library's nanoseconds, without those of the bare service.
pub struct Row {
    pub name: String,
    pub mode: Mode,
    pub kind: Kind,
    pub times: [f64; 4],
}

pub const COLUMNS: [&str; 4] = ["unchanged", "changed", "no cookie", "forged"];

/// A site and its lanes: one for each column, and the bare service.
struct Entry {
    site: std::rc::Rc<Site>,
    lanes: Vec<Lane>,
}

pub fn measure(count: usize) -> Vec<Row> {
    let sites = ours::all().into_iter().chain(jars::all()).chain(layers::all()).chain(actix::all());
    let mut entries: Vec<Entry> = sites.map(Entry::new).collect();
    rounds(count, entries.iter_mut().flat_map(|entry| &mut entry.lanes));
    entries.iter().map(Entry::row).collect()
}

impl Entry {
    fn new(site: Site) -> Self {
        let visit = visits(&site);
        let site = std::rc::Rc::new(site);
        let mut lanes: Vec<Lane> = visit
            .into_iter()
            .map(|(act, incoming)| {
                let site = std::rc::Rc::clone(&site);
                Lane::new(move || site.act(act, core::hint::black_box(&incoming)))
            })
            .collect();
        let bare = std::rc::Rc::clone(&site);
        let without = Incoming::without_session();
        lanes.push(Lane::new(move || {
            bare.bare.as_ref().map(|bare| bare(core::hint::black_box(&without)))
        }));
        Self { site, lanes }
    }

    fn row(&self) -> Row {
        let least = |index: usize| self.lanes[index].timing().minimum;
        let bare = if self.site.bare.is_some() { least(4) } else { 0.0 };
        Row {
            name: self.site.name.clone(),
            mode: self.site.mode,
            kind: self.site.kind,
            times: core::array::from_fn(|index| least(index) - bare),
        }
    }
}

/// Returns the requests of the columns, after checking that the library serves each one correctly.
fn visits(site: &Site) -> [(Act, Incoming); 4] {
    let without = Incoming::without_session();
    let first = site.act(Act::Change, &without);
    let with = Incoming::answering(&first).expect("a new session sets a cookie");
    let expect = |incoming: &Incoming, seen: Option<i64>| {
        saw(Some(0));
        site.act(Act::Read, incoming);
        assert!(SEEN.get() == seen, "{}: {:?}", site.name, SEEN.get());
    };
    expect(&with, Some(Standard::sample().last_seen));
    expect(&without, None);
    let forged = with.forged();
    expect(&forged, None);
    let changed = site.act(Act::Change, &with);
    // A store on the server need not set its cookie again.
    let after = Incoming::answering(&changed).unwrap_or(with.clone());
    expect(&after, Some(Standard::sample().last_seen + 1));
    [(Act::Read, with.clone()), (Act::Change, with), (Act::Read, without), (Act::Read, forged)]
}

/// Returns the tables, and whether hardtack is faster in every column.
pub fn report(count: usize) -> (String, Verdict) {
    let rows = measure(count);
    let mut verdict = Verdict::default();
    for row in rows.iter().filter(|row| !table::is_ours(row)) {
        let ours = table::base(&rows, row);
        for (column, (rival, own)) in COLUMNS.iter().zip(row.times.iter().zip(ours.times)) {
            let ratio = rival / own;
            let line = format!("{}, {column}: {ratio:.2} × the time of hardtack", row.name);
            verdict.say(ratio > 1.0, line);
        }
    }
    (table::markdown(&rows), verdict)
}
