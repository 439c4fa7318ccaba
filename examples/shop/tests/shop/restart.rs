use crate::client::Browser;
use crate::world::World;

#[test]
fn after_a_restart_everybody_is_still_logged_in_with_their_cart() {
    let mut world = World::new();
    let users = ["ada", "bob", "admin"];
    let mut browsers: Vec<Browser> = users.iter().map(|user| world.browser_of(user)).collect();
    let mut ended = world.browser_of("ada");
    let copy = ended.clone();
    ended.post("/log-out", "");
    for (browser, things) in browsers.iter_mut().zip(1..) {
        browser.post("/cart/set", &format!("item=1&quantity={things}"));
    }
    world.redis.stop();
    world.redis.start();
    world.restart(0, []);
    for ((browser, things), user) in browsers.iter_mut().zip(1..).zip(users) {
        browser.port = world.port;
        assert_eq!((browser.name().as_deref(), browser.things()), (Some(user), things));
        assert_eq!(browser.sessions().len(), 1);
    }
    assert_eq!(Browser { port: world.port, ..copy }.name(), None);
}

#[test]
fn a_request_under_way_is_finished_when_the_server_is_told_to_stop() {
    let mut world = World::new();
    let mut browser = world.browser();
    let log_in = std::thread::spawn(move || {
        browser.log_in("ada");
        browser
    });
    let mut waited = 0;
    while !world.redis.say("KEYS shop:attempts:*").unwrap().contains("ada") && waited < 1000 {
        std::thread::sleep(std::time::Duration::from_millis(1));
        waited += 1;
    }
    world.stop();
    let mut browser = log_in.join().unwrap();
    world.start(0);
    browser.port = world.port;
    assert_eq!(browser.name().as_deref(), Some("ada"));
}
