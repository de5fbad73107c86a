use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::column::Column;
use crate::place::Place;
use crate::query::Query;
use crate::sort::{Direction, Sort};
use crate::value::Value;

/// A statement that is being made.
pub type Sql = QueryBuilder<Postgres>;

/// A list: where its rows are, and what of them can be named.
#[derive(Debug)]
pub struct Listing {
    /// What it is called: its cursors are no other's.
    pub name: &'static str,
    /// Its tables, as they stand behind `from`.
    pub from: &'static str,
    /// The expression for the id of a row.
    pub id: &'static str,
    /// What can be named of a row.
    pub columns: &'static [Column],
    /// The order of its own: the place of a column among `columns`, and which way.
    pub order: (usize, Direction),
}

/// The rows of a page, by their ids.
#[derive(Debug, Clone)]
pub struct Picked {
    /// The ids, in the order that was asked for.
    pub ids: Vec<Uuid>,
    /// Their places.
    pub places: Vec<Place>,
    /// The place behind which the next page begins, if there is one.
    pub next: Option<Place>,
    /// Whether it has fewer rows than were asked for because they are too large together.
    pub is_cut: bool,
    /// How many rows there are on all pages, if they were counted.
    pub total: Option<i64>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, in the order that was asked for.
    pub rows: Vec<T>,
    /// Their places; of rows that are there no more, too.
    pub places: Vec<Place>,
    /// The place behind which the next page begins, if there is one.
    pub next: Option<Place>,
    /// Whether it has fewer rows than were asked for because they are too large together.
    pub is_cut: bool,
    /// How many rows there are on all pages, if they were counted.
    pub total: Option<i64>,
}

impl Listing {
    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The names of the columns that rows can be ordered by.
    pub fn sorts(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().filter(|column| column.sorts()).map(|column| column.name)
    }

    /// The order of its own.
    #[must_use]
    pub fn sort(&self) -> Sort {
        Sort { column: &self.columns[self.order.0], direction: self.order.1 }
    }

    /// Picks the rows of a page. `only` appends what must be of every row of the list, ` and …`.
    ///
    /// # Errors
    /// If Postgres could not be asked.
    pub async fn pick(
        &self,
        conn: &mut PgConnection,
        query: &Query,
        only: impl Fn(&mut Sql),
    ) -> sqlx::Result<Picked> {
        let total = match query.behind {
            None if query.counted => {
                let mut sql = Sql::new("select count(*) from ");
                self.rows(query, &only, &mut sql);
                Some(sql.build_query_scalar().persistent(!sql::pooled()).fetch_one(&mut *conn).await?)
            }
            _ => None,
        };
        let mut sql = Sql::new("select ");
        let key = query.sort.column.key.unwrap_or(self.id);
        sql.push(self.id).push(", to_jsonb(").push(key).push(") from ");
        self.rows(query, &only, &mut sql);
        self.order(query, key, &mut sql);
        let found = sql.build_query_as().persistent(!sql::pooled()).fetch_all(conn).await?;
        Ok(Self::picked(query, found, total))
    }

    /// The tables, and which of their rows.
    fn rows(&self, query: &Query, only: &impl Fn(&mut Sql), sql: &mut Sql) {
        sql.push(self.from).push(" where true");
        only(sql);
        if let Some(condition) = &query.condition {
            sql.push(" and ");
            condition.push(sql);
        }
    }

    /// Behind which place, in which order, and how many.
    fn order(&self, query: &Query, key: &'static str, sql: &mut Sql) {
        let (direction, behind) = match query.sort.direction {
            Direction::Ascending => ("asc", ">"),
            Direction::Descending => ("desc", "<"),
        };
        let by_id = key == self.id;
        match &query.behind {
            Some(place) if by_id => {
                sql.push(" and ").push(self.id).push(" ").push(behind).push(" ").push_bind(place.id);
            }
            Some(place) => {
                sql.push(" and (").push(key).push(", ").push(self.id).push(") ").push(behind).push(" (");
                place.key.push(sql);
                sql.push(", ").push_bind(place.id).push(")");
            }
            None => {}
        }
        sql.push(" order by ").push(key).push(" ").push(direction);
        if !by_id {
            sql.push(", ").push(self.id).push(" ").push(direction);
        }
        // One more than are shown, which tells that there is another page.
        sql.push(" offset ")
            .push_bind(query.skip.unwrap_or_default())
            .push(" limit ")
            .push_bind(i64::from(query.limit) + 1);
    }

    fn picked(query: &Query, mut found: Vec<(Uuid, Json<serde_json::Value>)>, total: Option<i64>) -> Picked {
        let more = found.len() > usize::from(query.limit);
        found.truncate(query.limit.into());
        let place = |(id, key): &(Uuid, Json<serde_json::Value>)| {
            Value::from_json(query.sort.column.kind, key).map(|key| Place { key, id: *id })
        };
        let next = found.last().filter(|_| more).and_then(place);
        let places = found.iter().filter_map(place).collect();
        Picked { ids: found.into_iter().map(|(id, _)| id).collect(), places, next, is_cut: false, total }
    }
}

impl Picked {
    /// The first of these rows that are not larger together than `most` bytes, and at least one: `sizes` are theirs, in their order.
    #[must_use]
    pub fn at_most(mut self, most: i64, sizes: &[i64]) -> Self {
        let sums = sizes.iter().scan(0, |sum: &mut i64, size| {
            *sum = sum.saturating_add(*size);
            Some(*sum)
        });
        let fitting = sums.take_while(|sum| *sum <= most).count().max(1);
        if fitting < self.ids.len() {
            self.ids.truncate(fitting);
            self.places.truncate(fitting);
            self.next = self.places.last().cloned();
            self.is_cut = true;
        }
        self
    }

    /// The page of these rows.
    pub fn page<T>(self, rows: Vec<T>) -> Page<T> {
        Page { rows, places: self.places, next: self.next, is_cut: self.is_cut, total: self.total }
    }
}

impl<T> Page<T> {
    /// The same page of other rows.
    pub fn map<U>(self, row: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(row).collect(),
            places: self.places,
            next: self.next,
            is_cut: self.is_cut,
            total: self.total,
        }
    }

    /// The first `most` of its rows. A row that is there no more may have moved the others up: then the next page begins with rows of
    /// this one, and leaves none out.
    #[must_use]
    pub fn first(mut self, most: usize) -> Self {
        if (1..self.rows.len()).contains(&most) {
            self.rows.truncate(most);
            self.places.truncate(most);
            self.next = self.places.last().cloned();
            self.is_cut = true;
        }
        self
    }
}
