//! Events by user and time: the columns that the shape `events` gives, and `transactions` for repeat purchases
//! (metrics.md 5.2 d and e).
//!
//! An instant is a whole number of seconds since 1970-01-01T00:00 on the wall clock of the reporting time zone; whoever
//! reads a file converts before (metrics.md 3.1). A date without a time of day stands for its first second and is never
//! shifted. Calendar days therefore need no zone here. Where the zone turns its clocks, 24 hours are 24 hours by those
//! clocks, not by a stopwatch.
//!
//! ```
//! use keeprate_metrics::events::{Event, EventBuilder, normalised_id};
//! use keeprate_metrics::{ledger::Names, period::Day};
//!
//! let (mut users, mut names) = (Names::default(), Names::default());
//! let user = users.push(&normalised_id(" Ada@Example.org "));
//! let login = names.push("login");
//! let mut builder = EventBuilder::default();
//! builder.push(Event { user, day: Day(20_090), second: 0, name: login });
//! let events = builder.finish(users, names, Vec::new(), None);
//! assert_eq!(events.users.get(user), "ada@example.org");
//! assert_eq!(events.as_of, Day(20_091));
//! ```

use crate::ledger::{Names, Segment};
use crate::period::Day;
use crate::result::SegmentValue;
use std::borrow::Cow;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// An id as users and customers are told apart by it (metrics.md 3.2): without spaces around it, an e-mail address in
/// lower case.
pub fn normalised_id(id: &str) -> Cow<'_, str> {
    let id = id.trim();
    if id.contains('@') { Cow::Owned(id.to_lowercase()) } else { Cow::Borrowed(id) }
}

/// What one user did at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The user's number.
    pub user: u32,
    /// The date in the reporting time zone.
    pub day: Day,
    /// Seconds since the beginning of the day; 0 for a date alone. A leap second counts as the one before.
    pub second: u32,
    /// The number of the event's name.
    pub name: u32,
}

/// A payment, as far as it decides whether something was bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The amount in fixed-point units.
    pub amount: i64,
    /// What of it was given back; positive.
    pub refunded: i64,
    /// Whether it went through.
    pub succeeded: bool,
    /// Whether it renews a subscription by itself, which measures renewal and not repurchase.
    pub renewal: bool,
}

impl Payment {
    /// Whether it is a purchase (metrics.md, `repeat_purchase_rate`). A partly refunded one stays one. Purchases are
    /// events of their customer, so that usage can be asked for from the first purchase on.
    pub fn is_purchase(self) -> bool {
        self.succeeded && !self.renewal && self.amount > 0 && self.refunded < self.amount
    }
}

/// Collects events in any order into an [`EventTable`].
#[derive(Debug, Default)]
pub struct EventBuilder {
    users: Vec<u32>,
    instants: Vec<i64>,
    names: Vec<u32>,
}

impl EventBuilder {
    /// Adds an event.
    pub fn push(&mut self, event: Event) {
        self.users.push(event.user);
        self.instants.push(i64::from(event.day.0) * DAY + i64::from(event.second).min(DAY - 1));
        self.names.push(event.name);
    }

    /// Sorts the events. `as_of` is the first day that the data do not cover; without it the day after the last event.
    pub fn finish(self, users: Names, names: Names, segments: Vec<Segment>, as_of: Option<Day>) -> EventTable {
        let EventBuilder { users: of, instants, names: called } = self;
        let known = |row: &u32| (of[*row as usize] as usize) < users.len();
        let mut rows: Vec<u32> = (0..of.len() as u32).filter(known).collect();
        if !instants.is_sorted() {
            rows = by_time(rows, &instants);
        }
        let (rows, starts) = arranged(&rows, users.len(), &|row| of[row as usize] as usize);
        let instants: Vec<i64> = rows.iter().map(|row| instants[*row as usize]).collect();
        let events = rows.iter().map(|row| called[*row as usize]).collect();
        let after_last = instants.iter().max().map_or(0, |last| last.div_euclid(DAY) + 1);
        let as_of = as_of.unwrap_or(Day(i32::try_from(after_last).unwrap_or(i32::MAX)));
        EventTable { users, names, segments, as_of, starts, instants, events }
    }
}

