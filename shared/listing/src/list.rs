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
    /// The place of the last of them, if there are more.
    pub next: Option<Place>,
    /// How many rows there are on all pages, if they were counted.
    pub total: Option<i64>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, in the order that was asked for.
    pub rows: Vec<T>,
    /// The place of the last of them, if there are more.
    pub next: Option<Place>,
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
        sql.push(" offset ").push_bind(query.skip).push(" limit ").push_bind(i64::from(query.limit) + 1);
    }

    fn picked(query: &Query, mut found: Vec<(Uuid, Json<serde_json::Value>)>, total: Option<i64>) -> Picked {
        let more = found.len() > usize::from(query.limit);
        found.truncate(query.limit.into());
        let next = found.last().filter(|_| more).and_then(|(id, key)| {
            Value::from_json(query.sort.column.kind, key).map(|key| Place { key, id: *id })
        });
        Picked { ids: found.into_iter().map(|(id, _)| id).collect(), next, total }
    }
}

impl Picked {
    /// The page of these rows.
    pub fn page<T>(self, rows: Vec<T>) -> Page<T> {
        Page { rows, next: self.next, total: self.total }
    }
}

impl<T> Page<T> {
    /// The same page of other rows.
    pub fn map<U>(self, row: impl FnMut(T) -> U) -> Page<U> {
        Page { rows: self.rows.into_iter().map(row).collect(), next: self.next, total: self.total }
    }
}
