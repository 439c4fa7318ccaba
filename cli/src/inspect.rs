//! `hardtack inspect`.

use core::fmt::Write as _;
use std::borrow::Cow;
use std::collections::BTreeSet;

use hardtack::{DecodeError, Expiry, InspectError, Mode, Renewal, Unverified, Verified};
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::arguments::{Inspect, Verify};
use crate::cookies::{self, Candidate};
use crate::output::{shown_json, shown_name};
use crate::payload::Payload;
use crate::report::{Failure, Report};
use crate::token::Fields;
use crate::verify::Verifier;
use crate::{clock, input};

/// The maximum number of cookies, more than a browser keeps for a site.
const MOST: usize = 1000;

pub fn run(options: &Inspect) -> Result<Report, Failure> {
    let verifier = Verifier::new(&options.verify)?;
    let input = match options.token {
        Some(_) => Zeroizing::default(),
        None => input::standard("a token or Cookie headers")?,
    };
    let candidates = match &options.token {
        Some(token) => vec![Candidate { name: None, value: token.as_bytes() }],
        None => selected(cookies::candidates(&input), options.cookie_name.as_deref()),
    };
    check_count(candidates.len(), options.cookie_name.as_deref())?;
    let now = clock::now(options.common.now);
    let look = |candidate| Seen::new(candidate, options, verifier.as_ref(), now);
    let seen = candidates.into_iter().map(look).collect::<Result<Vec<_>, _>>()?;
    Ok(report(&seen))
}

fn check_count(count: usize, name: Option<&str>) -> Result<(), Failure> {
    let sentence = match (count, name) {
        (1..=MOST, _) => return Ok(()),
        (0, None) => "there is neither a token nor a cookie in the input".to_owned(),
        (0, Some(name)) => {
            format!("there is no cookie {} in the input", shown_name(name.as_bytes()))
        }
        _ => format!("there are {count} cookies in the input; the limit is {MOST}"),
    };
    Err(Failure::Refused(sentence))
}

/// Keeps the cookies with that name. A token that is not in a cookie is always kept.
fn selected<'i>(mut candidates: Vec<Candidate<'i>>, name: Option<&str>) -> Vec<Candidate<'i>> {
    let is_wanted = |found: Option<&[u8]>| {
        name.is_none_or(|name| found.is_none_or(|found| found == name.as_bytes()))
    };
    candidates.retain(|candidate| is_wanted(candidate.name));
    candidates
}

/// The result for one candidate.
struct Seen<'a> {
    candidate: Candidate<'a>,
    options: &'a Verify,
    now: OffsetDateTime,
    header: Result<Unverified, InspectError>,
    verdict: Verdict,
}

enum Verdict {
    /// There are no keys to verify with.
    Unverified,
    Verified(Box<Verified<Payload>>),
    Refused(DecodeError),
    /// A cookie that is not a token and that the options did not name.
    OtherCookie,
}

impl<'a> Seen<'a> {
    fn new(
        candidate: Candidate<'a>,
        options: &'a Inspect,
        verifier: Option<&Verifier<'_>>,
        now: OffsetDateTime,
    ) -> Result<Self, Failure> {
        let header = hardtack::inspect(candidate.value);
        let is_asked_for = candidate.name.is_none() || options.cookie_name.is_some();
        let verdict = match (&header, verifier) {
            (Err(_), _) if !is_asked_for => Verdict::OtherCookie,
            (Err(error), None) => Verdict::Refused(as_decode_error(*error)),
            (Ok(_), None) => Verdict::Unverified,
            (_, Some(verifier)) => {
                let mode = header.as_ref().map_or(Mode::Signed, Unverified::unverified_mode);
                let bound = candidate.name.or(options.cookie_name.as_deref().map(str::as_bytes));
                verifier
                    .decode(candidate.value, mode, bound, now)?
                    .map_or_else(Verdict::Refused, |session| Verdict::Verified(Box::new(session)))
            }
        };
        Ok(Self { candidate, options: &options.verify, now, header, verdict })
    }

    fn is_accepted(&self) -> bool {
        matches!(self.verdict, Verdict::Unverified | Verdict::Verified(_))
    }

    fn text(&self) -> String {
        let length = self.candidate.value.len();
        let what = match self.candidate.name {
            Some(name) => format!("cookie {}", shown_name(name)),
            None => "token".to_owned(),
        };
        let mut text = match self.verdict {
            Verdict::OtherCookie => {
                let unit = if length == 1 { "byte" } else { "bytes" };
                return format!("{what}: {length} {unit}, not a token\n");
            }
            Verdict::Unverified => format!("{what}: NOT VERIFIED; {WARNING}\n"),
            Verdict::Verified(_) => format!("{what}: verified\n"),
            Verdict::Refused(error) => {
                let text =
                    format!("{what}: REFUSED, {}: {error}{}\n", error.kind(), self.hint(error));
                let is_shown = self.header.is_ok() && !is_authentic(error);
                if is_shown { format!("{text}  NOT VERIFIED; {WARNING}\n") } else { text }
            }
        };
        if let Ok(header) = &self.header {
            text.push_str(&Fields::new(header, self.now).text());
        }
        self.add_session(&mut text);
        text
    }

