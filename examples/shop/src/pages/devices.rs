//! The sessions of one user.

use hardtack::SessionId;
use maud::{Markup, html};

use super::account::question;
use super::frame::{frame, instant};
use crate::devices::Device;
use crate::log_in::Page;
use crate::shop::MAX_AGE;
use crate::visitor::Greeting;

pub fn devices(
    greeting: &Greeting,
    devices: &[Device],
    here: Option<SessionId>,
    is_confirmed: bool,
) -> Markup {
    let body = html! {
        h1 { "Your devices" }
        p {
            "You are logged in on these devices. End any session that you do not recognize. \
             The time of the last visit is precise to ten minutes."
        }
        @if !is_confirmed { (question(Page::Devices)) }
        ul.devices {
            @for device in devices { (card(device, here == Some(device.id), is_confirmed)) }
        }
        @if is_confirmed {
            section.card.everywhere {
                p { strong { "Log out everywhere" } " ends all of these sessions, including all copies." }
                form method="post" action="/log-out-everywhere" { button.danger { "Log out everywhere" } }
            }
        }
    };
    frame("Your devices", greeting, &body)
}

fn card(device: &Device, is_here: bool, is_confirmed: bool) -> Markup {
    let is_remembered = device.idle_timeout > MAX_AGE;
    html! {
        li.card.here[is_here] {
            h2 title=(device.place.agent) {
                (browser(&device.place.agent))
                @if is_here { span.badge { "this one" } }
            }
            dl {
                dt { "Logged in" } dd { (instant(device.began_at)) }
                dt { "Last seen" } dd { (instant(device.seen_at)) }
                dt { "Address" } dd { (device.place.address) }
                dt { "Browser" } dd { @if is_remembered { "remembers you" } @else { "forgets you when it closes" } }
            }
            @if is_confirmed {
                form method="post" action="/devices/end" {
                    button.quiet name="session" value=(device.id) { @if is_here { "Log out" } @else { "End" } }
                }
            }
        }
    }
}

/// Returns a short name for a `User-Agent`. The order matters, because several browsers also name
/// others there.
fn browser(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if agent.is_empty() => "Unknown browser".to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}
