//! The slots of all layers around a request, in its extensions.

use core::any::Any;
use std::sync::Arc;

use http::Extensions;

use super::slot::Slot;
use crate::web::SessionCookie;

/// The slots of all layers. They share one extension, so that each layer can detect another layer
/// that writes the same cookie.
#[derive(Clone)]
struct Slots {
    outermost: Arc<dyn AnySlot>,
    inner: Vec<Arc<dyn AnySlot>>,
}

trait AnySlot: Send + Sync {
    fn cookie(&self) -> &SessionCookie;
    fn declare_conflict(&self);
    fn as_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<T: Send + 'static> AnySlot for Slot<T> {
    fn cookie(&self) -> &SessionCookie {
        &self.cookie
    }

    fn declare_conflict(&self) {
        Slot::declare_conflict(self);
    }

    fn as_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

impl Slots {
    fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<dyn AnySlot>> {
        core::iter::once(&self.outermost).chain(&self.inner)
    }
}

/// Returns the slot of the innermost layer for `T`.
pub(super) fn find<T: Send + 'static>(extensions: &Extensions) -> Option<Arc<Slot<T>>> {
    let slots = extensions.get::<Slots>()?;
    slots.iter().rev().find_map(|slot| Arc::clone(slot).as_any().downcast().ok())
}

/// Adds a layer's slot and returns it. Returns `None` if an outer layer serves the same session.
pub(super) fn enter<T: Send + 'static>(
    extensions: &mut Extensions,
    slot: Slot<T>,
    serves_alike: impl FnOnce(&Slot<T>, &Slot<T>) -> bool,
) -> Option<Arc<Slot<T>>> {
    let Some(slots) = extensions.get_mut::<Slots>() else {
        let slot = Arc::new(slot);
        extensions.insert(Slots { outermost: Arc::clone(&slot) as _, inner: Vec::new() });
        return Some(slot);
    };
    let rival = slots.iter().find(|other| other.cookie().name() == slot.cookie.name());
    let rival = rival.map(Arc::clone);
    let same = rival.clone().and_then(|rival| rival.as_any().downcast::<Slot<T>>().ok());
    if same.is_some_and(|same| serves_alike(&same, &slot)) {
        return None;
    }
    let slot = Arc::new(slot);
    if let Some(rival) = rival {
        rival.declare_conflict();
        slot.declare_conflict();
    }
    slots.inner.push(Arc::clone(&slot) as _);
    Some(slot)
}
