//! The forms that ask for a password.

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
            p.hint { "You keep what is in your cart." }
        }
    };
    frame("Log in", greeting, &body)
}

/// The page after a wrong password in the form of [`question`].
pub fn confirm(greeting: &Greeting, page: Page) -> Markup {
    let body = html! {
        h1 { "Confirm your password" }
        p #mistake .mistake role="alert" { "The password is wrong." }
        (question(page))
    };
    frame("Confirm your password", greeting, &body)
}

/// A form that asks for the password again and then leads to `page`.
pub fn question(page: Page) -> Markup {
    html! {
        section.card.narrow {
            h2 { "To end sessions, confirm your password" }
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
