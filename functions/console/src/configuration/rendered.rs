//! Formatted text as a page shows it.
//!
//! Every word is escaped. A link leads to http or https only, and tells its target nothing of us.

use domain::rich_text::{Block, Inline, Marks, RichText};
use maud::{Markup, html};

/// Blocks within blocks that are shown; what stands deeper is left out, with a sign.
const DEEPEST: usize = 12;

/// The text as HTML.
pub fn rendered(text: &RichText) -> Markup {
    blocks(&text.blocks, DEEPEST)
}

fn blocks(blocks: &[Block], depth: usize) -> Markup {
    html! {
        @for it in blocks {
            @match depth.checked_sub(1) {
                Some(depth) => (block(it, depth)),
                None => p { "[...]" },
            }
        }
    }
}

fn block(it: &Block, depth: usize) -> Markup {
    html! {
        @match it {
            Block::Paragraph(pieces) => p { (line(pieces)) },
            // The page has headings of its own above these.
            Block::Heading(level, pieces) => @match level {
                0..=2 => h3 { (line(pieces)) },
                3 => h4 { (line(pieces)) },
                4 => h5 { (line(pieces)) },
                _ => h6 { (line(pieces)) },
            },
            Block::BulletList(items) => ul { @for item in items { li { (blocks(item, depth)) } } },
            Block::OrderedList(items) => ol { @for item in items { li { (blocks(item, depth)) } } },
            Block::Code(_, code) => pre { code { (code) } },
            Block::Quote(inside) => blockquote { (blocks(inside, depth)) },
            Block::Table(rows) => div class="scroll" { table {
                @for (index, row) in rows.iter().enumerate() {
                    tr { @for cell in row {
                        @if index == 0 { th scope="col" { (blocks(cell, depth)) } } @else { td { (blocks(cell, depth)) } }
                    } }
                }
            } },
            Block::Rule => hr;,
        }
    }
}

fn line(pieces: &[Inline]) -> Markup {
    html! {
        @for piece in pieces {
            @match piece {
                Inline::Text(text, marks) => (marked(text, *marks)),
                Inline::Link(text, target) => @if is_web(target) {
                    a href=(target) rel="noreferrer noopener" { (text) }
                } @else { (text) },
                Inline::Mention(name) => { "@" (name) },
                Inline::Break => br;,
            }
        }
    }
}

fn is_web(target: &str) -> bool {
    url::Url::parse(target).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn marked(text: &str, marks: Marks) -> Markup {
    let mut shown = html! { (text) };
    if marks.code {
        shown = html! { code { (shown) } };
    }
    if marks.strike {
        shown = html! { s { (shown) } };
    }
    if marks.emphasis {
        shown = html! { em { (shown) } };
    }
    if marks.strong {
        shown = html! { strong { (shown) } };
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(block: Block) -> String {
        rendered(&RichText {
            blocks: vec![block],
        })
        .into_string()
    }

    #[test]
    fn every_word_is_escaped() {
        let text = Inline::Text("<script>&".to_owned(), Marks::STRONG);
        assert_eq!(
            shown(Block::Paragraph(vec![text])),
            "<p><strong>&lt;script&gt;&amp;</strong></p>"
        );
        let code = Block::Code(None, "</pre><b>".to_owned());
        assert_eq!(shown(code), "<pre><code>&lt;/pre&gt;&lt;b&gt;</code></pre>");
    }

    #[test]
    fn a_link_leads_to_the_web_or_nowhere() {
        let link = |target: &str| {
            let link = Inline::Link("there".to_owned(), target.to_owned());
            shown(Block::Paragraph(vec![link]))
        };
        assert_eq!(
            link("https://a.example/?a=\"&b"),
            "<p><a href=\"https://a.example/?a=&quot;&amp;b\" rel=\"noreferrer noopener\">there</a></p>"
        );
        for target in [
            "javascript:alert(1)",
            "JavaScript:x",
            "data:text/html,x",
            "/console",
        ] {
            assert_eq!(link(target), "<p>there</p>", "{target}");
        }
    }

    #[test]
    fn what_stands_too_deep_is_left_out_with_a_sign() {
        let mut deep = Block::Rule;
        for _ in 0..100 {
            deep = Block::Quote(vec![deep]);
        }
        assert!(shown(deep).contains("[...]"));
    }
}
