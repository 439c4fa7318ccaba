//! Keys that are replaced while the layer serves.

use std::sync::Arc;

use axum::Router;
use axum::http::{Extensions, HeaderMap};
use axum::routing::any;
use hardtack::tower::{Session, SessionLayer};
use hardtack::web::ReloadableCookie;
use hardtack::{Key, KeyRing};
use time::Duration;
use tokio::sync::Notify;

use crate::support::*;

const OLD: &str = "dLZ7vUBiWBBUUQ1nCGQdwrLHGPpDGJ6CCWtq0hXvAJo=";
const NEW: &str = "iS6l2ZYWYwKQbVL5ZGDnzMTbNUJHSaf09XHLqbRUWRc=";

fn list(keys: &str) -> KeyRing {
    KeyRing::from_base64_list(keys).unwrap()
}

/// The old key, and the new one from `seconds` after now.
fn rotation(seconds: i64) -> KeyRing {
    let new = Key::from_base64(NEW).unwrap();
    list(OLD).activate_at(new, now() + Duration::seconds(seconds)).unwrap()
}

async fn count(mut session: Session<Visitor>) -> String {
    session.visits += 1;
    session.visits.to_string()
}

fn site(cookie: &ReloadableCookie, handler: axum::routing::MethodRouter) -> Router {
    Router::new().route("/", handler).layer(SessionLayer::<Visitor>::new(cookie).clock(now))
}

fn user_of(cookie: &ReloadableCookie, headers: &HeaderMap) -> Option<String> {
    let mut request = HeaderMap::new();
    request.insert("cookie", sent_back(headers)?.parse().unwrap());
    cookie.current().read_at::<Visitor>(&request, now()).user.clone()
}

#[tokio::test]
async fn the_next_request_is_served_with_the_new_keys() {
    let handle = ReloadableCookie::new(cookie());
    let app = site(&handle, any(count));
    assert_eq!(text(send(&app, from_ada()).await).await, "1");
    handle.reload(&rotation(-60));
    let response = send(&app, from_ada()).await;
    let renewed = with_cookie(&sent_back(response.headers()).unwrap());

    handle.reload(&list(NEW));
    assert_eq!(text(send(&app, renewed).await).await, "2");
    // The key of Ada's first cookie has been removed.
    let response = send(&app, from_ada()).await;
    assert_eq!(user_of(&handle, response.headers()), None);
    assert_eq!(text(response).await, "1");
}

/// Whether the handler takes the session before the reload or after it.
#[tokio::test]
async fn a_request_in_flight_ends_with_the_keys_that_it_began_with() {
    for takes_first in [true, false] {
        let (arrived, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let signals = (Arc::clone(&arrived), Arc::clone(&go_on));
        let handler = any(move |extensions: Extensions| {
            let (arrived, go_on) = signals.clone();
            async move {
                let take = || Session::<Visitor>::take(&extensions);
                let held = if takes_first { Some(take().await.unwrap()) } else { None };
                arrived.notify_one();
                go_on.notified().await;
                let mut session = if let Some(held) = held { held } else { take().await.unwrap() };
                session.visits += 1;
                session.user.clone().unwrap_or_default()
            }
        });
        let handle = ReloadableCookie::new(cookie());
        let app = site(&handle, handler);
        let response = tokio::spawn(async move { send(&app, from_ada()).await });
        arrived.notified().await;
        handle.reload(&list(NEW));
        go_on.notify_one();

        let response = response.await.unwrap();
        // `saved` reads with the old key.
        assert_eq!(saved(&response).unwrap().visits, 1);
        assert_eq!(user_of(&handle, response.headers()), None);
        assert_eq!(text(response).await, "Ada");
    }
}

#[tokio::test]
async fn nested_layers_of_one_handle_stay_one_session() {
    let handle = ReloadableCookie::new(cookie());
    let layer = || SessionLayer::<Visitor>::new(handle.clone()).clock(now);
    let app = Router::new().route("/", any(count)).layer(layer()).layer(layer());
    handle.reload(&rotation(60));
    assert_eq!(saved(&send(&app, from_ada()).await).unwrap().visits, 1);
}

/// Threads count visits while another thread reloads. Each ring that it installs contains both
/// keys, so no visit may be lost.
#[test]
fn no_visit_is_lost_while_keys_are_reloaded() {
    const VISITS: u32 = 200;
    let handle = ReloadableCookie::new(cookie());
    let app = site(&handle, any(count));
    let run = |app: Router| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut jar = visitor(&ada(), now());
            for visit in 1..=VISITS {
                let response = send(&app, with_cookie(&jar)).await;
                jar = sent_back(response.headers()).unwrap();
                assert_eq!(text(response).await, visit.to_string());
            }
        });
    };
    std::thread::scope(|scope| {
        let visitors: Vec<_> = (0..4).map(|_| scope.spawn(|| run(app.clone()))).collect();
        while visitors.iter().any(|visitor| !visitor.is_finished()) {
            for seconds in [3600, -1, 0, 1] {
                handle.reload(&rotation(seconds));
            }
        }
    });
}
