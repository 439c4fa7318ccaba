//! The response of the services below, while it passes through hardtack's layer.

use std::sync::Arc;

use actix_web::body::EitherBody;
use actix_web::dev::ServiceResponse;
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::{Error, HttpResponse};
use hardtack::tower::{Failure, OnError};
use http::{HeaderMap, Response};

use crate::headers;

/// The body of the response that the layer sees.
///
/// The response's head has the real status, and the headers that the session's headers are merged
/// with.
pub(crate) struct Answer<B> {
    given: Given<B>,
    /// The response that replaces `given` if the session could not be saved.
    replaced: Option<HttpResponse>,
}

enum Given<B> {
    Response(ServiceResponse<B>),
    /// An error and its response. The request was consumed, so no `ServiceResponse` can be made.
    Error {
        error: Error,
        response: HttpResponse,
    },
}

impl<B> Answer<B> {
    pub(crate) fn of_response(response: ServiceResponse<B>) -> Response<Self> {
        let (status, headers) = (response.status(), headers::of_response(response.headers()));
        Self::with(status, headers, Given::Response(response))
    }

    pub(crate) fn of_error(error: Error) -> Response<Self> {
        let response = error.error_response();
        let (status, headers) = (response.status(), headers::of_response(response.headers()));
        Self::with(status, headers, Given::Error { error, response })
    }

    fn with(status: StatusCode, headers: HeaderMap, given: Given<B>) -> Response<Self> {
        let mut answer = Response::new(Self { given, replaced: None });
        *answer.status_mut() = headers::status(status);
        *answer.headers_mut() = headers;
        answer
    }

    /// Turns the layer's response into the service's result.
    pub(crate) fn finish(answer: Response<Self>) -> Result<ServiceResponse<EitherBody<B>>, Error> {
        let (head, Self { given, replaced }) = answer.into_parts();
        match (given, replaced) {
            (Given::Response(response), None) => {
                let mut response = response.map_into_left_body();
                headers::put_back(&head.headers, response.headers_mut());
                Ok(response)
            }
            (Given::Response(response), Some(mut replaced)) => {
                headers::put_back(&head.headers, replaced.headers_mut());
                Ok(response.into_response(replaced.map_into_right_body()))
            }
            (Given::Error { error, response }, replaced) => {
                let mut response = replaced.unwrap_or(response);
                headers::put_back(&head.headers, response.headers_mut());
                Err(InternalError::from_response(error, response).into())
            }
        }
    }
}

/// Replaces the response of a session that could not be saved.
#[derive(Clone)]
pub(crate) struct Replace(Arc<dyn Fn(Failure) -> HttpResponse + Send + Sync>);

impl Replace {
    pub(crate) fn by(respond: impl Fn(Failure) -> HttpResponse + Send + Sync + 'static) -> Self {
        Self(Arc::new(respond))
    }

    pub(crate) fn by_plain_text() -> Self {
        Self::by(plain_text)
    }
}

impl<B> OnError<Answer<B>> for Replace {
    fn respond(&self, failure: Failure, mut answer: Response<Answer<B>>) -> Response<Answer<B>> {
        let replaced = (self.0)(failure);
        *answer.headers_mut() = headers::of_response(replaced.headers());
        answer.body_mut().replaced = Some(replaced);
        answer
    }
}

fn plain_text(failure: Failure) -> HttpResponse {
    let (head, text) = failure.plain_text::<&'static str>().into_parts();
    let mut response = HttpResponse::build(headers::actix_status(head.status));
    for (name, value) in &head.headers {
        response.append_header((name.as_str(), value.as_bytes()));
    }
    response.body(text)
}
