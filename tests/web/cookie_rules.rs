//! The cookie's name, attributes, lifetime and length.

use core::time::Duration;

use crate::support::web::*;
use hardtack::web::{
    CookieAction, CookieError, Map, ResponseError, SameSite, Session, SessionCookie,
    SessionCookieBuilder,
};
use hardtack::{EncodeError, Expiry};
use http::{HeaderMap, StatusCode};

fn built(
    options: impl FnOnce(SessionCookieBuilder) -> SessionCookieBuilder,
) -> Result<SessionCookie, CookieError> {
    options(SessionCookie::builder(signed())).build()
}

fn fault(options: impl FnOnce(SessionCookieBuilder) -> SessionCookieBuilder) -> CookieError {
    built(options).unwrap_err()
}

/// The `Set-Cookie` of a new session that `act` changes.
fn written(cookie: &SessionCookie, act: impl FnOnce(&mut Session<Map>)) -> String {
    let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), at_second(0));
    session.insert("user", "Ada");
    act(&mut session);
    set(cookie, &session, 0)
}

fn max_age(header: &str) -> Option<u64> {
    let ages = attributes(header);
    let age = ages.iter().find_map(|attribute| attribute.strip_prefix("Max-Age="))?;
    Some(age.parse().unwrap())
}

#[test]
fn the_defaults_are_the_safe_ones() {
    let header = written(&built(|builder| builder).unwrap(), |_| ());
    assert!(header.starts_with("__Host-session="));
    assert_eq!(
        attributes(&header),
        ["HttpOnly", "Max-Age=7200", "Path=/", "SameSite=Lax", "Secure"]
    );
}

#[test]
fn every_attribute_is_written_as_configured() {
    let cookie = built(|builder| {
        builder
            .name("__Secure-shop")
            .path("/shop")
            .domain("example.org")
            .http_only(false)
            .same_site(SameSite::None)
            .partitioned(true)
    });
    let header = written(&cookie.unwrap(), |_| ());
    assert!(header.starts_with("__Secure-shop="));
    let expected = [
        "Domain=example.org",
        "Max-Age=7200",
        "Partitioned",
        "Path=/shop",
        "SameSite=None",
        "Secure",
    ];
    assert_eq!(attributes(&header), expected);
}

#[test]
fn without_secure_and_http_only_neither_is_written() {
    let cookie = built(|builder| builder.name("s").secure(false).http_only(false));
    let header = written(&cookie.unwrap(), |_| ());
    assert_eq!(attributes(&header), ["Max-Age=7200", "Path=/", "SameSite=Lax"]);
}

#[test]
fn the_host_prefix_requires_secure_no_domain_and_the_root_path() {
    let rule = |rule| CookieError::Prefix { prefix: "__Host-", rule };
    assert_eq!(fault(|builder| builder.secure(false)), rule("be Secure"));
    assert_eq!(fault(|builder| builder.domain("example.org")), rule("have no Domain"));
    assert_eq!(fault(|builder| builder.path("/shop")), rule("have the Path /"));
    assert!(built(|builder| builder.http_only(false)).is_ok());
}

#[test]
fn the_secure_prefix_wants_secure_alone() {
    let error = fault(|builder| builder.name("__Secure-s").secure(false));
    assert_eq!(error, CookieError::Prefix { prefix: "__Secure-", rule: "be Secure" });
    assert!(built(|builder| builder.name("__Secure-s").domain("example.org").path("/a")).is_ok());
}

#[test]
fn the_http_prefixes_want_http_only_as_well() {
    for (name, prefix) in [("__Http-s", "__Http-"), ("__Host-Http-s", "__Host-Http-")] {
        let error = fault(|builder| builder.name(name).http_only(false));
        assert_eq!(error, CookieError::Prefix { prefix, rule: "be HttpOnly" });
        let error = fault(|builder| builder.name(name).secure(false));
        assert_eq!(error, CookieError::Prefix { prefix, rule: "be Secure" });
        assert!(built(|builder| builder.name(name)).is_ok());
    }
    assert!(built(|builder| builder.name("__Http-s").domain("example.org")).is_ok());
    assert!(built(|builder| builder.name("__Host-Http-s").domain("example.org")).is_err());
}

