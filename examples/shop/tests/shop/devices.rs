use crate::client::Reply;
use crate::world::{PASSWORD, World};

const PHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1";
const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;

#[test]
fn each_session_is_listed_with_when_and_where_it_began() {
    let world = World::new();
    let mut laptop = world.browser_of("ada");
    let mut phone = world.browser();
    phone.agent = PHONE;
    phone.log_in("ada");
    world.browser_of("bob");
    let page = phone.get("/devices").body;
    for part in ["Firefox on Linux", "Safari on iPhone", "<dd>127.0.0.1</dd>", "<time datetime="] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(page.matches("this one").count(), 1);
    assert_eq!(laptop.sessions().len(), 2);
}

#[test]
fn ending_one_session_ends_exactly_that_one_with_its_next_request() {
    let world = World::new();
    let mut laptop = world.browser_of("ada");
    let before = laptop.sessions();
    let mut phone = world.browser_of("ada");
    let of_phone = phone.sessions().into_iter().find(|id| !before.contains(id)).unwrap();
    let (mut copy, mut tablet) = (phone.clone(), world.browser_of("ada"));
    let mut bob = world.browser_of("bob");
    assert_eq!(laptop.sessions().len(), 3);
    let ended = laptop.post("/devices/end", &format!("session={of_phone}"));
    assert_eq!((ended.status, ended.header("location")), (303, "/devices"));
    assert_eq!(phone.name(), None);
    assert_eq!(copy.name(), None, "a copy of the cookie");
    assert_eq!(phone.cookie, None, "the browser is asked to forget it");
    assert_eq!(laptop.name().as_deref(), Some("ada"));
    assert_eq!(tablet.name().as_deref(), Some("ada"));
    assert_eq!(bob.name().as_deref(), Some("bob"));
    assert_eq!(laptop.sessions().len(), 2);
}

#[test]
fn ending_this_session_logs_out_here() {
    let world = World::new();
    let mut ada = world.browser_of("ada");
    let mut copy = ada.clone();
    let session = ada.sessions().remove(0);
    assert_eq!(ada.post("/devices/end", &format!("session={session}")).header("location"), "/");
    assert_eq!((ada.name(), copy.name()), (None, None));
}

#[test]
fn nobody_ends_the_session_of_another_user() {
    let world = World::new();
    let (mut ada, mut bob) = (world.browser_of("ada"), world.browser_of("bob"));
    let session = ada.sessions().remove(0);
    assert_eq!(bob.post("/devices/end", &format!("session={session}")).status, 404);
    for garbage in ["", "0", "+0123456789abcdef0123456789abcdef", "zz", &"0".repeat(32)] {
        assert_eq!(bob.post("/devices/end", &format!("session={garbage}")).status, 404);
    }
    assert_eq!(ada.name().as_deref(), Some("ada"));
}

#[test]
fn logging_out_ends_every_copy_of_this_session_and_no_other() {
    let world = World::new();
    let (mut here, mut there) = (world.browser_of("ada"), world.browser_of("ada"));
    let mut copy = here.clone();
    assert_eq!(here.post("/log-out", "").status, 303);
    assert_eq!(here.get("/").text("notice"), Some("You are logged out."));
    assert_eq!((here.name(), copy.name()), (None, None));
    assert_eq!(there.name().as_deref(), Some("ada"));
    assert_eq!(there.sessions().len(), 1);
}

#[test]
fn logging_out_everywhere_ends_all_sessions_of_one_user_who_can_log_in_at_once() {
    let world = World::new();
    let (mut here, mut there) = (world.browser_of("ada"), world.browser_of("ada"));
    let (mut copy, mut bob) = (here.clone(), world.browser_of("bob"));
    assert_eq!(here.post("/log-out-everywhere", "").status, 303);
    assert_eq!((here.name(), there.name(), copy.name()), (None, None, None));
    assert_eq!(bob.name().as_deref(), Some("bob"));
    here.log_in("ada");
    assert_eq!(here.name().as_deref(), Some("ada"));
    assert_eq!(here.sessions().len(), 1);
}

