//! Query: a page of one partition of the table or of an index.
//!
//! Never walks more than the page, and never says that there is nothing more unless it knows.

use std::ops::Bound;

use super::{
    Table,
    expression::{
        Parsed, Path, Scope, Uses, check_defined,
        condition::Condition,
        key_condition::{Bounds, bind},
        projection::project,
        top_of,
    },
    guard::projected_paths,
    index::IndexRow,
    reading::write_item,
    refusal::{Answer, Refusal},
    request::Request,
    schema::{Key, Keys, Sort, TABLE},
    value::{Item, settle_item},
};

/// The most bytes that a page reads.
const MOST_BYTES: usize = 1024 * 1024;

/// A query that makes sense.
struct Query {
    index: Option<String>,
    keys: Keys,
    bounds: Bounds,
    scope: Scope,
    filter: Option<std::sync::Arc<Parsed<Condition>>>,
    paths: Option<Vec<Path>>,
    after: Option<(Sort, Key)>,
    limit: usize,
    forward: bool,
    consistent: bool,
    counts_only: bool,
}

impl Table {
    pub(super) fn query(&mut self, mut request: Request) -> Answer<Vec<u8>> {
        request.check_table(&self.name)?;
        let query = self.read_query(&mut request)?;
        let mut page = Page::default();
        match &query.index {
            None => self.fill_from_table(&query, &mut page),
            Some(name) => self.fill_from_index(name, &query, &mut page),
        }
        Ok(page.into_answer(query.counts_only))
    }

    fn read_query(&mut self, request: &mut Request) -> Answer<Query> {
        let index = request.text("IndexName")?;
        let keys = match &index {
            None => TABLE,
            Some(name) => match self.rows.index(name) {
                Some(index) => index.keys,
                None => {
                    return Err(Refusal::validation(format!(
                        "The table does not have the specified index: {name}"
                    )));
                }
            },
        };
        let consistent = request.flag("ConsistentRead")?.unwrap_or(false);
        if consistent && index.is_some() {
            return Err(Refusal::validation(
                "Consistent reads are not supported on global secondary indexes",
            ));
        }
        let Some(condition) = request.text("KeyConditionExpression")? else {
            return Err(Refusal::validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in \
                 the request.",
            ));
        };
        let condition = self
            .expressions
            .condition("KeyConditionExpression", condition)?;
        let filter = request
            .text("FilterExpression")?
            .map(|text| self.expressions.condition("FilterExpression", text))
            .transpose()?;
        let projection = request.text("ProjectionExpression")?;
        let counts_only = reads_counts_only(request, index.as_deref(), projection.is_some())?;
        let limit = request.count("Limit")?.unwrap_or(usize::MAX);
        let forward = request.flag("ScanIndexForward")?.unwrap_or(true);
        let start = request.item_if_given("ExclusiveStartKey")?;
        let scope = request.scope(&[("KeyConditionExpression", true)])?;
        check_defined(&condition, &scope)?;
        condition.check_values(&scope)?;
        if let Some(filter) = &filter {
            check_filter(filter, &keys, &scope)?;
        }
        let uses: Vec<&Uses> = std::iter::once(&condition.uses)
            .chain(filter.as_ref().map(|filter| &filter.uses))
            .collect();
        let paths = projected_paths(projection, &mut self.expressions, &scope, &uses)?;
        if let (Some(index), Some(paths)) = (&index, &paths) {
            check_projected(index, &keys, paths, &scope)?;
        }
        let bounds = bind(&condition, &keys, &scope)?;
        let after = start
            .map(|start| read_start(start, index.is_some(), &keys, &bounds))
            .transpose()?;
        Ok(Query {
            index,
            keys,
            bounds,
            scope,
            filter,
            paths,
            after,
            limit,
            forward,
            consistent,
            counts_only,
        })
    }

    fn fill_from_table(&self, query: &Query, page: &mut Page) {
        let Bounds {
            partition,
            low,
            high,
            ..
        } = &query.bounds;
        let mut low = text_bound(low);
        let mut high = text_bound(high);
        match &query.after {
            Some((_, key)) if query.forward => low = Bound::Excluded(key.sk.as_str()),
            Some((_, key)) => high = Bound::Excluded(key.sk.as_str()),
            None => {}
        }
        let rows = self
            .rows
            .walk(partition, (low, high), query.forward, query.consistent);
        for (sk, stored) in rows {
            if !page.has_room_for(stored.size) {
                return;
            }
            if query.wants(&stored.item) {
                page.add(|items| write_item(items, stored, query.paths.as_deref()));
            }
            let last = || {
                let key = Key {
                    pk: partition.clone(),
                    sk: sk.to_owned(),
                };
                key.to_item()
            };
            if page.passed(stored.size, query.limit, last) {
                return;
            }
        }
        page.last = None;
    }

    fn fill_from_index(&self, name: &str, query: &Query, page: &mut Page) {
        let Some(index) = self.rows.index(name) else {
            return;
        };
        let Bounds {
            partition,
            low,
            high,
            ..
        } = &query.bounds;
        let after = query.after.as_ref().map(|(sort, key)| IndexRow {
            partition: partition.clone(),
            sort: sort.clone(),
            key: key.clone(),
        });
        let rows = index.walk(partition, (low, high), after.as_ref(), query.forward);
        for (sort, key) in rows {
            let item = IndexRow::to_item(&query.keys, partition, sort, key);
            let size = item.size();
            if !page.has_room_for(size) {
                return;
            }
            if query.wants(&item) {
                page.add(|items| match &query.paths {
                    None => item.write(items),
                    Some(paths) => project(&item, paths).write(items),
                });
            }
            if page.passed(size, query.limit, || item) {
                return;
            }
        }
        page.last = None;
    }
}