#[test]
fn a_prefix_is_recognized_in_any_case() {
    for name in ["__host-s", "__HOST-s", "__hOsT-s", "__secure-s", "__http-s", "__host-HTTP-s"] {
        assert!(built(|builder| builder.name(name).secure(false)).is_err(), "{name}");
    }
    for name in ["_Host-s", "Host-s", "__Hos", "x__Host-s", "__Host"] {
        assert!(built(|builder| builder.name(name).secure(false)).is_ok(), "{name}");
    }
}

#[test]
fn the_error_says_which_rule_of_which_prefix() {
    let message = fault(|builder| builder.domain("example.org")).to_string();
    assert_eq!(
        message,
        "a cookie whose name begins with `__Host-` must have no Domain; choose another name"
    );
}

#[test]
fn a_name_is_a_token() {
    let long = "n".repeat(257);
    for name in ["", "a b", "a;b", "a=b", "a,b", "a\"b", "a/b", "a\tb", "a\n", "ä", "a(b)", &long]
    {
        assert_eq!(fault(|builder| builder.name(name)), CookieError::Name, "{name:?}");
    }
    for name in ["s", "PHPSESSID", "a.b-c_d", "!#$%&'*+-.^_`|~", &"n".repeat(256)] {
        assert!(built(|builder| builder.name(name)).is_ok(), "{name:?}");
    }
}

#[test]
fn a_path_begins_with_a_slash_and_holds_what_browsers_send_back() {
    let long = format!("/{}", "p".repeat(1024));
    for path in ["", "shop", "/a;b", "/a\n", "/\u{7f}", "/ä", &long] {
        let error = fault(|builder| builder.name("s").path(path));
        assert_eq!(error, CookieError::Path, "{path:?}");
    }
    for refused in " \"#;<>?\\^`{|}".chars() {
        let error = fault(|builder| builder.name("s").path(&format!("/a{refused}b")));
        assert_eq!(error, CookieError::Path, "{refused:?}");
    }
    for path in ["/", "/shop", "/a=b,c", "/!$%&'()*+-.:@[]_~", &long[..1024]] {
        assert!(built(|builder| builder.name("s").path(path)).is_ok(), "{path:?}");
    }
}

#[test]
fn a_domain_is_a_host_name_of_two_labels_or_more() {
    let long_label = format!("{}.org", "l".repeat(64));
    let long = ["l".repeat(63).as_str(); 4].join(".");
    for domain in
        ["", ".", "..a.org", "a.org.", "a..org", "a b.org", "a;b.org", "ä.org", &long_label, &long]
    {
        let error = fault(|builder| builder.name("s").domain(domain));
        assert_eq!(error, CookieError::Domain, "{domain:?}");
    }
    for domain in ["example.org", "xn--bcher-kva.example", "_dmarc.my_host.org", &long_label[1..]] {
        assert!(built(|builder| builder.name("s").domain(domain)).is_ok(), "{domain:?}");
    }
}

#[test]
fn a_domain_of_one_label_or_an_ip_address_is_refused_as_browsers_do() {
    for domain in ["localhost", ".localhost", "org", "127.0.0.1", "1.2.3", "a.0x7f", "[::1]", "::1"]
    {
        let error = fault(|builder| builder.name("s").domain(domain));
        assert_eq!(error, CookieError::Domain, "{domain:?}");
    }
    assert!(built(|builder| builder.name("s").domain("4.example")).is_ok());
}

#[test]
fn a_leading_dot_of_the_domain_is_dropped() {
    let cookie = built(|builder| builder.name("s").domain(".example.org")).unwrap();
    assert!(written(&cookie, |_| ()).contains("; Domain=example.org;"));
}

#[test]
fn same_site_none_and_partitioned_want_secure() {
    let insecure = || SessionCookie::builder(signed()).name("s").secure(false);
    let none = insecure().same_site(SameSite::None).build().unwrap_err();
    assert_eq!(none, CookieError::NeedsSecure { attribute: "SameSite=None" });
    let partitioned = insecure().partitioned(true).build().unwrap_err();
    assert_eq!(partitioned, CookieError::NeedsSecure { attribute: "Partitioned" });
}

