//! The pages of `docs/`. Read [`concepts`] first.
//!
//! Each page is read in two places, where its links are not the same: in the repository a link is a
//! relative path, here it is an item of this crate. So the pages end with their links' definitions,
//! and `links.md` goes in front with ours: of two definitions Markdown takes the first.

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
page!(coming_from, "docs/coming-from.md");
page!(concepts, "docs/concepts.md");
page!(constant_time, "docs/constant-time.md");
page!(dependencies, "docs/dependencies.md");
page!(edge, "docs/edge.md");
#[cfg(any(not(doctest), feature = "axum"))]
page!(frameworks, "docs/frameworks.md");
page!(keys, "docs/keys.md");
page!(logging_out, "docs/logging-out.md");
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
