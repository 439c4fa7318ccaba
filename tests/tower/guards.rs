//! The extractor that requires a log-in.

use axum::Router;
use axum::http::header::VARY;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::any;
use hardtack::tower::{LoggedIn, RequireLogIn, RequireLogInError};

use crate::support::*;

impl LoggedIn for Visitor {
    fn is_logged_in(&self) -> bool {
        self.user.is_some()
    }
}

async fn account(RequireLogIn(mut session): RequireLogIn<Visitor>) -> String {
    session.visits += 1;
    session.user.clone().unwrap()
}

#[tokio::test]
async fn only_a_visitor_who_is_logged_in_gets_past() {
    let app = Router::new().route("/", any(account)).layer(layer());
    let response = send(&app, from_ada()).await;
    assert_eq!(saved(&response).unwrap().visits, 1);
    assert_eq!(text(response).await, "Ada");
    let cart = Visitor { notes: vec!["apple".to_owned()], ..Visitor::default() };
    for request in [get(), with_cookie("__Host-session=x"), with_cookie(&visitor(&cart, now()))] {
        let response = send(&app, request).await;
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()[VARY], "Cookie");
    }
}

#[tokio::test]
async fn a_missing_layer_is_no_log_out() {
    assert_eq!(send(&Router::new().route("/", any(account)), get()).await.status(), 500);
}

#[tokio::test]
async fn a_handler_may_answer_itself() {
    async fn handler(session: Result<RequireLogIn<Visitor>, RequireLogInError>) -> Response {
        match session {
            Ok(RequireLogIn(session)) => session.user.clone().unwrap().into_response(),
            Err(RequireLogInError::LoggedOut) => Redirect::to("/login").into_response(),
            Err(error) => error.into_response(),
        }
    }
    let app = Router::new().route("/", any(handler)).layer(layer());
    assert_eq!(send(&app, get()).await.headers()["location"], "/login");
    assert_eq!(send(&app, from_ada()).await.status(), 200);
}
