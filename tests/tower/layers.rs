//! Two layers around one route.

use axum::Router;
use axum::http::header::SET_COOKIE;
use axum::routing::any;
use hardtack::tower::{Session, SessionLayer, Verdict};

use crate::support::*;

async fn both(mut visitor: Session<Visitor>, mut wishes: Session<Wishes>) {
    visitor.visits += 1;
    wishes.wishes += 1;
}

async fn count(mut session: Session<Visitor>) -> String {
    session.visits += 1;
    session.visits.to_string()
}

fn wishes(name: &str) -> SessionLayer<Wishes> {
    SessionLayer::new(named(name)).clock(now)
}

#[tokio::test]
async fn layers_of_different_types_nest() {
    let app = Router::new().route("/", any(both)).layer(wishes("__Host-wishes")).layer(layer());
    let response = send(&app, get()).await;
    let names: Vec<&str> = response
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .map(|set| set.to_str().unwrap().split('=').next().unwrap())
        .collect();
    assert_eq!(names, ["__Host-wishes", "__Host-session"]);
}

#[tokio::test]
async fn of_two_equal_layers_the_outer_one_serves() {
    for inner in [layer(), layer().clock(|| now() + time::Duration::weeks(52))] {
        let events = Events::default();
        let app = Router::new().route("/", any(count)).layer(inner).layer(events.layer());
        let response = send(&app, from_ada()).await;
        assert_eq!(saved(&response).unwrap().visits, 1);
        assert_eq!(events.take(), ["saved"]);
    }
}

#[tokio::test]
async fn two_types_under_one_cookie_name_are_an_error_for_both() {
    let events = Events::default();
    let app = |handler| {
        let router: Router = Router::new().route("/", handler);
        router.layer(wishes("__Host-session").on_event(events.sink())).layer(events.layer())
    };
    for handler in [any(count), any(async |_: Session<Wishes>| ())] {
        let response = send(&app(handler), from_ada()).await;
        assert_eq!(response.status(), 500);
        assert!(is_untouched(&response));
        assert_eq!(events.take(), ["conflict"]);
        let message = text(response).await;
        assert!(message.contains("write the same cookie"), "{message}");
    }
}

#[tokio::test]
async fn one_cookie_name_with_two_codecs_is_an_error() {
    let cookie = hardtack::web::SessionCookie::builder(codec("other shop")).build().unwrap();
    let inner = SessionLayer::<Visitor>::new(cookie).clock(now);
    let app = Router::new().route("/", any(count)).layer(inner).layer(layer());
    assert_eq!(send(&app, get()).await.status(), 500);
}

#[tokio::test]
async fn an_outer_layer_does_not_stand_in_for_an_inner_ones_check() {
    let checked = layer().check(|_| async { Ok(Verdict::Refuse("never")) });
    let app = Router::new().route("/", any(count)).layer(checked.clone()).layer(layer());
    assert_eq!(send(&app, from_ada()).await.status(), 500);
    let app = Router::new().route("/", any(count)).layer(checked.clone()).layer(checked);
    assert!(is_cleared(&send(&app, from_ada()).await));
}

#[tokio::test]
async fn of_one_type_in_two_cookies_the_inner_one_is_served() {
    let inner = SessionLayer::<Visitor>::new(named("__Host-inner")).clock(now);
    let app = Router::new().route("/", any(count)).layer(inner).layer(layer());
    let response = send(&app, get()).await;
    assert!(sent_back(response.headers()).unwrap().starts_with("__Host-inner="));
}
