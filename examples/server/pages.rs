//! The HTML pages. All user input is written through [`Text`].

use core::fmt::{self, Display, Formatter};
use core::time::Duration;

use hardtack::time::OffsetDateTime;

use crate::site::{ABSOLUTE_TIMEOUT, Accent, Site, Theme, Visit, Visitor};

/// User input, escaped for HTML and its quoted attributes.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|letter| match letter {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            letter => write!(f, "{letter}"),
        })
    }
}

/// The page for visitors who are not logged in.
pub fn log_in(visit: &Visit, notice: Option<&str>) -> String {
    let notice = notice.map(|text| format!(r#"<p class="notice" role="status">{text}</p>"#));
    let notice = notice.unwrap_or_default();
    let body = format!(
        r#"{notice}
<section>
<h1>Come aboard</h1>
<p>This is a demonstration. Any name works, and there is no password.</p>
<form method="post" action="/login">
<label for="name">Your name</label>
<input id="name" name="name" required maxlength="64" autocomplete="username" autofocus>
<label class="tick"><input type="checkbox" name="remember" value="on"> Remember me for 30 days</label>
<button class="main">Log in</button>
</form>
</section>"#
    );
    page(&visit.site, &visit.session, "Log in", &body)
}

/// The page for visitors who are logged in.
pub fn home(visit: &Visit, name: &str) -> String {
    let facts = facts(visit);
    let preferences = preferences(&visit.session);
    let body = format!(
        r#"<section>
<h1>Hello, <span id="who">{}</span></h1>
{facts}
</section>
{preferences}
{LEAVE}"#,
        Text(name)
    );
    page(&visit.site, &visit.session, "Your session", &body)
}

/// A page with one sentence and a link back.
pub fn message(site: &Site, title: &str, text: &str) -> String {
    let body =
        format!(r#"<section><h1>{title}</h1><p>{text}</p><p><a href="/">Back</a></p></section>"#);
    page(site, &Visitor::default(), title, &body)
}

fn facts(visit: &Visit) -> String {
    let session = &visit.session;
    let id = session.id().map(|id| id.to_string()).unwrap_or_default();
    let began = session.started_at().map(instant).unwrap_or_default();
    let ends = session.expires_at().map(instant).unwrap_or_default();
    let left = span(session.expiry_age(visit.now));
    let kept = kept(visit);
    let length = visit.cookie_len;
    format!(
        r#"<dl>
<dt>Session</dt><dd><code id="session-id">{id}</code></dd>
<dt>Began</dt><dd id="began">{began}</dd>
<dt>Ends</dt><dd id="ends">{ends}<small>in {left}, or later if you come back</small></dd>
<dt>Browser</dt><dd id="kept">{kept}</dd>
<dt>Cookie</dt><dd>{length} characters of the 4096 that browsers keep</dd>
</dl>"#
    )
}

fn kept(visit: &Visit) -> &'static str {
    if visit.session.expires_at_browser_close() {
        "forgets you when it closes"
    } else {
        "remembers you"
    }
}

fn preferences(visitor: &Visitor) -> String {
    let Visitor { theme, accent, note, .. } = visitor;
    let themes = [Theme::Light, Theme::Dark]
        .map(|choice| radio("theme", theme_name(choice), *theme == choice));
    let accents = [Accent::Sea, Accent::Moss, Accent::Brick]
        .map(|choice| radio("accent", accent_name(choice), *accent == choice));
    format!(
        r#"<section>
<h2>Preferences</h2>
<p>They are stored only in the cookie.</p>
<form method="post" action="/preferences">
<fieldset><legend>Theme</legend>{}</fieldset>
<fieldset><legend>Colour</legend>{}</fieldset>
<label for="note">A note to yourself</label>
<textarea id="note" name="note" rows="2">
{}</textarea>
<button class="main">Save</button>
</form>
</section>"#,
        themes.concat(),
        accents.concat(),
        Text(note)
    )
}

fn radio(name: &str, value: &str, chosen: bool) -> String {
    let checked = if chosen { " checked" } else { "" };
    format!(
        r#"<label class="tick"><input type="radio" name="{name}" value="{value}"{checked}> {value}</label>"#
    )
}

const LEAVE: &str = r#"<section>
<h2>Leave</h2>
<div class="ways">
<form method="post" action="/logout"><button>Log out</button></form>
<form method="post" action="/logout-everywhere"><button>Log out everywhere</button></form>
</div>
<p class="quiet"><b>Log out</b> deletes the cookie in this browser. A stolen copy would work until it
expires. <b>Log out everywhere</b> ends all your current sessions: on this device, on all other
devices, and in any copy.</p>
</section>"#;

fn page(site: &Site, visitor: &Visitor, title: &str, body: &str) -> String {
    let (theme, accent) = (theme_name(visitor.theme), accent_name(visitor.accent));
    let footer = footer(site);
    format!(
        r#"<!doctype html>
<html lang="en" data-theme="{theme}" data-accent="{accent}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · hardtack</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a href="/">hardtack</a> <span>keeps for months, needs no store</span></header>
<main>
{body}
</main>
<footer>{footer}</footer>
</body>
</html>
"#
    )
}

fn footer(site: &Site) -> String {
    let days = ABSOLUTE_TIMEOUT.as_secs() / 86_400;
    let key = if site.passing_key {
        " <strong>This server's key lasts for this run only. When it stops, all users are logged out.</strong>"
    } else {
        ""
    };
    format!(
        "The whole session is in the cookie <code>{}</code>. It is signed, but anyone who has the cookie can \
         read it. The server stores no sessions. Every session ends after at most {days} days.{key}",
        site.cookie_name()
    )
}

fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

fn accent_name(accent: Accent) -> &'static str {
    match accent {
        Accent::Sea => "sea",
        Accent::Moss => "moss",
        Accent::Brick => "brick",
    }
}

fn instant(at: OffsetDateTime) -> String {
    let (date, (hour, minute, second)) = (at.date(), at.to_hms());
    format!(
        r#"<time datetime="{date}T{hour:02}:{minute:02}:{second:02}Z">{date} {hour:02}:{minute:02}:{second:02} UTC</time>"#
    )
}

/// Shows a duration in its two largest units.
fn span(left: Duration) -> String {
    let minutes = left.as_secs() / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, minutes) => count(minutes, "minute"),
        (0, hours, 0) => count(hours, "hour"),
        (0, hours, minutes) => format!("{} and {}", count(hours, "hour"), count(minutes, "minute")),
        (days, 0, _) => count(days, "day"),
        (days, hours, _) => format!("{} and {}", count(days, "day"), count(hours, "hour")),
    }
}

fn count(number: u64, unit: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}
