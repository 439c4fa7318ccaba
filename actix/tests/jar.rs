//! A browser's cookies in tests, by the crate `cookie_store`: docs/testing.md shows this file.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that fails panics")]

use actix_web::App;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use cookie_store::CookieStore;
use hardtack::KeyRing;
use url::Url;

#[path = "../examples/site.rs"]
#[allow(dead_code, reason = "main")]
mod site;

/// The cookies of one browser. It keeps and sends them as browsers do.
struct Jar {
    cookies: CookieStore,
    site: Url,
}

impl Jar {
    fn new(site: &str) -> Self {
        Self { cookies: CookieStore::default(), site: site.parse().unwrap() }
    }

    /// Takes a response's `Set-Cookie` header.
    fn keep(&mut self, set_cookie: &str) {
        self.cookies.parse(set_cookie, &self.site).unwrap();
    }

    /// The next request's `Cookie` header.
    fn header(&self) -> String {
        let pairs = self.cookies.get_request_values(&self.site);
        pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

#[actix_web::test]
async fn a_jar_logs_in_comes_back_and_logs_out() {
    const KEY: &str = "YUAOcJ3EdEaMSyjVF153dcjK233EQMXwxhD8Taobr1w=";
    let sessions = site::sessions(&KeyRing::from_base64_list(KEY).unwrap()).unwrap();
    let site = init_service(App::new().configure(site::routes).wrap(sessions)).await;
    let mut ada = Jar::new("https://shop.example/");
    for (path, expected) in [("/login", true), ("/logout", false)] {
        let request = TestRequest::post().uri(path).insert_header(("cookie", ada.header()));
        let response = call_service(&site, request.set_payload("Ada").to_request()).await;
        ada.keep(response.headers().get("set-cookie").unwrap().to_str().unwrap());
        let request = TestRequest::get().insert_header(("cookie", ada.header()));
        let body = read_body(call_service(&site, request.to_request()).await).await;
        assert_eq!(body.starts_with(b"Ada, session "), expected, "{path}");
        assert_eq!(ada.header().is_empty(), !expected, "{path}");
    }
}
