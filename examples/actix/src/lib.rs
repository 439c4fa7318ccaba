//! hardtack in actix-web: an extractor that reads the session, and an answer that writes it.

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, web};
use core::future::{Ready, ready};
use hardtack::time::OffsetDateTime;
use hardtack::web::{Session, SessionCookie};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A request's session, and what writes it.
pub struct Visit<T> {
    cookie: web::Data<SessionCookie>,
    session: Session<T>,
}

impl<T: Default + Serialize + DeserializeOwned + 'static> FromRequest for Visit<T> {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let cookie = web::Data::<SessionCookie>::from_request(request, payload).into_inner();
        ready(cookie.map(|cookie| {
            let headers = request.headers().get_all(header::COOKIE).map(HeaderValue::as_bytes);
            let session = cookie.read_bytes_at(headers, OffsetDateTime::now_utc());
            Self { cookie, session }
        }))
    }
}

impl<T: Default + Serialize> Visit<T> {
    /// The response with what it says of the session in its headers.
    fn answer(&self, mut response: HttpResponse) -> HttpResponse {
        match self.headers(response.status().as_u16()) {
            Ok(headers) => {
                for (name, value) in translated(&headers) {
                    response.headers_mut().append(name, value);
                }
                response
            }
            Err(error) => {
                eprintln!("the session was not written: {error}");
                HttpResponse::InternalServerError().finish()
            }
        }
    }

    fn headers(&self, status: u16) -> Result<HeaderMap, Box<dyn core::error::Error>> {
        let mut headers = HeaderMap::new();
        self.cookie.write(&self.session, StatusCode::from_u16(status)?, &mut headers)?;
        Ok(headers)
    }
}

/// The headers of http 1 as those of http 0.2, which actix-web 4 has.
fn translated(headers: &HeaderMap) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    headers.iter().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    })
}

/// What the cookie holds.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Login {
    name: Option<String>,
    note: String,
}

async fn who(visit: Visit<Login>) -> HttpResponse {
    let text = match (&visit.session.name, visit.session.id()) {
        (Some(name), Some(id)) => format!("{name}, session {id}\n{}", visit.session.note),
        _ => "nobody\n".to_owned(),
    };
    visit.answer(HttpResponse::Ok().body(text))
}

async fn log_in(mut visit: Visit<Login>, name: String) -> HttpResponse {
    // Here a password or a passkey is checked. Only after that:
    if name.is_empty() || name.len() > 64 {
        return HttpResponse::UnprocessableEntity().finish();
    }
    // Replaces all data: nothing of a previous visitor remains.
    visit.session.log_in(Login { name: Some(name), ..Login::default() });
    visit.answer(home().finish())
}

async fn write_note(mut visit: Visit<Login>, note: String) -> HttpResponse {
    visit.session.note = note;
    visit.answer(home().finish())
}

async fn log_out(mut visit: Visit<Login>) -> HttpResponse {
    visit.session.flush();
    visit.answer(home().finish())
}

fn home() -> HttpResponseBuilder {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, "/"));
    response
}

/// The site.
pub fn routes(cookie: SessionCookie) -> impl FnOnce(&mut web::ServiceConfig) {
    let cookie = web::Data::new(cookie);
    |config| {
        config
            .app_data(cookie)
            .route("/", web::get().to(who))
            .route("/login", web::post().to(log_in))
            .route("/note", web::post().to(write_note))
            .route("/logout", web::post().to(log_out));
    }
}

/// The cookie of this example, for plain http on this machine. Behind https leave out name and
/// secure: `__Host-session`.
///
/// # Errors
/// None with the values that stand here.
pub fn cookie(keys: &hardtack::KeyRing) -> Result<SessionCookie, Box<dyn core::error::Error>> {
    let two_hours = core::time::Duration::from_hours(2);
    let codec = hardtack::Codec::signed("hardtack/example/actix", keys, two_hours).build()?;
    let cookie = SessionCookie::builder(codec).name("session").secure(false);
    Ok(cookie.id_source(hardtack::SessionId::generate).build()?)
}
