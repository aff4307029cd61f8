//! The controls of a form: each with its label, its hint and its faults, tied together for those who
//! do not see the page.

use domain::settings::document::Fault;
use maud::{Markup, html};

/// What every control has.
#[derive(Clone, Copy, Debug)]
pub struct Control<'a> {
    /// Its name in the form; its id as well.
    pub name: &'a str,
    /// What people read.
    pub label: &'a str,
    /// What helps; empty for nothing.
    pub hint: &'a str,
    /// Whether it has to be filled in.
    pub must: bool,
    /// The place in the settings whose faults stand here; empty for none.
    pub place: &'a str,
    /// All faults of the form.
    pub faults: &'a [Fault],
    /// Whether changing it asks the server for the form anew.
    pub redraws: bool,
}

impl<'a> Control<'a> {
    /// A control with nothing but a name and a label.
    pub const fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            label,
            hint: "",
            must: false,
            place: "",
            faults: &[],
            redraws: false,
        }
    }

    /// With a hint.
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// To be filled in.
    pub const fn must(mut self) -> Self {
        self.must = true;
        self
    }

    /// With the faults at a place of the settings.
    pub const fn at(mut self, place: &'a str, faults: &'a [Fault]) -> Self {
        self.place = place;
        self.faults = faults;
        self
    }

    /// Asks for the form anew when it is changed.
    pub const fn redraws(mut self) -> Self {
        self.redraws = true;
        self
    }

    fn own_faults(&self) -> impl Iterator<Item = &'a Fault> {
        let place = self.place;
        self.faults.iter().filter(move |fault| {
            !place.is_empty()
                && fault
                    .path
                    .strip_prefix(place)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    fn is_faulty(&self) -> bool {
        self.own_faults().next().is_some()
    }

    fn described_by(&self) -> Option<String> {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        if self.is_faulty() {
            ids.push(format!("{}-fault", self.name));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn around(&self, control: &Markup) -> Markup {
        html! {
            div class="field" {
                label for=(self.name) {
                    (self.label)
                    @if self.must { span class="must" aria-hidden="true" { " *" } }
                }
                (control)
                (self.below())
            }
        }
    }

    /// The hint and the faults.
    pub fn below(&self) -> Markup {
        html! {
            @if !self.hint.is_empty() { p class="hint" id={ (self.name) "-hint" } { (self.hint) } }
            @if self.is_faulty() {
                div class="fault" id={ (self.name) "-fault" } {
                    @for fault in self.own_faults() { p { (fault.problem) " " (fault.remedy) } }
                }
            }
        }
    }

    /// One line of text.
    pub fn text(&self, value: &str) -> Markup {
        self.input("text", value)
    }

    /// A secret: never filled in by us.
    pub fn secret(&self) -> Markup {
        self.around(&html! {
            input type="password" id=(self.name) name=(self.name) autocomplete="off" spellcheck="false"
                required[self.must] aria-invalid=[self.is_faulty().then_some("true")]
                aria-describedby=[self.described_by()];
        })
    }

    /// One line of some kind that browsers know, such as `url` or `date`.
    pub fn input(&self, kind: &str, value: &str) -> Markup {
        self.around(&html! {
            input type=(kind) id=(self.name) name=(self.name) value=(value) autocomplete="off"
                required[self.must] data-redraw[self.redraws]
                aria-invalid=[self.is_faulty().then_some("true")]
                aria-describedby=[self.described_by()];
        })
    }

    /// Several lines of text.
    pub fn lines(&self, value: &str) -> Markup {
        self.around(&html! {
            textarea id=(self.name) name=(self.name) required[self.must] data-redraw[self.redraws]
                aria-invalid=[self.is_faulty().then_some("true")]
                aria-describedby=[self.described_by()] { (value) }
        })
    }

    /// A choice of one: values with what people read. A value that is chosen and not offered any more
    /// stays, and says so.
    pub fn choice(&self, value: &str, choices: &[(String, String)]) -> Markup {
        let is_offered = choices.iter().any(|(it, _)| it == value);
        self.around(&html! {
            select id=(self.name) name=(self.name) required[self.must] data-redraw[self.redraws]
                aria-invalid=[self.is_faulty().then_some("true")]
                aria-describedby=[self.described_by()] {
                @if !is_offered && !value.is_empty() {
                    option value=(value) selected { (value) " (not offered)" }
                }
                @for (it, words) in choices {
                    option value=(it) selected[it == value] { (words) }
                }
            }
        })
    }

    /// Boxes to tick, of one name.
    pub fn boxes(&self, values: &[String], choices: &[(String, String)]) -> Markup {
        html! {
            fieldset aria-describedby=[self.described_by()] {
                legend { (self.label) @if self.must { span class="must" aria-hidden="true" { " *" } } }
                div class="checks" {
                    @for (it, words) in choices {
                        label class="check" {
                            input type="checkbox" name=(self.name) value=(it)
                                checked[values.contains(it)] data-redraw[self.redraws];
                            span { (words) }
                        }
                    }
                }
                (self.below())
            }
        }
    }

    /// One box to tick.
    pub fn tick(&self, on: bool) -> Markup {
        html! {
            div class="field" {
                label class="check" {
                    input type="checkbox" id=(self.name) name=(self.name) value="on" checked[on]
                        data-redraw[self.redraws] aria-describedby=[self.described_by()];
                    span { (self.label) }
                }
                (self.below())
            }
        }
    }
}
