//! The three sites do the same, and docs/frameworks.md counts their lines as they are.
#![allow(clippy::unwrap_used, missing_docs)]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use hardtack::KeyRing;
use hardtack_example_beside::{with_axum_extra, with_hardtack, with_tower_sessions};
use tower::ServiceExt as _;

const KEY: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w=";

async fn send(site: &Router, method: &str, path: &str, cookie: &str, form: &str) -> Response<Body> {
    let request = Request::builder().method(method).uri(path).header("cookie", cookie);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    site.clone().oneshot(request.body(Body::from(form.to_owned())).unwrap()).await.unwrap()
}

fn set_cookie(response: &Response<Body>) -> &str {
    response.headers()["set-cookie"].to_str().unwrap()
}

async fn who(site: &Router, cookie: &str) -> String {
    let response = send(site, "GET", "/", cookie, "").await;
    let bytes = to_bytes(response.into_body(), 1000).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn drive(site: Router) {
    assert_eq!(who(&site, "").await, "nobody");
    let response = send(&site, "POST", "/", "", "user=Ada").await;
    assert_eq!(response.status(), 303);
    assert!(!set_cookie(&response).contains("Max-Age"), "until the browser closes");
    let response = send(&site, "POST", "/", "", "user=Bob&remember=on").await;
    assert!(set_cookie(&response).contains("Max-Age=2592000"), "{}", set_cookie(&response));
    let cookie = set_cookie(&response).split(';').next().unwrap().to_owned();
    assert_eq!(who(&site, &cookie).await, "Bob");
    let response = send(&site, "POST", "/logout", &cookie, "").await;
    assert!(set_cookie(&response).contains("Max-Age=0"), "{}", set_cookie(&response));
}

#[tokio::test]
async fn all_three_sites_log_in_remember_and_log_out() {
    drive(with_hardtack(&KeyRing::from_base64_list(KEY).unwrap())).await;
    drive(with_tower_sessions::site()).await;
    drive(with_axum_extra::site(axum_extra::extract::cookie::Key::from(&[7; 64]))).await;
}

#[test]
fn the_page_counts_the_lines_as_they_are() {
    let page = include_str!("../../../docs/frameworks.md");
    let row = page.lines().find(|line| line.starts_with("| **lines of the whole site**")).unwrap();
    let counted = [
        include_str!("../../smallest.rs"),
        include_str!("../tower_sessions.rs"),
        include_str!("../axum_extra.rs"),
    ];
    let counted = counted.map(|site| format!(" **{}** ", site.lines().count()));
    assert!(row.ends_with(&format!("|{}|", counted.join("|"))), "{row}: {counted:?}");
}
