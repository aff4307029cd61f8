//! The applications of the organisation, by which routing stands in for resource groups.
//!
//! Served by another version of the interface than incidents: its page has other keys.

use serde_json::json;

use super::{
    Application, Contrast,
    answer::{Answer, Answered},
    query::Query,
    world::uuid_like,
};

/// The space of ids that applications have.
const IDS: u16 = 0xa11c;

impl Contrast {
    /// Adds an application.
    pub fn add_application(&mut self, application: Application) {
        self.applications.push(application);
    }

    /// All applications.
    pub fn applications(&self) -> &[Application] {
        &self.applications
    }

    pub(super) fn application(&self, name: &str) -> Option<&Application> {
        self.applications
            .iter()
            .find(|application| application.name == name)
    }

    /// An agent that reports for the first time makes its application known.
    pub(super) fn know_application(&mut self, name: &str) {
        if self.application(name).is_none() {
            let number = self.applications.len() as u64 + 1;
            self.applications.push(Application {
                id: uuid_like(IDS, number),
                name: name.to_owned(),
                language: "JAVA".to_owned(),
                tags: Vec::new(),
                metadata: Vec::new(),
                importance: "MEDIUM".to_owned(),
            });
        }
    }

    pub(super) fn list_applications(&self, query: &Query<'_>) -> Answered {
        let page = query.page()?;
        let row = |application: &Application| {
            let metadata: Vec<_> = application
                .metadata
                .iter()
                .map(|(name, value)| json!({ "name": name, "value": value }))
                .collect();
            json!({
                "id": application.id,
                "name": application.name,
                "language": application.language,
                "tags": application.tags,
                "metadata": metadata,
                "importance": application.importance,
            })
        };
        let content: Vec<_> = page.cut(self.applications.iter()).map(row).collect();
        let total = self.applications.len();
        let pages = page.pages(total);
        Ok(Answer::ok(json!({
            "first": page.number == 0,
            "last": page.number + 1 >= pages,
            "empty": content.is_empty(),
            "numberOfElements": content.len(),
            "content": content,
            "number": page.number,
            "size": page.size,
            "totalElements": total,
            "totalPages": pages,
        })))
    }
}
