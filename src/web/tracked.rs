//! Session data, and whether it changed.

use serde::Serialize;

use crate::error::PayloadError;
use crate::token::payload::{self, Layout};

/// The payload that data becomes.
pub(super) type Written = Result<Vec<u8>, PayloadError>;

/// The capacity in bytes for the payload of data that is empty or began so.
pub(super) const CAPACITY: usize = 128;

/// Session data. Its payload is written down before the first mutable access, so that data which is
/// only read is never serialized.
///
/// Comparing with the payload that came in the token would not do: the order of a `HashMap` differs,
/// and so does a struct to which `serde(default)` added a field.
pub(super) struct Tracked<T> {
    data: T,
    /// The payload before the first mutable access, if there was one.
    before: Option<Written>,
    /// Whether the data was `T::default()` at first.
    began_empty: bool,
    /// The payload of the `T::default()` that [`Tracked::clear`] made.
    cleared: Option<Written>,
    /// The capacity in bytes that the payload needs, roughly.
    capacity: usize,
}

impl<T: Default> Tracked<T> {
    pub(super) fn empty() -> Self {
        Self { began_empty: true, ..Self::new(T::default(), CAPACITY) }
    }
}

impl<T> Tracked<T> {
    pub(super) fn new(data: T, capacity: usize) -> Self {
        Self { data, before: None, began_empty: false, cleared: None, capacity }
    }

    pub(super) fn get(&self) -> &T {
        &self.data
    }

    /// Whether there was a mutable access.
    pub(super) fn may_differ(&self) -> bool {
        self.before.is_some()
    }
}

impl<T: Serialize> Tracked<T> {
    pub(super) fn get_mut(&mut self, layout: Layout) -> &mut T {
        if self.before.is_none() {
            self.before = Some(self.written(layout));
        }
        &mut self.data
    }

    /// Returns the payload of the data as it is now.
    pub(super) fn written(&self, layout: Layout) -> Written {
        written(&self.data, layout, self.capacity.saturating_add(CAPACITY))
    }

    /// Whether the data changed since it was read. Data that cannot be written counts as changed.
    pub(super) fn differs(&self, written: &Written) -> bool {
        self.before.as_ref().is_some_and(|before| written.is_err() || before != written)
    }
}

impl<T: Default + Serialize> Tracked<T> {
    /// Replaces the data by `T::default()`, whose payload counts as empty from now on.
    pub(super) fn clear(&mut self, layout: Layout) {
        *self.get_mut(layout) = T::default();
        self.cleared = Some(self.written(layout));
    }

    /// Whether the data is empty: [`Tracked::is_empty_payload`] of what it would write.
    pub(super) fn is_empty(&self, layout: Layout) -> bool {
        self.is_untouched_and_empty() || self.is_empty_payload(&mut self.written(layout), layout)
    }

    /// Whether `written` is the payload of `T::default()`, which is written behind it for a moment.
    /// Data that cannot be written is not empty.
    pub(super) fn is_empty_payload(&self, written: &mut Written, layout: Layout) -> bool {
        match (&self.cleared, &self.before) {
            _ if written.is_err() => false,
            (Some(empty), _) => empty == written,
            (None, Some(before)) if self.began_empty => before == written,
            (None, None) if self.began_empty => true,
            _ => written.as_mut().is_ok_and(|payload| is_default::<T>(payload, layout)),
        }
    }

    fn is_untouched_and_empty(&self) -> bool {
        self.began_empty && self.before.is_none()
    }
}

fn is_default<T: Default + Serialize>(payload: &mut Vec<u8>, layout: Layout) -> bool {
    let end = payload.len();
    let empty = payload::write(&T::default(), layout, payload);
    let (data, written) = payload.split_at(end);
    let is_default = empty.is_ok() && data == written;
    payload.truncate(end);
    is_default
}

fn written<T: Serialize>(data: &T, layout: Layout, capacity: usize) -> Written {
    let mut out = Vec::with_capacity(capacity);
    payload::write(data, layout, &mut out).map(|()| out)
}
