//! Which node may hold which, and bear which marks.
//!
//! Only facts stand here, no reading.

/// What a node may hold.
pub(super) enum Content {
    None,
    /// The nodes are words in one string.
    Of {
        nodes: &'static str,
        least: usize,
        required: bool,
    },
}

const INLINE: &str = "text hardBreak mention emoji date inlineCard status placeholder inlineExtension \
    mediaInline";
const ROOT: &str = "paragraph heading bulletList orderedList codeBlock blockquote panel rule table \
    taskList decisionList mediaSingle mediaGroup blockCard embedCard extension expand \
    layoutSection";
const COLUMN: &str = "paragraph heading bulletList orderedList codeBlock blockquote panel rule table \
    taskList decisionList mediaSingle mediaGroup blockCard embedCard extension expand";
const EXPANDED: &str = "paragraph heading bulletList orderedList codeBlock blockquote panel rule table \
    taskList decisionList mediaSingle mediaGroup blockCard embedCard extension \
    nestedExpand";
const NESTED: &str = "paragraph heading bulletList orderedList codeBlock blockquote panel rule taskList \
    decisionList mediaSingle mediaGroup extension";
const CELL: &str = "paragraph heading bulletList orderedList codeBlock blockquote panel rule taskList \
    decisionList mediaSingle mediaGroup blockCard embedCard extension nestedExpand";
const PANEL: &str = "paragraph heading bulletList orderedList codeBlock rule taskList decisionList \
    mediaSingle mediaGroup blockCard extension";
const QUOTE: &str = "paragraph bulletList orderedList codeBlock mediaSingle mediaGroup extension";
const ITEM: &str = "paragraph bulletList orderedList codeBlock taskList mediaSingle extension";

pub(super) fn content_of(name: &str) -> Content {
    let (nodes, least, required): (&'static str, usize, bool) = match name {
        "doc" => (ROOT, 0, true),
        "paragraph" | "heading" | "taskItem" | "decisionItem" | "caption" => (INLINE, 0, false),
        "codeBlock" => ("text", 0, false),
        "blockquote" => (QUOTE, 1, true),
        "panel" => (PANEL, 1, true),
        "bulletList" | "orderedList" => ("listItem", 1, true),
        "listItem" => (ITEM, 1, true),
        "taskList" => ("taskItem taskList", 1, true),
        "decisionList" => ("decisionItem", 1, true),
        "table" => ("tableRow", 1, true),
        "tableRow" => ("tableCell tableHeader", 0, true),
        "tableCell" | "tableHeader" => (CELL, 1, true),
        "expand" => (EXPANDED, 1, true),
        "nestedExpand" => (NESTED, 1, true),
        "mediaSingle" => ("media caption", 1, true),
        "mediaGroup" => ("media", 1, true),
        "layoutSection" => ("layoutColumn", 2, true),
        "layoutColumn" => (COLUMN, 1, true),
        _ => return Content::None,
    };
    Content::Of {
        nodes,
        least,
        required,
    }
}

pub(super) fn marks_of(name: &str, parent: &str, is_code: bool) -> &'static str {
    match (name, parent) {
        ("text", "codeBlock") => "",
        ("text", _) if is_code => "code link annotation",
        ("text", _) => {
            "link em strong strike subsup underline textColor annotation backgroundColor"
        }
        ("paragraph" | "heading", "doc" | "tableCell" | "tableHeader" | "layoutColumn") => {
            "alignment indentation"
        }
        ("mediaSingle" | "media" | "mediaInline", _) => "link annotation border",
        _ => "",
    }
}
