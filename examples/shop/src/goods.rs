//! The items that the shop sells.

use maud::Markup;

use crate::pages;
use crate::visitor::Visit;

pub struct Item {
    pub number: u16,
    pub name: &'static str,
    pub text: &'static str,
    pub cents: u32,
    /// The attribute `d` of an SVG path, 48 by 48 units.
    pub picture: &'static str,
}

pub const GOODS: [Item; 6] = [
    Item {
        number: 1,
        name: "Ship's biscuit",
        text: "A tin of twenty. Keeps for years.",
        cents: 480,
        picture: "M10 10h28v28h-28z M18 18v.5 M24 18v.5 M30 18v.5 M18 24v.5 M24 24v.5 M30 24v.5 \
                  M18 30v.5 M24 30v.5 M30 30v.5",
    },
    Item {
        number: 2,
        name: "Storm lantern",
        text: "Brass, with a wick for forty hours.",
        cents: 3400,
        picture: "M18 8a6 5 0 0 1 12 0 M16 13h16 M17 13l-3 22h20l-3-22 M12 35h24v5h-24z \
                  M24 20c4 5 3 9 0 10c-3-1-4-5 0-10z",
    },
    Item {
        number: 3,
        name: "Hemp rope",
        text: "Twenty metres, three strands.",
        cents: 1800,
        picture: "M24 10a14 14 0 1 1 0 28a14 14 0 1 1 0-28z M24 16a8 8 0 1 1 0 16a8 8 0 1 1 0-16z \
                  M34 34l8 6",
    },
    Item {
        number: 4,
        name: "Black tea",
        text: "A chest of 250 grams, from Assam.",
        cents: 920,
        picture: "M10 18h24v10a10 10 0 0 1-10 10h-4a10 10 0 0 1-10-10z M34 20h3a4 4 0 0 1 0 9h-3 \
                  M17 12c-2-2 2-3 0-5 M24 12c-2-2 2-3 0-5",
    },
    Item {
        number: 5,
        name: "Compass",
        text: "Dry card, lid with a mirror.",
        cents: 4200,
        picture: "M24 8a16 16 0 1 1 0 32a16 16 0 1 1 0-32z M31 17l-4 10l-10 4l4-10z",
    },
    Item {
        number: 6,
        name: "Wool blanket",
        text: "Undyed, 140 by 200 centimetres.",
        cents: 5600,
        picture: "M9 12h26a4 4 0 0 1 0 8h-26z M9 20v16h26a4 4 0 0 0 4-4v-16 M9 28h30",
    },
];

pub fn find(number: u16) -> Option<&'static Item> {
    GOODS.iter().find(|item| item.number == number)
}

/// The front page.
pub async fn show(mut visit: Visit) -> Markup {
    pages::goods(&visit.greeting())
}
