//! The users, for administrators.

use maud::{Markup, html};

use super::account::question;
use super::frame::frame;
use crate::accounts::User;
use crate::log_in::Page;
use crate::visitor::Greeting;

/// Each of `users` comes with the number of their sessions.
pub fn admin(greeting: &Greeting, users: &[(User, usize)], is_confirmed: bool) -> Markup {
    let body = html! {
        h1 { "Users" }
        @if !is_confirmed { (question(Page::Admin)) }
        section.card {
            ul.users { @for (user, sessions) in users { (line(user, *sessions, is_confirmed)) } }
        }
    };
    frame("Users", greeting, &body)
}

fn line(user: &User, sessions: usize, is_confirmed: bool) -> Markup {
    html! {
        li {
            div.what {
                strong { (user.name) @if user.is_admin { span.badge { "admin" } } }
                span { (sessions) @if sessions == 1 { " session" } @else { " sessions" } }
            }
            @if is_confirmed {
                form method="post" action="/admin/end" {
                    button.quiet name="user" value=(user.id) aria-label=(format!("End all sessions of {}", user.name)) {
                        "End all"
                    }
                }
            }
        }
    }
}
