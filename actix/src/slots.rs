//! Stores the sessions of the surrounding middleware in the request.

use core::cell::Cell;
use std::rc::Rc;

use actix_web::HttpMessage;
use http::Extensions;

/// The extensions that hardtack's layers set on a request of the crate http.
struct Slots {
    layers: Extensions,
    asked: Rc<Asked>,
}

/// Records whether anything below a middleware asked for a session.
#[derive(Default)]
pub(crate) struct Asked {
    asked: Cell<bool>,
    outer: Option<Rc<Self>>,
}

impl Asked {
    pub(crate) fn get(&self) -> bool {
        self.asked.get()
    }

    fn set(&self) {
        self.asked.set(true);
        if let Some(outer) = &self.outer {
            outer.set();
        }
    }
}

/// Returns the sessions of a request for an extractor. The result is empty without a middleware.
pub(crate) fn ask(request: &impl HttpMessage) -> Extensions {
    let extensions = request.extensions();
    let Some(slots) = extensions.get::<Slots>() else { return Extensions::new() };
    slots.asked.set();
    slots.layers.clone()
}

/// Returns the sessions of the outer middleware, to which an inner middleware adds its own.
pub(crate) fn of(request: &impl HttpMessage) -> Extensions {
    request.extensions().get::<Slots>().map(|slots| slots.layers.clone()).unwrap_or_default()
}

/// Puts the sessions into a request. The result records whether anything asks for them.
pub(crate) fn put(request: &impl HttpMessage, layers: Extensions) -> Rc<Asked> {
    let mut extensions = request.extensions_mut();
    let outer = extensions.remove::<Slots>().map(|outer| outer.asked);
    let asked = Rc::new(Asked { asked: Cell::new(false), outer });
    extensions.insert(Slots { layers, asked: Rc::clone(&asked) });
    asked
}
