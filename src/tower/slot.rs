//! The place of one request's session: with the layer, or with the code that took it.

use core::any::type_name;
use core::mem;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::SessionError;
use super::event::{Cause, Event};
use super::settings::{Cookies, Settings};
use crate::web::{self, SessionCookie};

pub(super) struct Slot<T> {
    pub(super) settings: Arc<Settings<T>>,
    /// Has the keys that were current when the request arrived.
    pub(super) cookie: SessionCookie,
    cookies: Cookies,
    state: Mutex<State<T>>,
}

struct State<T> {
    place: Place<T>,
    conflict: bool,
    /// The reason why changes must not be saved.
    spoiled: Option<Cause>,
    /// Wakes the layer, which runs the check.
    driver: Option<Waker>,
    /// Wakes the tasks that wait for the check.
    waiting: Vec<Waker>,
}

enum Place<T> {
    /// Nothing has requested the session yet.
    Unread,
    /// The session was read, and the layer must check it.
    Unchecked(Box<web::Session<T>>),
    /// The layer is checking the session.
    Checking,
    /// The session can be taken.
    Here(Box<web::Session<T>>),
    /// Some part of the program holds the session.
    Taken,
    /// The check failed.
    Failed,
    /// The response's head was sent.
    Closed,
}

/// The state that the layer finds when the response's head is ready.
pub(super) enum Collected<T> {
    /// Nothing requested the session.
    Untouched,
    /// The session was returned.
    Back(Box<web::Session<T>>, Option<Cause>),
    /// Some part of the program still holds the session.
    Held,
    /// The session was requested but never provided.
    Withheld,
}

impl<T> Slot<T> {
    pub(super) fn new(settings: Arc<Settings<T>>, cookie: SessionCookie, cookies: Cookies) -> Self {
        let state = State {
            place: Place::Unread,
            conflict: false,
            spoiled: None,
            driver: None,
            waiting: Vec::new(),
        };
        Self { settings, cookie, cookies, state: Mutex::new(state) }
    }

    pub(super) fn declare_conflict(&self) {
        self.lock().conflict = true;
    }

    /// Takes the session. Waits for the layer's check, if it has one.
    pub(super) fn poll_take(
        &self,
        cx: &Context<'_>,
    ) -> Poll<Result<Box<web::Session<T>>, SessionError>> {
        self.poll_with(cx, |place| match mem::replace(place, Place::Taken) {
            Place::Here(session) => Ok(session),
            other => {
                *place = other;
                Err(place.refusal())
            }
        })
    }

    /// Waits until the session has been read and checked, even if another part of the program takes
    /// it.
    pub(super) fn poll_ready(&self, cx: &Context<'_>) -> Poll<Result<(), SessionError>> {
        self.poll_with(cx, |place| match place {
            Place::Here(_) | Place::Taken => Ok(()),
            other => Err(other.refusal()),
        })
    }

    /// Takes a session that has already been read and checked, without waiting.
    pub(super) fn take_now(&self) -> Result<Box<web::Session<T>>, SessionError> {
        match self.poll_take(&Context::from_waker(Waker::noop())) {
            Poll::Ready(taken) => taken,
            Poll::Pending => Err(self.misused(SessionError::Taken { data: type_name::<T>() })),
        }
    }

    fn poll_with<R>(
        &self,
        cx: &Context<'_>,
        take: impl FnOnce(&mut Place<T>) -> Result<R, SessionError>,
    ) -> Poll<Result<R, SessionError>> {
        let mut state = self.lock();
        let rejection = self.read(&mut state);
        let polled = state.poll(cx, take);
        // Wake the layer only to start a check. Waking it during the check would make it poll
        // without a pause, and a single-threaded executor would never complete the check.
        let wanted = matches!(state.place, Place::Unchecked(_));
        let driver = if polled.is_pending() && wanted { state.driver.take() } else { None };
        drop(state);
        driver.into_iter().for_each(Waker::wake);
        if let Some(rejection) = rejection {
            self.settings.emit(&Event::Rejected(rejection));
        }
        polled.map_err(|error| self.misused(error))
    }

    /// Reads the session if it has not been read yet.
    fn read(&self, state: &mut State<T>) -> Option<web::Rejection> {
        if state.conflict || !matches!(state.place, Place::Unread) {
            return None;
        }
        let session = Box::new(self.settings.read(&self.cookie, &self.cookies));
        let rejected = session.rejected();
        // Only a session from a cookie needs a check here.
        state.place = if self.settings.checked && session.is_carried() {
            Place::Unchecked(session)
        } else {
            Place::Here(session)
        };
        rejected
    }

