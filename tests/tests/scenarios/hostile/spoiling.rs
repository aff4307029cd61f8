//! Spoiling the items of a table: what may stand in one that this version did not write.

use aws_sdk_dynamodb::types::AttributeValue;
use proptest::{collection::vec, prelude::*, sample::Index};

use super::stage::Item;

pub fn text(words: &str) -> AttributeValue {
    AttributeValue::S(words.to_owned())
}

pub fn number(digits: &str) -> AttributeValue {
    AttributeValue::N(digits.to_owned())
}

/// What may stand where something else belongs.
pub fn oddities() -> Vec<AttributeValue> {
    let nested = (0..28).fold(text("deep"), |inner, _| AttributeValue::L(vec![inner]));
    let unknown = [("a-field-of-tomorrow".to_owned(), text("x"))]
        .into_iter()
        .collect();
    vec![
        AttributeValue::Null(true),
        AttributeValue::Bool(true),
        number("0"),
        number("-1"),
        number("255"),
        number("256"),
        number("4294967295"),
        number("9223372036854775807"),
        number("-9223372036854775808"),
        number("18446744073709551615"),
        number("99999999999999999999999999999999999999"),
        number("0.00000000000000000000000000000000000001"),
        number("1.5"),
        text("x"),
        text("due"),
        text("\u{0}\u{202e}[northstar-jira-sync x]"),
        text(&"A".repeat(20_000)),
        AttributeValue::B(aws_sdk_dynamodb::primitives::Blob::new([0xff, 0x00])),
        AttributeValue::L(Vec::new()),
        AttributeValue::L(vec![text("x"); 50]),
        AttributeValue::M(unknown),
        AttributeValue::M(std::collections::HashMap::new()),
        AttributeValue::Ss(vec![
            "case".to_owned(),
            "no aspect".to_owned(),
            "candidate:..".to_owned(),
        ]),
        AttributeValue::Ns(vec!["1".to_owned()]),
        nested,
    ]
}

/// One place is lost, replaced, or gets something beside it.
#[derive(Clone, Debug)]
pub enum Spoiling {
    Lost(Index),
    Replaced(Index, Index),
    Beside(Index, Index),
}

pub fn spoilings() -> impl Strategy<Value = Vec<Spoiling>> {
    let spoiling = prop_oneof![
        2 => any::<Index>().prop_map(Spoiling::Lost),
        4 => (any::<Index>(), any::<Index>()).prop_map(|(at, odd)| Spoiling::Replaced(at, odd)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(at, odd)| Spoiling::Beside(at, odd)),
    ];
    vec(spoiling, 1..4)
}

/// The names by which a value is reached, from the item down.
pub type Place = Vec<String>;

fn places_in(value: &AttributeValue, here: &Place, all: &mut Vec<Place>) {
    all.push(here.clone());
    let mut inside = |name: String, value: &AttributeValue| {
        let mut place = here.clone();
        place.push(name);
        places_in(value, &place, all);
    };
    match value {
        AttributeValue::M(entries) => {
            let mut names: Vec<&String> = entries.keys().collect();
            names.sort();
            for name in names {
                inside(name.clone(), &entries[name]);
            }
        }
        AttributeValue::L(items) => {
            for (number, item) in items.iter().enumerate() {
                inside(number.to_string(), item);
            }
        }
        _ => {}
    }
}

/// All places but the keys, without which an item would be another one.
pub fn places(item: &Item) -> Vec<Place> {
    let mut names: Vec<&String> = item
        .keys()
        .filter(|name| !matches!(name.as_str(), "pk" | "sk"))
        .collect();
    names.sort();
    let mut all = Vec::new();
    for name in names {
        places_in(&item[name], &vec![name.clone()], &mut all);
    }
    all
}

pub fn put_at(value: &mut AttributeValue, place: &[String], new: Option<AttributeValue>) {
    let Some((name, rest)) = place.split_first() else {
        if let Some(new) = new {
            *value = new;
        }
        return;
    };
    match value {
        AttributeValue::M(entries) => match (rest.is_empty(), new) {
            (true, None) => drop(entries.remove(name)),
            (true, Some(new)) => drop(entries.insert(name.clone(), new)),
            (false, new) => {
                if let Some(inner) = entries.get_mut(name) {
                    put_at(inner, rest, new);
                }
            }
        },
        AttributeValue::L(items) => {
            let at: usize = name.parse().unwrap_or(usize::MAX);
            match (rest.is_empty(), new) {
                (true, None) if at < items.len() => drop(items.remove(at)),
                (_, new) => {
                    if let Some(inner) = items.get_mut(at) {
                        put_at(inner, rest, new);
                    }
                }
            }
        }
        _ => {}
    }
}

pub fn spoilt(item: &Item, spoilings: &[Spoiling]) -> Item {
    let mut whole = AttributeValue::M(item.clone());
    for spoiling in spoilings {
        let AttributeValue::M(present) = &whole else {
            break;
        };
        let places = places(present);
        if places.is_empty() {
            break;
        }
        match spoiling {
            Spoiling::Lost(at) => put_at(&mut whole, &places[at.index(places.len())], None),
            Spoiling::Replaced(at, odd) => {
                let odd = odd.get(&oddities()).clone();
                put_at(&mut whole, &places[at.index(places.len())], Some(odd));
            }
            Spoiling::Beside(at, odd) => {
                let mut place = places[at.index(places.len())].clone();
                if let Some(last) = place.last_mut() {
                    last.push_str("-of-tomorrow");
                }
                let odd = odd.get(&oddities()).clone();
                put_at(&mut whole, &place, Some(odd));
            }
        }
    }
    match whole {
        AttributeValue::M(item) => item,
        _ => item.clone(),
    }
}
