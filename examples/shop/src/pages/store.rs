//! The goods, and the cart.

use maud::{Markup, html};

use super::frame::{frame, price};
use crate::cart::{Cart, MOST};
use crate::goods::{GOODS, Item};
use crate::visitor::Greeting;

pub fn goods(greeting: &Greeting) -> Markup {
    let body = html! {
        h1 { "Provisions" }
        ul.goods {
            @for item in &GOODS {
                li.card {
                    (picture(item))
                    h2 { (item.name) }
                    p { (item.text) }
                    form.buy method="post" action="/cart/add" {
                        strong { (price(item.cents)) }
                        button name="item" value=(item.number) aria-label=(format!("Add {} to the cart", item.name)) {
                            "Add to cart"
                        }
                    }
                }
            }
        }
    };
    frame("Provisions", greeting, &body)
}

fn picture(item: &Item) -> Markup {
    html! { svg.picture viewBox="0 0 48 48" aria-hidden="true" { path d=(item.picture); } }
}

pub fn cart(greeting: &Greeting, cart: &Cart) -> Markup {
    let body = html! {
        h1 { "Your cart" }
        @if cart.len() == 0 {
            section.card.narrow {
                p { "Your cart is empty." }
                p { a.button href="/" { "To the provisions" } }
            }
        } @else {
            section.card {
                ul.lines { @for (item, quantity) in cart.lines() { (line(item, quantity)) } }
                p.total { "Total " strong #total { (price(cart.cents())) } }
                p.hint {
                    "The cart is in your browser's cookie. It survives a log-in; a log-out empties it. \
                     There is no checkout, because this shop is an example."
                }
            }
        }
    };
    frame("Your cart", greeting, &body)
}

fn line(item: &Item, quantity: u8) -> Markup {
    let cents = item.cents.saturating_mul(quantity.into());
    html! {
        li {
            (picture(item))
            div.what { strong { (item.name) } span { (price(item.cents)) " each" } }
            form.quantity method="post" action="/cart/set" {
                input type="hidden" name="item" value=(item.number);
                label.unseen for=(format!("quantity-{}", item.number)) { "Quantity of " (item.name) }
                input #(format!("quantity-{}", item.number)) type="number" name="quantity" min="0" max=(MOST)
                    value=(quantity) inputmode="numeric" required;
                button.quiet { "Change" }
            }
            form method="post" action="/cart/set" {
                input type="hidden" name="item" value=(item.number);
                button.quiet name="quantity" value="0" aria-label=(format!("Remove {}", item.name)) { "Remove" }
            }
            strong.sum { (price(cents)) }
        }
    }
}
