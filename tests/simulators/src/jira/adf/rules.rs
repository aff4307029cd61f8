//! The tables of the ADF reader.
//!
//! Only facts about nodes and marks stand here, no reading.

/// What a node may hold.
pub(super) enum Content {
    None,
    Of { nodes: &'static [&'static str], least: usize, required: bool },
}

/// What an attribute may be.
#[derive(Clone, Copy)]
pub(super) enum AttrKind {
    Text,
    Filled,
    Number(f64, f64),
    Flag,
    OneOf(&'static [&'static str]),
    Color,
    Address,
    Any,
}

/// An attribute of a node or mark.
pub(super) struct AttrRule {
    pub(super) name: &'static str,
    pub(super) kind: AttrKind,
    pub(super) required: bool,
}

const fn may(name: &'static str, kind: AttrKind) -> AttrRule {
    AttrRule { name, kind, required: false }
}

const fn must(name: &'static str, kind: AttrKind) -> AttrRule {
    AttrRule { name, kind, required: true }
}

const INLINE: &[&str] = &[
    "text", "hardBreak", "mention", "emoji", "date", "inlineCard", "status", "placeholder",
    "inlineExtension", "mediaInline",
];
const ROOT: &[&str] = &[
    "paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "panel", "rule",
    "table", "taskList", "decisionList", "mediaSingle", "mediaGroup", "blockCard", "embedCard",
    "extension", "expand", "layoutSection",
];
const COLUMN: &[&str] = &[
    "paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "panel", "rule",
    "table", "taskList", "decisionList", "mediaSingle", "mediaGroup", "blockCard", "embedCard",
    "extension", "expand",
];
const EXPANDED: &[&str] = &[
    "paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "panel", "rule",
    "table", "taskList", "decisionList", "mediaSingle", "mediaGroup", "blockCard", "embedCard",
    "extension", "nestedExpand",
];
const NESTED: &[&str] = &[
    "paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "panel", "rule",
    "taskList", "decisionList", "mediaSingle", "mediaGroup", "extension",
];
const CELL: &[&str] = &[
    "paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "panel", "rule",
    "taskList", "decisionList", "mediaSingle", "mediaGroup", "blockCard", "embedCard", "extension",
    "nestedExpand",
];
const PANEL: &[&str] = &[
    "paragraph", "heading", "bulletList", "orderedList", "codeBlock", "rule", "taskList",
    "decisionList", "mediaSingle", "mediaGroup", "blockCard", "extension",
];
const QUOTE: &[&str] = &[
    "paragraph", "bulletList", "orderedList", "codeBlock", "mediaSingle", "mediaGroup", "extension",
];
const ITEM: &[&str] =
    &["paragraph", "bulletList", "orderedList", "codeBlock", "taskList", "mediaSingle", "extension"];

pub(super) fn content_of(name: &str) -> Content {
    let (nodes, least, required): (&'static [&'static str], usize, bool) = match name {
        "doc" => (ROOT, 0, true),
        "paragraph" | "heading" | "taskItem" | "decisionItem" | "caption" => (INLINE, 0, false),
        "codeBlock" => (&["text"], 0, false),
        "blockquote" => (QUOTE, 1, true),
        "panel" => (PANEL, 1, true),
        "bulletList" | "orderedList" => (&["listItem"], 1, true),
        "listItem" => (ITEM, 1, true),
        "taskList" => (&["taskItem", "taskList"], 1, true),
        "decisionList" => (&["decisionItem"], 1, true),
        "table" => (&["tableRow"], 1, true),
        "tableRow" => (&["tableCell", "tableHeader"], 0, true),
        "tableCell" | "tableHeader" => (CELL, 1, true),
        "expand" => (EXPANDED, 1, true),
        "nestedExpand" => (NESTED, 1, true),
        "mediaSingle" => (&["media", "caption"], 1, true),
        "mediaGroup" => (&["media"], 1, true),
        "layoutSection" => (&["layoutColumn"], 2, true),
        "layoutColumn" => (COLUMN, 1, true),
        _ => return Content::None,
    };
    Content::Of { nodes, least, required }
}

const LAYOUTS: AttrKind = AttrKind::OneOf(&[
    "wide", "full-width", "center", "wrap-right", "wrap-left", "align-end", "align-start", "default",
]);
const SIZE: AttrKind = AttrKind::Number(0.0, f64::MAX);
const CELL_ATTRS: &[AttrRule] = &[
    may("colspan", SIZE), may("rowspan", SIZE), may("colwidth", AttrKind::Any),
    may("background", AttrKind::Text), may("valign", AttrKind::OneOf(&["top", "middle", "bottom"])),
];
const EXTENSION_ATTRS: &[AttrRule] = &[
    must("extensionKey", AttrKind::Filled), must("extensionType", AttrKind::Filled),
    may("parameters", AttrKind::Any), may("text", AttrKind::Text), may("layout", LAYOUTS),
];