    /// Takes the session back from the code that held it.
    pub(super) fn give_back(&self, session: Box<web::Session<T>>) {
        let mut state = self.lock();
        if std::thread::panicking() {
            state.spoiled = Some(Cause::Panicked);
        }
        if matches!(state.place, Place::Taken) {
            state.place = Place::Here(session);
            return;
        }
        let spoiled = state.spoiled;
        drop(state);
        if self.settings.is_observed() && self.settings.is_modified(&session) {
            self.settings.emit(&spoiled.map_or(Event::Lost, Event::Abandoned));
        }
    }

    /// Registers the waker that wakes the layer when a check is requested.
    pub(super) fn attend(&self, waker: &Waker) {
        let mut state = self.lock();
        if !state.driver.as_ref().is_some_and(|driver| driver.will_wake(waker)) {
            let before = state.driver.replace(waker.clone());
            drop(state);
            drop(before);
        }
    }

    /// Returns the session that must be checked, if there is one.
    pub(super) fn begin_check(&self) -> Option<Box<web::Session<T>>> {
        let mut state = self.lock();
        match mem::replace(&mut state.place, Place::Checking) {
            Place::Unchecked(session) => Some(session),
            other => {
                state.place = other;
                None
            }
        }
    }

    /// Ends the check. `session` is `None` if the check failed.
    pub(super) fn end_check(&self, session: Option<Box<web::Session<T>>>) {
        let mut state = self.lock();
        state.place = session.map_or(Place::Failed, Place::Here);
        let waiting = mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Marks a session that is still held when its handler's future is about to be dropped.
    pub(super) fn mark_cancelled(&self) {
        let mut state = self.lock();
        if matches!(state.place, Place::Taken) {
            state.spoiled.get_or_insert(Cause::Cancelled);
        }
    }

    /// Closes the slot and returns the session. With `eager`, reads it first if necessary.
    pub(super) fn collect(&self, eager: bool) -> Collected<T> {
        let mut state = self.lock();
        let rejection = if eager { self.read(&mut state) } else { None };
        let place = mem::replace(&mut state.place, Place::Closed);
        let waiting = mem::take(&mut state.waiting);
        let driver = state.driver.take();
        let spoiled = state.spoiled;
        if matches!(place, Place::Taken) {
            // The code that holds it outlives the handler, so its changes are lost.
            state.spoiled = None;
        }
        drop(state);
        drop(driver);
        waiting.into_iter().for_each(Waker::wake);
        if let Some(rejection) = rejection {
            self.settings.emit(&Event::Rejected(rejection));
        }
        place.collected(spoiled, eager)
    }

    fn misused(&self, error: SessionError) -> SessionError {
        if error != SessionError::CheckFailed {
            self.settings.emit(&Event::Misused(error));
        }
        error
    }

    /// Locks the state. Release the lock before waking or dropping a waker, because either can run
    /// foreign code that uses this slot.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // The state is consistent after every step, so a poisoned lock is harmless.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn poll<R>(
        &mut self,
        cx: &Context<'_>,
        take: impl FnOnce(&mut Place<T>) -> Result<R, SessionError>,
    ) -> Poll<Result<R, SessionError>> {
        if self.conflict {
            return Poll::Ready(Err(SessionError::Conflict { data: type_name::<T>() }));
        }
        if matches!(self.place, Place::Unchecked(_) | Place::Checking) {
            if !self.waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
                self.waiting.push(cx.waker().clone());
            }
            return Poll::Pending;
        }
        Poll::Ready(take(&mut self.place))
    }
}

impl<T> Place<T> {
    /// Returns the error for a session that is not available.
    fn refusal(&self) -> SessionError {
        match self {
            Self::Failed => SessionError::CheckFailed,
            Self::Closed => SessionError::Late { data: type_name::<T>() },
            _ => SessionError::Taken { data: type_name::<T>() },
        }
    }

    fn collected(self, spoiled: Option<Cause>, eager: bool) -> Collected<T> {
        match self {
            Self::Here(session) => Collected::Back(session, spoiled),
            // An eager layer has just read it. It is checked before it is written.
            Self::Unchecked(session) if eager => Collected::Back(session, spoiled),
            Self::Taken => Collected::Held,
            Self::Unread | Self::Closed => Collected::Untouched,
            Self::Unchecked(_) | Self::Checking | Self::Failed => Collected::Withheld,
        }
    }
}
