use std::time::Duration;

use crate::client::Browser;
use crate::world::{PASSWORD, World};

const VISITORS: u32 = 64;

/// Fills a cart with this visitor's own items, before and after a log-in.
fn shop(mut browser: Browser, number: u32) -> Browser {
    let item = number % 6 + 1;
    for things in 1..=number % 4 + 1 {
        browser.post("/cart/add", &format!("item={item}"));
        assert_eq!(browser.things(), things);
    }
    log_in(&mut browser, &format!("visitor-{number}"));
    let other = (number + 1) % 6 + 1;
    browser.post("/cart/set", &format!("item={other}&quantity={}", number % 19 + 1));
    browser
}

/// Tries again after a 503, because 64 log-ins at once may overload a slow machine.
fn log_in(browser: &mut Browser, name: &str) {
    let tries = (0..9).map(|_| browser.try_to_log_in(name, PASSWORD, "").status);
    let refused = tries.take_while(|status| *status == 503);
    refused.for_each(|_| std::thread::sleep(Duration::from_secs(1)));
    assert_eq!(browser.name().as_deref(), Some(name));
}

fn assert_own(browser: &mut Browser, number: u32) {
    let page = browser.get("/cart");
    assert_eq!(page.text("who"), Some(format!("visitor-{number}").as_str()));
    let things = (number % 4 + 1) + (number % 19 + 1);
    assert_eq!(page.text("things"), Some(things.to_string().as_str()));
    for item in 1..=6 {
        let is_there = page.body.contains(&format!("id=\"quantity-{item}\""));
        assert_eq!(is_there, item == number % 6 + 1 || item == (number + 1) % 6 + 1);
    }
}

#[test]
fn of_64_visitors_at_once_each_keeps_their_own_cart() {
    let world = World::new();
    let names: Vec<String> = (0..VISITORS).map(|number| format!("visitor-{number}")).collect();
    world.add_users_like_ada(names.iter().map(String::as_str));
    let browsers: Vec<Browser> = std::thread::scope(|scope| {
        let shopping: Vec<_> = (0..VISITORS)
            .map(|number| (number, world.browser()))
            .map(|(number, browser)| scope.spawn(move || shop(browser, number)))
            .collect();
        shopping.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (mut browser, number) in browsers.into_iter().zip(0..) {
        assert_own(&mut browser, number);
        assert_eq!(browser.sessions().len(), 1);
    }
}

#[test]
fn a_cart_survives_the_log_in_and_not_the_log_out() {
    let world = World::new();
    let mut ada = world.browser();
    ada.post("/cart/add", "item=1");
    ada.post("/cart/add", "item=5");
    ada.log_in("ada");
    assert_eq!(ada.things(), 2);
    ada.post("/log-out", "");
    assert_eq!(ada.things(), 0);
}

#[test]
fn a_cart_is_not_handed_to_another_user() {
    let world = World::new();
    let mut browser = world.browser_of("ada");
    browser.post("/cart/add", "item=1");
    let mut copy = browser.clone();
    browser.log_in("bob");
    assert_eq!((browser.name().as_deref(), browser.things()), (Some("bob"), 0));
    assert_eq!(copy.name(), None, "the session of ada is ended");
}

#[test]
fn a_message_is_shown_once() {
    let world = World::new();
    let mut browser = world.browser();
    assert_eq!(browser.post("/cart/add", "item=5").header("location"), "/");
    assert_eq!(browser.get("/").text("notice"), Some("Compass: now in your cart."));
    assert_eq!(browser.get("/").text("notice"), None);
}

#[test]
fn a_cart_has_bounds_and_only_what_is_sold() {
    let world = World::new();
    let mut browser = world.browser();
    browser.post("/cart/set", "item=1&quantity=200");
    assert_eq!(browser.things(), 20);
    browser.post("/cart/add", "item=1");
    assert_eq!(browser.get("/").text("notice"), Some("There is no more room in your cart."));
    assert_eq!(browser.post("/cart/add", "item=7").status, 404);
    for form in ["item=1&quantity=-1", "item=1&quantity=256", "item=1", "item=x&quantity=1"] {
        assert_eq!(browser.post("/cart/set", form).status, 422, "{form}");
    }
    assert_eq!(browser.things(), 20);
    browser.post("/cart/set", "item=1&quantity=0");
    assert_eq!(browser.things(), 0);
}

#[test]
fn a_visitor_without_a_cart_gets_no_cookie() {
    let world = World::new();
    let mut browser = world.browser();
    for path in ["/", "/cart", "/log-in", "/nowhere"] {
        browser.get(path);
    }
    assert_eq!(browser.cookie, None);
}
