use crate::world::World;

#[test]
fn forms_of_other_sites_are_refused() {
    let world = World::new();
    let mut ada = world.browser_of("ada");
    let own = format!("Origin: http://localhost:{}", ada.port);
    for (headers, status) in [
        (&["Sec-Fetch-Site: cross-site"][..], 403),
        (&["Sec-Fetch-Site: same-site"], 403),
        (&["Sec-Fetch-Site: cross-site", &own], 403),
        (&["Origin: https://evil.example"], 403),
        (&["Origin: null"], 403),
        (&["Sec-Fetch-Site: same-origin"], 303),
        (&[&own], 303),
    ] {
        assert_eq!(ada.send("POST", "/cart/add", "item=1", headers).status, status, "{headers:?}");
    }
    assert_eq!(ada.things(), 2);
    for path in
        ["/log-in", "/log-out", "/log-out-everywhere", "/devices/end", "/confirm", "/admin/end"]
    {
        let reply = ada.send("POST", path, "", &["Sec-Fetch-Site: cross-site"]);
        assert_eq!(reply.status, 403, "{path}");
        assert!(reply.body.contains("sent from another site"));
    }
    assert_eq!(ada.name().as_deref(), Some("ada"));
}

#[test]
fn nothing_changes_by_following_a_link() {
    let world = World::new();
    let mut ada = world.browser_of("ada");
    for path in
        ["/cart/add", "/cart/set", "/log-out", "/log-out-everywhere", "/devices/end", "/admin/end"]
    {
        assert_eq!(ada.get(path).status, 405, "{path}");
    }
    assert_eq!(ada.name().as_deref(), Some("ada"));
}

#[test]
fn every_page_forbids_scripts_frames_and_caches_and_has_none_of_its_own() {
    let world = World::new();
    let mut admin = world.browser_of("admin");
    admin.post("/cart/add", "item=1");
    for path in ["/", "/cart", "/devices", "/admin", "/log-in", "/nowhere"] {
        let page = admin.get(path);
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert!(!page.body.contains("<script") && !page.body.contains(" style="), "{path}");
    }
    let style = admin.get("/style.css");
    assert_eq!((style.status, style.header("set-cookie")), (200, ""));
}