#[test]
fn max_age_is_how_long_the_server_accepts_the_token() {
    let codec = codec_with(|builder| builder.max_requested_age(days(30)));
    let cookie = cookie_with(codec, |builder| builder);
    for (expiry, seconds) in [
        (Expiry::Policy, 7200),
        (Expiry::After(days(10)), 10 * 86_400),
        (Expiry::At(at_second(99)), 99),
    ] {
        let header = written(&cookie, |session| session.set_expiry(expiry).unwrap());
        assert_eq!(max_age(&header), Some(seconds), "{expiry:?}");
        let token = header.split(';').next().unwrap().strip_prefix("s=").unwrap();
        let end = i64::try_from(seconds).unwrap();
        let verdict = |second: i64| cookie.codec().decode_at::<Map>(token, at_second(second));
        assert!(verdict(end - 1).is_ok() && verdict(end).is_err(), "{expiry:?}");
    }
}

#[test]
fn max_age_counts_the_absolute_timeout() {
    let codec = codec_with(|builder| builder.absolute_timeout(Duration::from_secs(8000)));
    let cookie = cookie_with(codec, |builder| builder);
    let mut jar = ada(&cookie);
    let action = jar.visit(&cookie, 5000, |session: &mut Session<Map>| {
        session.insert("theme", "dark");
    });
    let CookieAction::Set(header) = action else { panic!() };
    assert_eq!(max_age(&text(&header)), Some(3000));
}

#[test]
fn max_age_is_clamped_to_400_days() {
    let codec = codec_with(|builder| builder.max_requested_age(days(500)).no_absolute_timeout());
    let cookie = cookie_with(codec, |builder| builder);
    for (asked, kept) in [(399, 399), (400, 400), (401, 400), (500, 400)] {
        let header =
            written(&cookie, |session| session.set_expiry(Expiry::After(days(asked))).unwrap());
        assert_eq!(max_age(&header), Some(days(kept).as_secs()));
    }
}

#[test]
fn a_browser_close_session_sends_neither_max_age_nor_expires() {
    let cookie = cookie();
    let header = written(&cookie, |session| session.set_expiry(Expiry::BrowserClose).unwrap());
    assert_eq!(attributes(&header), ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
}

#[test]
fn a_browser_close_session_stays_one_when_it_is_renewed() {
    let cookie = cookie();
    let mut jar = Jar::default();
    jar.visit(&cookie, 0, |session: &mut Session<Map>| {
        session.insert("user", "Ada");
        session.set_expiry(Expiry::BrowserClose).unwrap();
    });
    let action = jar.visit(&cookie, 3600, |_: &mut Session<Map>| ());
    let CookieAction::Set(header) = action else { panic!() };
    assert_eq!(max_age(&text(&header)), None);
    assert_eq!(read(&cookie, &jar, 7200 + 3599).get("user"), user("Ada").get("user"));
    assert!(read(&cookie, &jar, 7200 + 3600).is_empty());
}

#[test]
fn clearing_repeats_name_path_domain_secure_and_partitioned() {
    let cookie = built(|builder| {
        builder.name("__Secure-shop").path("/shop").domain("example.org").partitioned(true)
    });
    let cookie = cookie.unwrap();
    let session: Session<Map> = cookie.read_at(&request(["__Secure-shop=rubbish"]), at_second(0));
    let CookieAction::Clear(header) = answer(&cookie, &session, 0).action else { panic!() };
    let expected = [
        "Domain=example.org",
        "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "HttpOnly",
        "Max-Age=0",
        "Partitioned",
        "Path=/shop",
        "SameSite=Lax",
        "Secure",
    ];
    assert!(text(&header).starts_with("__Secure-shop=;"));
    assert_eq!(attributes(&text(&header)), expected);
}

/// Writes a session of `letters` letters into a cookie whose name has `name` letters.
fn long_cookie(name: usize, letters: usize, max_len: usize) -> Result<usize, ResponseError> {
    let codec = codec_with(|builder| builder.max_len(max_len));
    let cookie = SessionCookie::builder(codec).name(&"n".repeat(name)).build().unwrap();
    let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), at_second(0));
    session.insert("x", "x".repeat(letters));
    let answer = cookie.response_headers_at(&session, StatusCode::OK, at_second(0))?;
    let CookieAction::Set(header) = answer.action else { panic!() };
    Ok(name + value(&header).len())
}

