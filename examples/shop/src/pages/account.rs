//! Where a password is typed.

use maud::{Markup, html};

use super::frame::frame;
use crate::log_in::Page;
use crate::visitor::Greeting;

pub fn log_in(greeting: &Greeting, mistake: Option<&str>) -> Markup {
    let body = html! {
        section.card.narrow {
            h1 { "Log in" }
            @if let Some(mistake) = mistake { p #mistake .mistake role="alert" { (mistake) } }
            form method="post" action="/log-in" {
                label for="name" { "Name" }
                input #name name="name" required maxlength="64" autocomplete="username" autocapitalize="none"
                    spellcheck="false" autofocus;
                (password())
                label.tick { input type="checkbox" name="remember" value="on"; " Remember me for 14 days" }
                button { "Log in" }
            }
            p.hint { "What is in your cart comes along." }
        }
    };
    frame("Log in", greeting, &body)
}

/// After a wrong password at the question of [`question`].
pub fn confirm(greeting: &Greeting, page: Page) -> Markup {
    let body = html! {
        h1 { "Is it you?" }
        p #mistake .mistake role="alert" { "The password is wrong." }
        (question(page))
    };
    frame("Is it you?", greeting, &body)
}

/// Asks for the password once more, and goes on to `page`.
pub fn question(page: Page) -> Markup {
    html! {
        section.card.narrow {
            h2 { "To end sessions, confirm it is you" }
            form method="post" action="/confirm" {
                input type="hidden" name="page" value=(page.name());
                (password())
                button { "Confirm" }
            }
        }
    }
}

fn password() -> Markup {
    html! {
        label for="password" { "Password" }
        input #password type="password" name="password" required maxlength="1024" autocomplete="current-password";
    }
}
