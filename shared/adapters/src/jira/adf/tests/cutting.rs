//! Cutting what is too long, visibly.

use domain::rich_text::{Block, Inline, link, paragraph, strong, text};

use super::{
    super::{fit, to_adf},
    check, code_block, ordinary, rich, words,
};

#[test]
fn a_text_that_fits_stays_and_one_that_does_not_ends_with_a_note_and_a_link() {
    let url = "https://example.com/case";
    assert_eq!(fit(ordinary(), 30_000, "Cut.", Some(url)), ordinary());
    let long = "a \"quoted\" wörd \\ ".repeat(4_000);
    let giants = [
        words(&long),
        Block::Heading(1, vec![text(long.clone())]),
        code_block(&long.replace(' ', "\n")),
        Block::Quote(vec![words(&long)]),
        Block::BulletList(vec![vec![words(&long)]]),
        Block::OrderedList(vec![vec![words("short")]; 3_000]),
        Block::Table(vec![vec![vec![words("cell")], vec![]]; 3_000]),
        paragraph(vec![vec![text("a\nb\n"), Inline::Break, strong("c")]; 3_000].concat()),
        paragraph(vec![link(
            "there",
            format!("https://example.com/{}", "x".repeat(40_000)),
        )]),
        Block::Code(Some("x".repeat(40_000)), "y".into()),
    ];
    for giant in giants {
        for before in [
            vec![],
            vec![words("before")],
            vec![words(&long[..2_000]); 14],
        ] {
            let mut blocks = before.clone();
            blocks.push(giant.clone());
            blocks.push(words("never reached"));
            let cut = fit(rich(blocks), 30_000, "The rest was cut off.", Some(url));
            let document = to_adf(&cut);
            check(&document, "");
            assert!(document.to_string().len() < 30_000);
            let last = paragraph(vec![
                text("The rest was cut off."),
                text(" "),
                link(url, url),
            ]);
            assert_eq!(cut.blocks.last(), Some(&last));
            assert!(cut.blocks.len() >= before.len());
        }
    }
}

#[test]
fn a_cut_text_keeps_as_much_as_there_is_room_for() {
    let long = "0123456789".repeat(10_000);
    for block in [
        words(&long),
        code_block(&long),
        Block::Quote(vec![words(&long)]),
        Block::BulletList(vec![vec![words(&long)]]),
    ] {
        let cut = fit(rich(vec![block]), 30_000, "Cut.", None);
        assert!(to_adf(&cut).to_string().len() > 29_000);
    }
}
