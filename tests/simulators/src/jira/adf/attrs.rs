//! Which attributes the nodes and marks of ADF take.
//!
//! Only facts stand here, no reading.

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
    AttrRule {
        name,
        kind,
        required: false,
    }
}

const fn must(name: &'static str, kind: AttrKind) -> AttrRule {
    AttrRule {
        name,
        kind,
        required: true,
    }
}

const LAYOUTS: AttrKind = AttrKind::OneOf(&[
    "wide",
    "full-width",
    "center",
    "wrap-right",
    "wrap-left",
    "align-end",
    "align-start",
    "default",
]);
const SIZE: AttrKind = AttrKind::Number(0.0, f64::MAX);
const CELL_ATTRS: &[AttrRule] = &[
    may("colspan", SIZE),
    may("rowspan", SIZE),
    may("colwidth", AttrKind::Any),
    may("background", AttrKind::Text),
    may("valign", AttrKind::OneOf(&["top", "middle", "bottom"])),
];
const EXTENSION_ATTRS: &[AttrRule] = &[
    must("extensionKey", AttrKind::Filled),
    must("extensionType", AttrKind::Filled),
    may("parameters", AttrKind::Any),
    may("text", AttrKind::Text),
    may("layout", LAYOUTS),
];

const HEADING: &[AttrRule] = &[must("level", AttrKind::Number(1.0, 6.0))];
const CODE_BLOCK: &[AttrRule] = &[
    may("language", AttrKind::Text),
    may("uniqueId", AttrKind::Text),
    may("wrap", AttrKind::Flag),
    may("hideLineNumbers", AttrKind::Flag),
];
const ORDERED_LIST: &[AttrRule] = &[may("order", SIZE)];
const PANEL: &[AttrRule] = &[
    must(
        "panelType",
        AttrKind::OneOf(&[
            "info", "note", "tip", "warning", "error", "success", "custom",
        ]),
    ),
    may("panelIcon", AttrKind::Text),
    may("panelIconId", AttrKind::Text),
    may("panelIconText", AttrKind::Text),
    may("panelColor", AttrKind::Text),
];
const HARD_BREAK: &[AttrRule] = &[may("text", AttrKind::OneOf(&["\n"]))];
const MENTION: &[AttrRule] = &[
    must("id", AttrKind::Text),
    may("text", AttrKind::Text),
    may("accessLevel", AttrKind::Text),
    may("userType", AttrKind::OneOf(&["DEFAULT", "SPECIAL", "APP"])),
];
const EMOJI: &[AttrRule] = &[
    must("shortName", AttrKind::Text),
    may("id", AttrKind::Text),
    may("text", AttrKind::Text),
];
const DATE: &[AttrRule] = &[must("timestamp", AttrKind::Filled)];
const INLINE_CARD: &[AttrRule] = &[must("url", AttrKind::Address)];
const EMBED_CARD: &[AttrRule] = &[
    must("url", AttrKind::Address),
    must("layout", LAYOUTS),
    may("width", AttrKind::Number(0.0, 100.0)),
    may("originalHeight", SIZE),
    may("originalWidth", SIZE),
];
const STATUS: &[AttrRule] = &[
    must("text", AttrKind::Filled),
    must("color", AttrKind::Text),
    may("style", AttrKind::Text),
];
const PLACEHOLDER: &[AttrRule] = &[must("text", AttrKind::Text)];
const TASK_LIST: &[AttrRule] = &[must("localId", AttrKind::Text)];
const TASK_ITEM: &[AttrRule] = &[
    must("localId", AttrKind::Text),
    must("state", AttrKind::OneOf(&["TODO", "DONE"])),
];
const DECISION_ITEM: &[AttrRule] = &[
    must("localId", AttrKind::Text),
    must("state", AttrKind::Text),
];
const TABLE: &[AttrRule] = &[
    may("displayMode", AttrKind::OneOf(&["default", "fixed"])),
    may("isNumberColumnEnabled", AttrKind::Flag),
    may("layout", LAYOUTS),
    may("width", SIZE),
];
const EXPAND: &[AttrRule] = &[may("title", AttrKind::Text)];
const MEDIA_SINGLE: &[AttrRule] = &[
    may("layout", LAYOUTS),
    may("width", SIZE),
    may("widthType", AttrKind::OneOf(&["percentage", "pixel"])),
];
const MEDIA: &[AttrRule] = &[
    may(
        "type",
        AttrKind::OneOf(&["link", "file", "external", "image"]),
    ),
    may("id", AttrKind::Filled),
    may("collection", AttrKind::Text),
    may("alt", AttrKind::Text),
    may("height", SIZE),
    may("width", SIZE),
    may("occurrenceKey", AttrKind::Filled),
    may("url", AttrKind::Text),
];
const LAYOUT_COLUMN: &[AttrRule] = &[must("width", AttrKind::Number(0.0, 100.0))];
const LINK: &[AttrRule] = &[
    must("href", AttrKind::Address),
    may("title", AttrKind::Text),
    may("id", AttrKind::Text),
    may("collection", AttrKind::Text),
    may("occurrenceKey", AttrKind::Text),
];
const SUBSUP: &[AttrRule] = &[must("type", AttrKind::OneOf(&["sub", "sup"]))];
const TEXT_COLOR: &[AttrRule] = &[must("color", AttrKind::Color)];
const ANNOTATION: &[AttrRule] = &[
    must("id", AttrKind::Text),
    must("annotationType", AttrKind::OneOf(&["inlineComment"])),
];
const ALIGNMENT: &[AttrRule] = &[must("align", AttrKind::OneOf(&["center", "end"]))];
const INDENTATION: &[AttrRule] = &[must("level", AttrKind::Number(1.0, 6.0))];
const BORDER: &[AttrRule] = &[
    must("size", AttrKind::Number(1.0, 3.0)),
    must("color", AttrKind::Text),
];

pub(super) fn attrs_of(name: &str) -> &'static [AttrRule] {
    match name {
        "heading" => HEADING,
        "codeBlock" => CODE_BLOCK,
        "orderedList" => ORDERED_LIST,
        "panel" => PANEL,
        "hardBreak" => HARD_BREAK,
        "mention" => MENTION,
        "emoji" => EMOJI,
        "date" => DATE,
        "inlineCard" | "blockCard" => INLINE_CARD,
        "embedCard" => EMBED_CARD,
        "status" => STATUS,
        "placeholder" => PLACEHOLDER,
        "extension" | "inlineExtension" => EXTENSION_ATTRS,
        "taskList" | "decisionList" => TASK_LIST,
        "taskItem" => TASK_ITEM,
        "decisionItem" => DECISION_ITEM,
        "table" => TABLE,
        "tableCell" | "tableHeader" => CELL_ATTRS,
        "expand" | "nestedExpand" => EXPAND,
        "mediaSingle" => MEDIA_SINGLE,
        "media" | "mediaInline" => MEDIA,
        "layoutColumn" => LAYOUT_COLUMN,
        _ => &[],
    }
}

pub(super) fn mark_attrs_of(mark: &str) -> &'static [AttrRule] {
    match mark {
        "link" => LINK,
        "subsup" => SUBSUP,
        "textColor" | "backgroundColor" => TEXT_COLOR,
        "annotation" => ANNOTATION,
        "alignment" => ALIGNMENT,
        "indentation" => INDENTATION,
        "border" => BORDER,
        _ => &[],
    }
}
