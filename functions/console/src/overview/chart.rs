//! Small charts, drawn here as SVG.
//!
//! Every chart has its numbers in words, for those who do not see it.

use domain::moment::Moment;
use maud::{Markup, html};

const WIDTH: usize = 480;
const HEIGHT: usize = 96;
const FLOOR: usize = 80;

/// One hour of a chart: parts that stand on each other, each with the class of its colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The hour's beginning.
    pub(super) at: Moment,
    /// Class and value of each part, from the floor up.
    pub(super) parts: Vec<(&'static str, u64)>,
}

/// Columns side by side; `words` says what all of them show.
pub(super) fn columns(columns: &[Column], words: &str) -> Markup {
    let sum = |column: &Column| column.parts.iter().map(|(_, value)| value).sum::<u64>();
    let most = columns.iter().map(sum).max().unwrap_or_default().max(1);
    let step = WIDTH / columns.len().max(1);
    html! {
        svg class="chart" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(words) {
            line x1="0" y1=(FLOOR) x2=(WIDTH) y2=(FLOOR) {}
            text x="0" y="9" { (most) }
            @for (index, column) in columns.iter().enumerate() {
                (bar(column, index * step, step, most))
                @if index % 6 == 0 {
                    text x=(index * step) y=(HEIGHT - 4) { (hour(column.at)) }
                }
            }
        }
    }
}

fn bar(column: &Column, left: usize, step: usize, most: u64) -> Markup {
    let mut top = FLOOR;
    let mut drawn = Vec::new();
    for (class, value) in &column.parts {
        let height = height_of(*value, most);
        top -= height.min(top);
        if height > 0 {
            drawn.push((*class, top, height));
        }
    }
    html! {
        @for (class, top, height) in drawn {
            rect class={ "bar " (class) } x=(left + 2) y=(top) width=(step.saturating_sub(4).max(1)) height=(height) {}
        }
    }
}

/// What is there is seen, however little it is.
fn height_of(value: u64, most: u64) -> usize {
    if value == 0 {
        return 0;
    }
    let room = u64::try_from(FLOOR - 12).unwrap_or_default();
    let height = u128::from(value) * u128::from(room) / u128::from(most);
    usize::try_from(height).unwrap_or_default().max(1)
}

/// The hour in UTC, as in `14h`.
fn hour(at: Moment) -> String {
    let text = at.to_rfc3339();
    let hour = text.get(11..13).unwrap_or_default();
    format!("{hour}h")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_happened_is_seen_and_nothing_leaves_the_chart() {
        assert_eq!(height_of(0, 10), 0);
        assert_eq!(height_of(1, 1_000_000), 1);
        assert_eq!(height_of(10, 10), FLOOR - 12);
        assert_eq!(height_of(u64::MAX, u64::MAX), FLOOR - 12);
    }

    #[test]
    fn a_chart_says_in_words_what_it_shows() {
        let column = Column {
            at: Moment::from_epoch_ms(1_773_100_000_000),
            parts: vec![("good", 3), ("bad", 1)],
        };
        let drawn = columns(&[column], "4 deliveries").into_string();
        assert!(drawn.contains("aria-label=\"4 deliveries\""), "{drawn}");
        assert_eq!(drawn.matches("<rect").count(), 2);
    }
}
