//! The pages of `docs/`, by what you want to do. Each says at its top for whom it is and how long it takes.
//!
//! # I have an axum site
//!
//! Begin with [`frameworks`], then read [`concepts`] and the first half of [`sessions`]: twenty-five minutes.
//! Look up the rest when you need it:
//!
//! | you want to | page |
//! |---|---|
//! | decide whether a cookie is the right place for your sessions | [`choosing`] |
//! | show a message once, protect forms, list a user's devices | [`recipes`] |
//! | test a site with sessions | [`testing`] |
//! | end sessions: log out everywhere, block an account | [`logging_out`] |
//! | change the session's struct without logging anybody out | [`shape`], [`serde`] |
//! | move from Django, Flask, Rails, Express, iron-session or another crate | [`coming_from`] |
//! | run at the edge, in WebAssembly | [`edge`] |
//! | know how fast it is, and how long cookies are | [`performance`] |
//!
//! # I operate it
//!
//! Read [`keys`] and [`operating`]: twenty minutes. Read [what to do when a key leaks](keys#a-key-leaked)
//! before it happens.
//!
//! # I audit it
//!
//! Read [`reporting`], [`mod@crate::format`], [`security`], [`asvs`], [`constant_time`], [`dependencies`] and
//! [`claims`], which names the test behind each statement: two hours.

// Each page is read in two places, and links differ there: in the repository a link is a relative
// path, here it is an item of this crate. So the pages end with definitions of their links, and
// `links.md` goes in front with ours: Markdown takes the first of two definitions.
macro_rules! page {
    ($name:ident, $file:literal) => {
        #[doc = include_str!("guides/links.md")]
        #[doc = include_str!("../docs/pictures/links.md")]
        #[doc = include_str!(concat!("../", $file))]
        pub mod $name {}
    };
}

page!(asvs, "docs/asvs.md");
page!(choosing, "docs/choosing.md");
page!(claims, "docs/claims.md");
page!(coming_from, "docs/coming-from.md");
page!(concepts, "docs/concepts.md");
page!(constant_time, "docs/constant-time.md");
page!(dependencies, "docs/dependencies.md");
page!(edge, "docs/edge.md");
#[cfg(any(not(doctest), feature = "axum"))]
page!(frameworks, "docs/frameworks.md");
page!(keys, "docs/keys.md");
page!(logging_out, "docs/logging-out.md");
page!(operating, "docs/operating.md");
page!(performance, "docs/performance.md");
#[cfg(any(not(doctest), feature = "axum"))]
page!(recipes, "docs/recipes.md");
page!(reporting, "SECURITY.md");
page!(security, "docs/security.md");
page!(serde, "docs/serde.md");
page!(sessions, "docs/sessions.md");
page!(shape, "docs/shape.md");
#[cfg(any(not(doctest), feature = "axum"))]
page!(testing, "docs/testing.md");
