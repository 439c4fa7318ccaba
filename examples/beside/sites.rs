//! The same site three times: `GET /`, `POST /` with `user` and perhaps `remember`, `POST /logout`.

#[path = "axum_extra.rs"]
pub mod with_axum_extra;
#[path = "../smallest.rs"]
#[allow(dead_code)]
mod with_hardtack;
#[path = "tower_sessions.rs"]
pub mod with_tower_sessions;

/// The site with hardtack.
pub fn with_hardtack(keys: &hardtack::KeyRing) -> axum::Router {
    with_hardtack::site(keys).expect("a site")
}