/// Rows in the order of their instants, eleven bits at a time from the lowest: no comparison, and three passes are enough
/// for two centuries.
fn by_time(mut rows: Vec<u32>, instants: &[i64]) -> Vec<u32> {
    let (first, last) = instants.iter().fold((i64::MAX, i64::MIN), |(first, last), at| (first.min(*at), last.max(*at)));
    for shift in (0..i64::BITS).step_by(11).take_while(|shift| (last - first) >> shift > 0) {
        rows = arranged(&rows, 1 << 11, &|row| ((instants[row as usize] - first) >> shift) as usize & 0x7ff).0;
    }
    rows
}

/// Rows by a key below `keys`, those of a key in the order given, and where each key's rows begin.
fn arranged(rows: &[u32], keys: usize, key: &dyn Fn(u32) -> usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; keys + 1];
    for row in rows {
        starts[key(*row) + 1] += 1;
    }
    for place in 0..keys {
        starts[place + 1] += starts[place];
    }
    let mut next = starts.clone();
    let mut arranged = vec![0; rows.len()];
    for row in rows {
        let place = &mut next[key(*row)];
        arranged[*place as usize] = *row;
        *place += 1;
    }
    (arranged, starts)
}

/// Events by user, and by time within a user.
#[derive(Clone, Debug, PartialEq)]
pub struct EventTable {
    /// The users, by ids that are normalised.
    pub users: Names,
    /// What the events are called.
    pub names: Names,
    /// Columns by which users can be told apart, one constant value number per user.
    pub segments: Vec<Segment>,
    /// The first day that the data do not cover. Events from then on are as good as not there.
    pub as_of: Day,
    /// Where the events of each user begin, and behind the last user where they end.
    starts: Vec<u32>,
    instants: Vec<i64>,
    events: Vec<u32>,
}

/// Which events are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// All.
    #[default]
    Any,
    /// Those whose name has this number.
    Named(u32),
}

/// The events of a user in the order of time, before the data end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UserEvents<'a> {
    instants: &'a [i64],
    /// The numbers of their names.
    pub(crate) names: &'a [u32],
}

impl<'a> UserEvents<'a> {
    /// The instants of the events that are meant.
    pub(crate) fn at(self, which: Which) -> impl Iterator<Item = i64> + use<'a> {
        let meant = move |name: &u32| which == Which::Any || which == Which::Named(*name);
        self.instants.iter().zip(self.names).filter(move |(_, name)| meant(name)).map(|(instant, _)| *instant)
    }

    /// The events from an instant on, up to another one.
    pub(crate) fn within(self, from: i64, until: i64) -> UserEvents<'a> {
        let place = |instant: i64| self.instants.partition_point(|at| *at < instant);
        let (from, until) = (place(from), place(until));
        UserEvents {
            instants: self.instants.get(from..until).unwrap_or_default(),
            names: self.names.get(from..until).unwrap_or_default(),
        }
    }
}

impl EventTable {
    /// The first instant that the data do not cover.
    pub(crate) fn end(&self) -> i64 {
        i64::from(self.as_of.0) * DAY
    }

    /// The events of each user of a segment, or of all.
    pub(crate) fn by_user(&self, segment: Option<&SegmentValue>) -> impl Iterator<Item = UserEvents<'_>> + use<'_> {
        let wanted = segment.map(|wanted| match self.segments.iter().find(|of| of.column == wanted.column) {
            Some(of) => (&of.codes.of[..], of.values.iter().position(|value| value == wanted.value)),
            None => (&[][..], None),
        });
        let keeps = move |user: usize| {
            wanted
                .is_none_or(|(codes, value)| value.is_some() && codes.get(user).map(|code| usize::from(*code)) == value)
        };
        let end = self.end();
        (0..self.users.len()).filter(move |user| keeps(*user)).map(move |user| {
            let place = |user: usize| self.starts.get(user).map_or(0, |start| *start as usize);
            let (from, until) = (place(user), place(user + 1));
            let all = UserEvents {
                instants: self.instants.get(from..until).unwrap_or_default(),
                names: self.events.get(from..until).unwrap_or_default(),
            };
            if all.instants.last().is_some_and(|last| *last >= end) { all.within(i64::MIN, end) } else { all }
        })
    }

    /// The day of the first event, if there is one.
    pub(crate) fn first_day(&self) -> Option<i64> {
        self.instants.iter().min().map(|first| first.div_euclid(DAY))
    }
}