pub(super) fn attrs_of(name: &str) -> &'static [AttrRule] {
    match name {
        "heading" => const { &[must("level", AttrKind::Number(1.0, 6.0))] },
        "codeBlock" => const { &[
            may("language", AttrKind::Text), may("uniqueId", AttrKind::Text),
            may("wrap", AttrKind::Flag), may("hideLineNumbers", AttrKind::Flag),
        ] },
        "orderedList" => const { &[may("order", SIZE)] },
        "panel" => const { &[
            must("panelType", AttrKind::OneOf(&["info", "note", "tip", "warning", "error", "success", "custom"])),
            may("panelIcon", AttrKind::Text), may("panelIconId", AttrKind::Text),
            may("panelIconText", AttrKind::Text), may("panelColor", AttrKind::Text),
        ] },
        "hardBreak" => const { &[may("text", AttrKind::OneOf(&["\n"]))] },
        "mention" => const { &[
            must("id", AttrKind::Text), may("text", AttrKind::Text), may("accessLevel", AttrKind::Text),
            may("userType", AttrKind::OneOf(&["DEFAULT", "SPECIAL", "APP"])),
        ] },
        "emoji" => const { &[
            must("shortName", AttrKind::Text), may("id", AttrKind::Text), may("text", AttrKind::Text),
        ] },
        "date" => const { &[must("timestamp", AttrKind::Filled)] },
        "inlineCard" | "blockCard" => const { &[must("url", AttrKind::Address)] },
        "embedCard" => const { &[
            must("url", AttrKind::Address), must("layout", LAYOUTS),
            may("width", AttrKind::Number(0.0, 100.0)), may("originalHeight", SIZE), may("originalWidth", SIZE),
        ] },
        "status" => const { &[
            must("text", AttrKind::Filled), must("color", AttrKind::Text), may("style", AttrKind::Text),
        ] },
        "placeholder" => const { &[must("text", AttrKind::Text)] },
        "extension" | "inlineExtension" => EXTENSION_ATTRS,
        "taskList" | "decisionList" => const { &[must("localId", AttrKind::Text)] },
        "taskItem" => const { &[
            must("localId", AttrKind::Text), must("state", AttrKind::OneOf(&["TODO", "DONE"])),
        ] },
        "decisionItem" => const { &[must("localId", AttrKind::Text), must("state", AttrKind::Text)] },
        "table" => const { &[
            may("displayMode", AttrKind::OneOf(&["default", "fixed"])),
            may("isNumberColumnEnabled", AttrKind::Flag), may("layout", LAYOUTS), may("width", SIZE),
        ] },
        "tableCell" | "tableHeader" => CELL_ATTRS,
        "expand" | "nestedExpand" => const { &[may("title", AttrKind::Text)] },
        "mediaSingle" => const { &[
            may("layout", LAYOUTS), may("width", SIZE), may("widthType", AttrKind::OneOf(&["percentage", "pixel"])),
        ] },
        "media" | "mediaInline" => const { &[
            may("type", AttrKind::OneOf(&["link", "file", "external", "image"])), may("id", AttrKind::Filled),
            may("collection", AttrKind::Text), may("alt", AttrKind::Text), may("height", SIZE),
            may("width", SIZE), may("occurrenceKey", AttrKind::Filled), may("url", AttrKind::Text),
        ] },
        "layoutColumn" => const { &[must("width", AttrKind::Number(0.0, 100.0))] },
        _ => &[],
    }
}

pub(super) fn marks_of(name: &str, parent: &str, is_code: bool) -> &'static [&'static str] {
    match (name, parent) {
        ("text", "codeBlock") => &[],
        ("text", _) if is_code => &["code", "link", "annotation"],
        ("text", _) => &[
            "link", "em", "strong", "strike", "subsup", "underline", "textColor", "annotation",
            "backgroundColor",
        ],
        ("paragraph" | "heading", "doc" | "tableCell" | "tableHeader" | "layoutColumn") => {
            &["alignment", "indentation"]
        }
        ("mediaSingle" | "media" | "mediaInline", _) => &["link", "annotation", "border"],
        _ => &[],
    }
}

pub(super) fn mark_attrs_of(mark: &str) -> &'static [AttrRule] {
    match mark {
        "link" => const { &[
            must("href", AttrKind::Address), may("title", AttrKind::Text), may("id", AttrKind::Text),
            may("collection", AttrKind::Text), may("occurrenceKey", AttrKind::Text),
        ] },
        "subsup" => const { &[must("type", AttrKind::OneOf(&["sub", "sup"]))] },
        "textColor" | "backgroundColor" => const { &[must("color", AttrKind::Color)] },
        "annotation" => const { &[
            must("id", AttrKind::Text), must("annotationType", AttrKind::OneOf(&["inlineComment"])),
        ] },
        "alignment" => const { &[must("align", AttrKind::OneOf(&["center", "end"]))] },
        "indentation" => const { &[must("level", AttrKind::Number(1.0, 6.0))] },
        "border" => const { &[must("size", AttrKind::Number(1.0, 3.0)), must("color", AttrKind::Text)] },
        _ => &[],
    }
}
