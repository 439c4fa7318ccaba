//! Saves the session in the response.

use http::{Response, StatusCode};
use serde::Serialize;

use super::check::{BoxError, Verdict};
use super::event::{Cause, Event};
use super::failure::{Failure, OnError};
use super::settings::Settings;
use super::slot::{Collected, Slot};
use crate::web::{self, CookieAction, ResponseError, ResponseHeaders};

/// The remaining work before a response can be sent.
pub(super) enum Conclusion<T, B> {
    /// None: the response is complete.
    Done(Response<B>),
    /// The session will be written and must be checked first.
    Write(Unwritten<T, B>),
}

/// A response that waits until its session has been checked.
pub(super) struct Unwritten<T, B> {
    pub(super) session: Box<web::Session<T>>,
    response: Response<B>,
    headers: ResponseHeaders,
}

/// Concludes a request whose handler has ended.
pub(super) fn conclude<T, B>(
    slot: &Slot<T>,
    mut response: Response<B>,
    on_error: &impl OnError<B>,
) -> Conclusion<T, B>
where
    T: Default + Serialize,
{
    match slot.collect(slot.settings.is_eager(&slot.cookie)) {
        Collected::Untouched => return Conclusion::Done(response),
        Collected::Back(session, spoiled) => {
            return decide(slot, session, spoiled, response, on_error);
        }
        Collected::Held => slot.settings.emit(&Event::StillHeld),
        Collected::Withheld => {}
    }
    depends_on_cookie(&mut response);
    Conclusion::Done(response)
}

/// Reports a session whose request ends without a response.
pub(super) fn abandon<T>(slot: &Slot<T>) {
    if let Collected::Back(session, spoiled) = slot.collect(false) {
        let settings = &slot.settings;
        if settings.is_observed() && settings.is_modified(&session) {
            settings.emit(&Event::Abandoned(spoiled.unwrap_or(Cause::Cancelled)));
        }
    }
}

fn decide<T, B>(
    slot: &Slot<T>,
    session: Box<web::Session<T>>,
    spoiled: Option<Cause>,
    mut response: Response<B>,
    on_error: &impl OnError<B>,
) -> Conclusion<T, B>
where
    T: Default + Serialize,
{
    let (settings, status) = (&slot.settings, response.status());
    let unsaved = spoiled.or_else(|| (!settings.saves(status)).then_some(Cause::Status(status)));
    match headers(slot, &session, unsaved.is_none()) {
        Ok(headers) if settings.checked && matches!(headers.action, CookieAction::Set(_)) => {
            Conclusion::Write(Unwritten { session, response, headers })
        }
        Ok(headers) => {
            report(settings, &session, &headers.action, unsaved);
            headers.apply(response.headers_mut());
            Conclusion::Done(response)
        }
        Err(error) => Conclusion::Done(not_saved(settings, error, response, on_error)),
    }
}

/// Returns the headers by the rules of `web`. A status that does not save counts as a server error.
fn headers<T>(
    slot: &Slot<T>,
    session: &web::Session<T>,
    saves: bool,
) -> Result<ResponseHeaders, ResponseError>
where
    T: Default + Serialize,
{
    let status = if saves { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
    slot.cookie.response_headers_at(session, status, slot.settings.now())
}

impl<T: Default + Serialize, B> Unwritten<T, B> {
    /// Completes the response after the check: writes the session, clears the cookie of a refused
    /// session, or responds to a failed check.
    pub(super) fn conclude(
        mut self,
        slot: &Slot<T>,
        verdict: Result<Verdict, BoxError>,
        on_error: &impl OnError<B>,
    ) -> Response<B> {
        let settings = &slot.settings;
        let Ok(refused) = judge(settings, &mut self.session, verdict) else {
            return fail(Failure::CheckFailed, self.response, on_error);
        };
        if refused {
            self.headers = match headers(slot, &self.session, true) {
                Ok(headers) => headers,
                Err(error) => return not_saved(settings, error, self.response, on_error),
            };
        }
        report(settings, &self.session, &self.headers.action, None);
        self.headers.apply(self.response.headers_mut());
        self.response
    }
}

/// Returns true if the check refused the session, which is then empty. Returns an error if the
/// check failed.
pub(super) fn judge<T>(
    settings: &Settings<T>,
    session: &mut web::Session<T>,
    verdict: Result<Verdict, BoxError>,
) -> Result<bool, ()>
where
    T: Default + Serialize,
{
    match verdict {
        Ok(Verdict::Accept) => Ok(false),
        Ok(Verdict::Refuse(reason)) => {
            settings.emit(&Event::Refused(reason));
            session.refuse(reason);
            Ok(true)
        }
        Err(error) => {
            settings.emit(&Event::CheckFailed(error));
            Err(())
        }
    }
}

fn not_saved<T, B>(
    settings: &Settings<T>,
    error: ResponseError,
    response: Response<B>,
    on_error: &impl OnError<B>,
) -> Response<B> {
    settings.emit(&Event::from(error));
    fail(Failure::NotSaved(error), response, on_error)
}

fn fail<B>(failure: Failure, response: Response<B>, on_error: &impl OnError<B>) -> Response<B> {
    let mut response = on_error.respond(failure, response);
    depends_on_cookie(&mut response);
    response
}

fn depends_on_cookie<B>(response: &mut Response<B>) {
    let headers = ResponseHeaders { action: CookieAction::Keep, vary: true, private: false };
    headers.apply(response.headers_mut());
}

fn report<T>(
    settings: &Settings<T>,
    session: &web::Session<T>,
    action: &CookieAction,
    unsaved: Option<Cause>,
) {
    if !settings.is_observed() {
        return;
    }
    let modified = || settings.is_modified(session);
    match (action, unsaved) {
        (CookieAction::Clear(_), _) => settings.emit(&Event::Cleared),
        (CookieAction::Set(_), _) if modified() => settings.emit(&Event::Saved),
        (CookieAction::Set(_), _) => settings.emit(&Event::Renewed),
        (CookieAction::Keep, Some(cause)) if modified() => settings.emit(&Event::Abandoned(cause)),
        (CookieAction::Keep, _) => {}
    }
}