#[test]
fn name_and_value_of_4096_fit_and_one_more_does_not() {
    let token = long_cookie(1, 3000, 4096).unwrap() - 1;
    let name = 4096 - token;
    assert_eq!(long_cookie(name, 3000, 4096), Ok(4096));
    let error = long_cookie(name + 1, 3000, 4096).unwrap_err();
    assert_eq!(error, ResponseError::TooLong { length: 4097, limit: 4096 });
    assert_eq!(
        error.to_string(),
        "cookie is 4097 characters long, its name included; the limit is 4096: store less in the session"
    );
}

#[test]
fn the_length_in_the_error_includes_the_name() {
    let token = long_cookie(1, 2000, 4096).unwrap() - 1;
    let longer = token + 4 * 1000;
    let error = long_cookie(10, 5000, 4096).unwrap_err();
    assert_eq!(error, ResponseError::TooLong { length: longer + 10, limit: 4096 });
    // A codec that allows more than browsers do, and one that allows less.
    let error = long_cookie(10, 5000, 9000).unwrap_err();
    assert_eq!(error, ResponseError::TooLong { length: longer + 10, limit: 4096 });
    let error = long_cookie(10, 2000, 1000).unwrap_err();
    assert_eq!(error, ResponseError::TooLong { length: token + 10, limit: 1010 });
}

#[test]
fn a_session_that_is_too_long_is_an_error() {
    let cookie = cookie();
    let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), at_second(0));
    session.insert("x", "x".repeat(5000));
    let mut headers = HeaderMap::new();
    let error = cookie.write_at(&session, StatusCode::OK, at_second(0), &mut headers).unwrap_err();
    assert_eq!(error.kind(), "too_long");
    assert!(headers.is_empty());
}

#[test]
fn an_instant_that_a_token_cannot_represent_is_an_error() {
    let cookie = cookie();
    let late = at_second(4_000_000_000);
    let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), late);
    session.insert("user", "Ada");
    let error = cookie.response_headers_at(&session, StatusCode::OK, late).unwrap_err();
    assert!(matches!(error, ResponseError::Encode(EncodeError::TimeOutOfRange { .. })), "{error}");
    assert_eq!(error.kind(), "time_out_of_range");
}

#[test]
fn a_value_contains_only_characters_that_need_no_quotes() {
    let header = written(&cookie(), |session| {
        session.insert("\u{1F36A}", "; , \" \\ \n");
    });
    let value = header.split(';').next().unwrap().strip_prefix("s=").unwrap();
    assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
}

#[test]
fn no_debug_output_shows_a_token_or_data() {
    let cookie = cookie();
    let mut session: Session<Map> = cookie.read_at(&HeaderMap::new(), at_second(0));
    session.insert("user", "Ada");
    let answer = answer(&cookie, &session, 0);
    let CookieAction::Set(header) = &answer.action else { panic!() };
    let shown =
        format!("{answer:?} {session:?} {cookie:?} {:?} {:?}", *session, session.get("user"));
    assert!(!shown.contains(&value(header)) && !shown.contains("Ada") && !shown.contains("user"));
    assert!(header.is_sensitive());
    for told in ["SessionCookie { name: \"s\"", "Session { id: None", "Sensitive"] {
        assert!(shown.contains(told), "{shown}");
    }
}

#[test]
fn a_session_of_another_cookie_is_not_written() {
    let (here, there) = (cookie(), built(|builder| builder.name("t")).unwrap());
    let mut session: Session<Map> = here.read_at(&HeaderMap::new(), at_second(0));
    session.insert("user", "Ada");
    let refused = |cookie: &SessionCookie| {
        cookie.response_headers_at(&session, StatusCode::OK, at_second(0)).unwrap_err().kind()
    };
    assert_eq!(refused(&there), "other_cookie");
    assert_eq!(refused(&here.with_context(&[b"tenant-7"]).unwrap()), "other_cookie");
}
