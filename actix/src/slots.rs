//! Where a request carries the sessions of the middleware around it.

use core::cell::Cell;
use std::rc::Rc;

use actix_web::HttpMessage;
use http::Extensions;

/// What hardtack's layers put into a request of the crate http.
struct Slots {
    layers: Extensions,
    asked: Rc<Asked>,
}

/// Whether anything below a middleware asked for a session.
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

/// Returns the sessions of a request for an extractor. There are none without a middleware.
pub(crate) fn ask(request: &impl HttpMessage) -> Extensions {
    let extensions = request.extensions();
    let Some(slots) = extensions.get::<Slots>() else { return Extensions::new() };
    slots.asked.set();
    slots.layers.clone()
}

/// Returns the sessions of the middleware outside, for one that adds its own.
pub(crate) fn of(request: &impl HttpMessage) -> Extensions {
    request.extensions().get::<Slots>().map(|slots| slots.layers.clone()).unwrap_or_default()
}

/// Puts the sessions into a request. Tells from then on whether anything asks for them.
pub(crate) fn put(request: &impl HttpMessage, layers: Extensions) -> Rc<Asked> {
    let mut extensions = request.extensions_mut();
    let outer = extensions.remove::<Slots>().map(|outer| outer.asked);
    let asked = Rc::new(Asked { asked: Cell::new(false), outer });
    extensions.insert(Slots { layers, asked: Rc::clone(&asked) });
    asked
}
