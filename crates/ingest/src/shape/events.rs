//! Shape (e), `events`: one row is what one user did at one time (metrics.md 5.2).

use keeprate_columns::row::Row;
use keeprate_metrics::events::{Event, EventBuilder};
use keeprate_metrics::ledger::Dataset;
use keeprate_metrics::period::Day;
use keeprate_metrics::report::events::before_signup;

use crate::cell::is_excel_error;
use crate::context::{Context, Halt};
use crate::diagnosis::{Code, Diagnostic};
use crate::fields::{Field, Mapping};
use crate::shape::attributes::{Attribute, settle};
use crate::shape::customers::Customers;
use crate::shape::segments::{candidates, uses};
use crate::shape::texts::Texts;
use crate::shape::{Rows, Use};

/// Reads one row per event.
#[derive(Debug)]
pub(crate) struct Events {
    timestamp: usize,
    users: Customers,
    names: Texts,
    builder: EventBuilder,
    /// The latest day, and how many events lie behind today.
    latest: Option<Day>,
    future: u64,
    /// The earliest event of each user, where events have names: its instant and its record.
    first: Vec<(i64, u64)>,
    segments: Vec<Attribute>,
}

impl Events {
    pub(crate) fn new(mapping: &Mapping, _context: &Context) -> Events {
        let user = mapping.column(Field::User).or_else(|| mapping.customer()).unwrap_or(0);
        Events {
            timestamp: mapping.column(Field::Timestamp).unwrap_or(0),
            users: Customers::new(user),
            names: Texts::new(mapping.column(Field::Event)),
            builder: EventBuilder::default(),
            latest: None,
            future: 0,
            first: Vec::new(),
            segments: candidates(mapping, |column| column == user).into_iter().map(Attribute::new).collect(),
        }
    }
}

impl Events {
    fn note_first(&mut self, user: u32, instant: i64, record: u64) {
        if self.first.len() <= user as usize {
            self.first.resize(user as usize + 1, (i64::MAX, 0));
        }
        if let Some(first) = self.first.get_mut(user as usize).filter(|first| instant < first.0) {
            *first = (instant, record);
        }
    }
}

impl Rows for Events {
    fn row(&mut self, row: Row<'_>, context: &mut Context) -> Result<(), Halt> {
        let Some(user) = self.users.read_known(&row, context)? else { return Ok(()) };
        let text = context.text(row.field(self.timestamp));
        let Some((day, second)) = context.moment(&row, self.timestamp, &text)? else {
            let code = if is_excel_error(&text) { Code::ExcelError } else { Code::Date };
            context.leave_out(code, &row, self.timestamp, &text);
            return Ok(());
        };
        self.latest = self.latest.max(Some(day));
        self.future += u64::from(context.options.today.is_some_and(|today| day >= today));
        let name = self.names.read(&row, context);
        self.builder.push(Event { user, day, second, name });
        if self.names.column.is_some() {
            self.note_first(user, i64::from(day.0) * 86_400 + i64::from(second), row.number);
        }
        for segment in &mut self.segments {
            let code = segment.column.read(&row, context).unwrap_or(0);
            segment.note(user, code);
        }
        Ok(())
    }

    fn finish(mut self, context: &mut Context) -> Result<(Dataset, Vec<Option<Use>>), Halt> {
        context.settle()?;
        // A day is complete when it is over, and today is not.
        let after_latest = self.latest.map(|latest| Day(latest.0.saturating_add(1)));
        let known = after_latest.map(|after| context.options.today.map_or(after, |today| today.min(after)));
        let as_of = context.options.as_of.or(known);
        if self.future > 0 {
            let found = Diagnostic::new(Code::FutureEvent).count(self.future);
            context.diagnostics.add(found);
        }
        let (segments, places) = settle(self.segments, self.users.len(), context);
        let events = std::mem::take(&mut self.builder);
        let table = events.finish(self.users.finish(context), self.names.names, segments, as_of);
        let early = before_signup(&table);
        let record = |user: u32| self.first.get(user as usize).map(|first| first.1);
        if let Some((user, _)) = early.iter().min_by_key(|(user, _)| record(*user)) {
            let mut found = context.of_column(Code::EventBeforeSignup, self.timestamp).value(table.users.get(*user));
            found.record = record(*user);
            context.diagnostics.add(found.count(early.iter().map(|(_, count)| count).sum()));
        }
        Ok((Dataset::Events(table), uses(context.headers.len(), &places)))
    }
}