impl Query {
    fn wants(&self, item: &Item) -> bool {
        self.filter
            .as_ref()
            .is_none_or(|filter| filter.content.holds(item, &self.scope))
    }
}

/// A page while it is filled.
#[derive(Default)]
struct Page {
    items: Vec<u8>,
    count: usize,
    scanned: usize,
    bytes: usize,
    /// The row that was passed last.
    last: Option<Item>,
}

impl Page {
    fn has_room_for(&self, size: usize) -> bool {
        self.scanned == 0 || self.bytes + size <= MOST_BYTES
    }

    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if self.count > 0 {
            self.items.push(b',');
        }
        self.count += 1;
        write(&mut self.items);
    }

    /// Passes a row; says whether the page ends with it.
    fn passed(&mut self, size: usize, limit: usize, key: impl FnOnce() -> Item) -> bool {
        self.scanned += 1;
        self.bytes += size;
        self.last = Some(key());
        self.scanned >= limit
    }

    fn into_answer(self, counts_only: bool) -> Vec<u8> {
        let mut answer = b"{".to_vec();
        if !counts_only {
            answer.extend_from_slice(b"\"Items\":[");
            answer.extend_from_slice(&self.items);
            answer.extend_from_slice(b"],");
        }
        let counts = format!("\"Count\":{},\"ScannedCount\":{}", self.count, self.scanned);
        answer.extend_from_slice(counts.as_bytes());
        if let Some(last) = self.last {
            answer.extend_from_slice(b",\"LastEvaluatedKey\":");
            last.write(&mut answer);
        }
        answer.push(b'}');
        answer
    }
}

fn reads_counts_only(request: &mut Request, index: Option<&str>, projects: bool) -> Answer<bool> {
    let select = request.choice(
        "Select",
        &[
            "",
            "ALL_ATTRIBUTES",
            "ALL_PROJECTED_ATTRIBUTES",
            "SPECIFIC_ATTRIBUTES",
            "COUNT",
        ],
    )?;
    match (select, index) {
        ("ALL_ATTRIBUTES", Some(name)) => Err(Refusal::invalid_value(&format!(
            "Select type ALL_ATTRIBUTES is not supported for global secondary index {name} because \
             its projection type is not ALL"
        ))),
        ("ALL_PROJECTED_ATTRIBUTES", None) => Err(Refusal::invalid_value(
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        )),
        ("SPECIFIC_ATTRIBUTES", _) if !projects => Err(Refusal::invalid_value(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get \
             SPECIFIC_ATTRIBUTES",
        )),
        ("ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES" | "COUNT", _) if projects => {
            Err(Refusal::invalid_value(&format!(
                "Cannot specify the ProjectionExpression when choosing to get {select}"
            )))
        }
        (select, _) => Ok(select == "COUNT"),
    }
}

fn check_filter(filter: &Parsed<Condition>, keys: &Keys, scope: &Scope) -> Answer<()> {
    check_defined(filter, scope)?;
    filter.check_values(scope)?;
    let attributes = filter.content.attributes(&scope.names);
    for part in [keys.hash, keys.range] {
        if attributes.contains(&part.name) {
            return Err(Refusal::validation(format!(
                "Filter Expression can only contain non-primary key attributes: Primary key \
                 attribute: {}",
                part.name
            )));
        }
    }
    Ok(())
}

fn check_projected(index: &str, keys: &Keys, paths: &[Path], scope: &Scope) -> Answer<()> {
    for path in paths {
        let name = top_of(path, &scope.names);
        let held = [keys.hash, keys.range, TABLE.hash, TABLE.range];
        if !held.iter().any(|part| part.name == name) {
            return Err(Refusal::invalid_value(&format!(
                "Global secondary index {index} does not project [{name}]"
            )));
        }
    }
    Ok(())
}

/// The row behind which a page begins.
fn read_start(
    mut start: Item,
    of_index: bool,
    keys: &Keys,
    bounds: &Bounds,
) -> Answer<(Sort, Key)> {
    let invalid = || Refusal::validation("The provided starting key is invalid");
    settle_item(&mut start)?;
    let wanted = if of_index { 4 } else { 2 };
    let part = |part: super::schema::KeyPart| start.get(part.name).and_then(|v| part.read(v));
    let (Some(partition), Some(sort), Some(Sort::Text(pk)), Some(Sort::Text(sk))) = (
        part(keys.hash),
        part(keys.range),
        part(TABLE.hash),
        part(TABLE.range),
    ) else {
        return Err(invalid());
    };
    if start.len() != wanted || pk.is_empty() || sk.is_empty() {
        return Err(invalid());
    }
    let within_low = match &bounds.low {
        Bound::Unbounded => true,
        Bound::Included(low) => sort >= *low,
        Bound::Excluded(low) => sort > *low,
    };
    let within_high = match &bounds.high {
        Bound::Unbounded => true,
        Bound::Included(high) => sort <= *high,
        Bound::Excluded(high) => sort < *high,
    };
    if !within_low || !within_high {
        return Err(Refusal::validation(
            "The provided starting key does not match the range key predicate",
        ));
    }
    if partition != Sort::Text(bounds.partition.clone()) {
        return Err(Refusal::validation(if bounds.limits_sort {
            "The query can return at most one row and cannot be restarted"
        } else {
            "The provided starting key is outside query boundaries based on provided conditions"
        }));
    }
    Ok((sort, Key { pk, sk }))
}

fn text_bound(bound: &Bound<Sort>) -> Bound<&str> {
    bound.as_ref().map(|sort| match sort {
        Sort::Text(text) => text.as_str(),
        Sort::Number(_) => "",
    })
}
