//! The frame around every page.

use hardtack::time::OffsetDateTime;
use maud::{DOCTYPE, Markup, html};

use crate::visitor::Greeting;

pub fn frame(title: &str, greeting: &Greeting, body: &Markup) -> Markup {
    let main = html! {
        @if let Some(notice) = greeting.notice { p #notice .notice role="status" { (notice) } }
        (body)
    };
    skeleton(title, &navigation(greeting), &main)
}

/// A page with one sentence and a link back, for any visitor.
pub fn message(title: &str, text: &str) -> Markup {
    let main = html! {
        section.card.narrow {
            h1 { (title) }
            p { (text) }
            p { a.button href="/" { "To the shop" } }
        }
    };
    skeleton(title, &html! {}, &main)
}

fn skeleton(title: &str, navigation: &Markup, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · The Hardtack Store" }
                link rel="icon" href="/icon.svg";
                link rel="stylesheet" href="/style.css";
            }
            body {
                header { div.wide {
                    a.brand href="/" {
                        img src="/icon.svg" alt="" width="32" height="32";
                        "The Hardtack Store"
                    }
                    (navigation)
                } }
                main.wide { (main) }
                footer { p.wide {
                    "An example of " a href="https://docs.rs/hardtack" { "hardtack" }
                    ". The session data is in one encrypted cookie. The server stores none of it."
                } }
            }
        }
    }
}

fn navigation(greeting: &Greeting) -> Markup {
    html! {
        nav {
            a href="/cart" { "Cart" span #things .count { (greeting.things) } }
            @if greeting.is_admin { a href="/admin" { "Users" } }
            @if let Some(name) = &greeting.name {
                a href="/devices" { "Devices" }
                span #who title=(name) { (name) }
                form method="post" action="/log-out" { button.quiet { "Log out" } }
            } @else {
                a href="/log-in" { "Log in" }
            }
        }
    }
}

/// An amount of money.
pub fn price(cents: u32) -> Markup {
    html! { "€ " (cents / 100) "." (format!("{:02}", cents % 100)) }
}

pub fn instant(at: OffsetDateTime) -> Markup {
    let (date, (hour, minute, _)) = (at.date(), at.to_hms());
    html! {
        time datetime=(format!("{date}T{hour:02}:{minute:02}Z")) { (format!("{date} {hour:02}:{minute:02} UTC")) }
    }
}