    fn hint(&self, error: DecodeError) -> &'static str {
        match (error, self.candidate.name) {
            (DecodeError::BadSignature, None) => {
                "; a session cookie's token is bound to its name: --cookie-name"
            }
            _ => "",
        }
    }

    fn add_session(&self, text: &mut String) {
        let Some(session) = self.session() else { return };
        let expires = match self.expires_at(session) {
            Some(instant) => clock::shown(instant, self.now),
            None => "unknown without the codec's --max-age".to_owned(),
        };
        let _ = writeln!(text, "  {:<11} {expires}", "expires");
        if let Some(reason) = self.renewal(session) {
            let _ = writeln!(text, "  {:<11} due, by {reason}", "renewal");
        }
        if self.options.show_payload {
            let _ = writeln!(text, "payload:\n{}", shown_json(session.data()));
        }
    }

    fn session(&self) -> Option<&Verified<Payload>> {
        if let Verdict::Verified(session) = &self.verdict { Some(session) } else { None }
    }

    fn renewal(&self, session: &Verified<Payload>) -> Option<&'static str> {
        match session.renewal(self.now)? {
            Renewal::Key => Some("key"),
            _ => self.options.max_age.map(|_| "age"),
        }
    }

    /// Returns the expiry, or `None` if the options do not determine it.
    fn expires_at(&self, session: &Verified<Payload>) -> Option<OffsetDateTime> {
        let is_own = matches!(session.expiry(), Expiry::After(_) | Expiry::At(_));
        (is_own || self.options.max_age.is_some()).then(|| session.expires_at())
    }

    fn json(&self) -> Shown<'_> {
        let header = self.header.as_ref().ok();
        let (status, error) = match &self.verdict {
            Verdict::Unverified => ("unverified", None),
            Verdict::Verified(_) => ("verified", None),
            Verdict::Refused(error) => ("refused", Some(error)),
            Verdict::OtherCookie => ("not_a_token", None),
        };
        let session = self.session();
        Shown {
            cookie: self.candidate.name.map(String::from_utf8_lossy),
            length: self.candidate.value.len(),
            status,
            reason: error.map(DecodeError::kind),
            message: error.map(ToString::to_string),
            token: header.map(|header| Fields::new(header, self.now).json()),
            expires_at: session.and_then(|session| self.expires_at(session)).map(clock::utc),
            renewal: session.and_then(|session| self.renewal(session)),
            payload: session.filter(|_| self.options.show_payload).map(Verified::data),
        }
    }
}

/// A candidate in JSON.
#[derive(Serialize)]
struct Shown<'a> {
    cookie: Option<Cow<'a, str>>,
    length: usize,
    status: &'static str,
    reason: Option<&'static str>,
    message: Option<String>,
    token: Option<Value>,
    expires_at: Option<String>,
    renewal: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<&'a Payload>,
}

const WARNING: &str = "an attacker may control every field";

/// Returns true if the signature was valid and a later check failed. FORMAT.md, "Decode".
fn is_authentic(error: DecodeError) -> bool {
    matches!(
        error,
        DecodeError::RetiredKey
            | DecodeError::NotYetValid
            | DecodeError::Expired
            | DecodeError::Revoked
            | DecodeError::Payload(_)
    )
}

fn as_decode_error(error: InspectError) -> DecodeError {
    match error {
        InspectError::UnsupportedVersion { version } => DecodeError::UnsupportedVersion { version },
        _ => DecodeError::Malformed,
    }
}

/// The input is accepted if one token is accepted.
fn report(seen: &[Seen<'_>]) -> Report {
    let text = seen.iter().map(Seen::text).collect::<String>();
    let json: Vec<Shown<'_>> = seen.iter().map(Seen::json).collect();
    let notes = if is_ambiguous(seen) { AMBIGUOUS.to_owned() } else { String::new() };
    let is_refused = !seen.iter().any(Seen::is_accepted);
    Report { notes, is_refused, ..Report::new(text, &json) }
}

const AMBIGUOUS: &str =
    "note: several different cookies of one name are valid; the library accepts none of them\n";

fn is_ambiguous(seen: &[Seen<'_>]) -> bool {
    let verified = seen.iter().filter(|seen| seen.session().is_some());
    let cookies: BTreeSet<_> =
        verified.filter_map(|seen| Some((seen.candidate.name?, seen.candidate.value))).collect();
    let names: BTreeSet<_> = cookies.iter().map(|(name, _)| name).collect();
    names.len() < cookies.len()
}