#[test]
fn ten_minutes_after_the_log_in_ending_asks_for_the_password_again() {
    let mut world = World::new();
    let (mut here, mut there) = (world.browser_of("ada"), world.browser_of("ada"));
    let session = here.sessions().remove(0);
    world.restart(11 * MINUTE, [&mut here, &mut there]);
    let page = here.get("/devices");
    assert!(page.sessions().is_empty() && page.body.contains("action=\"/confirm\""));
    for (path, form) in
        [("/devices/end", format!("session={session}")), ("/log-out-everywhere", String::new())]
    {
        assert_eq!(here.post(path, &form).header("location"), "/devices");
        assert!(here.get("/devices").text("notice").unwrap().contains("give your password"));
    }
    assert_eq!(there.name().as_deref(), Some("ada"));

    assert_eq!(here.post("/confirm", "password=wrong-horse&page=devices").status, 422);
    let mut before = here.clone();
    let confirmed = here.post("/confirm", &format!("password={PASSWORD}&page=devices"));
    assert_eq!((confirmed.status, confirmed.header("location")), (303, "/devices"));
    assert_eq!(before.name(), None, "the session before is ended");
    assert_eq!(here.sessions().len(), 2);
    assert_eq!(here.post("/log-out-everywhere", "").header("location"), "/");
    assert_eq!(there.name(), None);
}

/// The time counts from the request, so a slow response has a few seconds less.
fn is_kept_for_14_days(reply: &Reply) -> bool {
    let (_, rest) = reply.header("set-cookie").split_once("; Max-Age=").unwrap();
    let seconds = rest.split(';').next().unwrap().parse().unwrap();
    (14 * 24 * HOUR - MINUTE..=14 * 24 * HOUR).contains(&seconds)
}

#[test]
fn a_remembered_log_in_outlives_the_browser_and_its_confirmation_does_as_well() {
    let mut world = World::new();
    let (mut passing, mut remembered) = (world.browser(), world.browser());
    let reply = passing.try_to_log_in("ada", PASSWORD, "");
    assert!(!reply.header("set-cookie").contains("Max-Age"));
    let reply = remembered.try_to_log_in("ada", PASSWORD, "&remember=on");
    assert!(is_kept_for_14_days(&reply));
    let attributes = ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/", "__Host-session="];
    assert!(attributes.iter().all(|attribute| reply.header("set-cookie").contains(attribute)));

    world.restart(3 * HOUR, [&mut passing, &mut remembered]);
    assert_eq!(passing.name(), None);
    assert_eq!(remembered.name().as_deref(), Some("ada"));
    let reply = remembered.post("/confirm", &format!("password={PASSWORD}&page=devices"));
    assert!(is_kept_for_14_days(&reply));
    assert_eq!(remembered.sessions().len(), 1, "what has expired is not listed");

    world.restart(15 * 24 * HOUR, [&mut remembered]);
    assert_eq!(remembered.name(), None);
}

#[test]
fn a_session_that_is_used_stays_listed() {
    let mut world = World::new();
    let mut ada = world.browser_of("ada");
    for minutes in [100, 200, 300] {
        world.restart(minutes * MINUTE, [&mut ada]);
        assert_eq!(ada.name().as_deref(), Some("ada"));
    }
    ada.post("/confirm", &format!("password={PASSWORD}&page=devices"));
    let mut other = world.browser_of("ada");
    world.restart(310 * MINUTE, [&mut ada, &mut other]);
    assert_eq!(other.get("/devices").body.matches("Last seen").count(), 2);
}

#[test]
fn the_sessions_of_a_deleted_user_are_ended() {
    let world = World::new();
    let mut ada = world.browser_of("ada");
    world.sqlite().execute("DELETE FROM users WHERE name = 'ada'", []).unwrap();
    assert_eq!(ada.name(), None);
    world.add_user(&["ada"]);
    assert_eq!(world.browser_of("ada").sessions().len(), 1);
}
