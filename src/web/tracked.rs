//! Session data with change detection.

use serde::Serialize;

use crate::error::PayloadError;
use crate::token::payload::{self, Layout};

/// The payload to which the data serializes.
pub(super) type Written = Result<Vec<u8>, PayloadError>;

/// The capacity in bytes for the payload of data that was empty at first.
pub(super) const CAPACITY: usize = 128;

/// Session data with change detection. It is serialized before the first mutable access, so data
/// that is only read is never serialized.
///
/// The payload in the token cannot serve for the comparison: the order of a `HashMap` differs
/// between runs, and a field that `serde(default)` added is missing there.
pub(super) struct Tracked<T> {
    data: T,
    /// The payload before the first mutable access, if there was one.
    before: Option<Written>,
    /// Whether the data was `T::default()` at first.
    began_empty: bool,
    /// The payload of the `T::default()` that [`Tracked::clear`] created.
    cleared: Option<Written>,
    /// The approximate capacity in bytes that the payload needs.
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

    /// Returns true if there was a mutable access.
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

    /// Returns the payload of the current data, with room after it for the payload of
    /// `T::default()`: see [`Tracked::is_empty_payload`].
    pub(super) fn written(&self, layout: Layout) -> Written {
        written(&self.data, layout, self.capacity.saturating_add(CAPACITY))
    }

    /// Returns true if the data changed since it was read. Data that fails to serialize counts as
    /// changed.
    pub(super) fn differs(&self, written: &Written) -> bool {
        self.before.as_ref().is_some_and(|before| written.is_err() || before != written)
    }
}

impl<T: Default + Serialize> Tracked<T> {
    /// Replaces the data with `T::default()`, whose payload counts as empty from now on.
    pub(super) fn clear(&mut self, layout: Layout) {
        *self.get_mut(layout) = T::default();
        self.cleared = Some(self.written(layout));
    }

    /// Returns true if the data is empty: see [`Tracked::is_empty_payload`].
    pub(super) fn is_empty(&self, layout: Layout) -> bool {
        self.is_untouched_and_empty() || self.is_empty_payload(&mut self.written(layout), layout)
    }

    /// Returns true if `written` equals the payload of an empty session. A payload that fails to
    /// serialize is not empty.
    ///
    /// It appends the payload of `T::default()` to `written` for the comparison and removes it
    /// again, which saves an allocation.
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
