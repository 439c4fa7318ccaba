//! The pages. maud escapes every text that they contain.

mod account;
mod admin;
mod devices;
mod frame;
mod store;

use axum::http::header;
use axum::response::IntoResponse;

pub use account::{confirm, log_in};
pub use admin::admin;
pub use devices::devices;
pub use frame::message;
pub use store::{cart, goods};

pub async fn style() -> impl IntoResponse {
    asset("text/css; charset=utf-8", include_str!("../../assets/style.css"))
}

pub async fn icon() -> impl IntoResponse {
    asset("image/svg+xml", include_str!("../../assets/icon.svg"))
}

fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text)
}
