//! The cart. It is stored only in the cookie, so a copy of an old cookie has an old cart. Orders
//! belong in the database.

use std::collections::BTreeMap;

use axum::extract::Form;
use axum::response::Redirect;
use maud::Markup;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::goods::{self, Item};
use crate::notice::Notice;
use crate::pages;
use crate::visitor::Visit;

/// The maximum quantity of one item.
pub const MOST: u8 = 20;

/// The quantity of each item. Prices are not in the cart, because the shop sets them.
#[derive(Default, Serialize, Deserialize)]
pub struct Cart(BTreeMap<u16, u8>);

impl Cart {
    /// Returns the number of things.
    pub fn len(&self) -> u32 {
        self.0.values().map(|quantity| u32::from(*quantity)).sum()
    }

    /// Returns the items that are still sold, each with its quantity.
    pub fn lines(&self) -> impl Iterator<Item = (&'static Item, u8)> {
        self.0.iter().filter_map(|(number, quantity)| Some((goods::find(*number)?, *quantity)))
    }

    pub fn cents(&self) -> u32 {
        self.lines().map(|(item, quantity)| item.cents.saturating_mul(quantity.into())).sum()
    }

    /// Adds one of this item. Returns false if the cart has the maximum already.
    fn add(&mut self, item: &Item) -> bool {
        let quantity = self.0.entry(item.number).or_default();
        let has_room = *quantity < MOST;
        if has_room {
            *quantity = quantity.saturating_add(1);
        }
        has_room
    }

    fn set(&mut self, item: &Item, quantity: u8) {
        if quantity == 0 {
            self.0.remove(&item.number);
        } else {
            self.0.insert(item.number, quantity.min(MOST));
        }
    }
}

pub async fn show(mut visit: Visit) -> Markup {
    let greeting = visit.greeting();
    pages::cart(&greeting, &visit.session.cart)
}

#[derive(Deserialize)]
pub struct Add {
    item: u16,
}

pub async fn add(mut visit: Visit, Form(form): Form<Add>) -> Result<Redirect, Error> {
    let item = goods::find(form.item).ok_or(Error::NotFound)?;
    let is_added = visit.session.cart.add(item);
    let notice = if is_added { Notice::Added(item.number) } else { Notice::CartIsFull };
    visit.session.notice = Some(notice);
    Ok(Redirect::to("/"))
}

#[derive(Deserialize)]
pub struct Set {
    item: u16,
    quantity: u8,
}

pub async fn set(mut visit: Visit, Form(form): Form<Set>) -> Result<Redirect, Error> {
    let item = goods::find(form.item).ok_or(Error::NotFound)?;
    visit.session.cart.set(item, form.quantity);
    Ok(Redirect::to("/cart"))
}
