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
use crate::order::ordered;
use crate::period::{Day, Month};
use crate::result::SegmentValue;
use std::borrow::Cow;
use std::rc::Rc;

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

    /// Sorts the events; those of users without a name are left out. `as_of` is the first day that the data do not cover; without it the day after the last event.
    pub fn finish(self, users: Names, names: Names, segments: Vec<Segment>, as_of: Option<Day>) -> EventTable {
        // First how many events each user has, then where the user's next one goes, in the end where the user's end.
        let mut ends = vec![0_u32; users.len()];
        for user in &self.users {
            if let Some(count) = ends.get_mut(*user as usize) {
                *count += 1;
            }
        }
        let mut before = 0;
        for count in &mut ends {
            before += std::mem::replace(count, before);
        }
        let (mut instants, mut events) = (vec![0; before as usize], vec![0; before as usize]);
        for ((user, instant), name) in self.users.into_iter().zip(self.instants).zip(self.names) {
            if let Some(place) = ends.get_mut(user as usize) {
                instants[*place as usize] = instant;
                events[*place as usize] = name;
                *place += 1;
            }
        }
        let mut begin = 0;
        for end in &ends {
            let of_user = begin..*end as usize;
            sort_by_time(&mut instants[of_user.clone()], &mut events[of_user]);
            begin = *end as usize;
        }
        let after_last = instants.iter().max().map_or(0, |last| last.div_euclid(DAY) + 1);
        let as_of = as_of.unwrap_or(Day(i32::try_from(after_last).unwrap_or(i32::MAX)));
        EventTable {
            users: Rc::new(users),
            names,
            segments,
            as_of,
            columns: Rc::new(Columns { ends, instants, events }),
        }
    }
}

/// Sorts the events of a user by a heap, in place: most files are in the order of time already, and a generic sort would
/// be ten times the code.
fn sort_by_time(instants: &mut [i64], names: &mut [u32]) {
    if instants.is_sorted() {
        return;
    }
    for root in (0..instants.len() / 2).rev() {
        sift(instants, names, root);
    }
    for last in (1..instants.len()).rev() {
        instants.swap(0, last);
        names.swap(0, last);
        sift(&mut instants[..last], names, 0);
    }
}

/// Lets an event sink below the later ones.
fn sift(instants: &mut [i64], names: &mut [u32], mut root: usize) {
    loop {
        let children = 2 * root + 1..(2 * root + 3).min(instants.len());
        match children.max_by_key(|child| instants[*child]) {
            Some(child) if instants[child] > instants[root] => {
                instants.swap(root, child);
                names.swap(root, child);
                root = child;
            }
            _ => return,
        }
    }
}

/// Events by user, and by time within a user.
#[derive(Clone, Debug, PartialEq)]
pub struct EventTable {
    /// The users, by ids that are normalised.
    pub users: Rc<Names>,
    /// What the events are called.
    pub names: Names,
    /// Columns by which users can be told apart, one constant value number per user.
    pub segments: Vec<Segment>,
    /// The first day that the data do not cover. Events from then on are as good as not there.
    pub as_of: Day,
    columns: Rc<Columns>,
}

/// The events themselves, which tables that tell users apart in other ways share.
#[derive(Debug, PartialEq)]
struct Columns {
    /// Where the events of each user end, and those of the next one begin.
    ends: Vec<u32>,
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

    /// How many of the steps were done in the order of the list, from the first one on; a step is the number of a name.
    pub(crate) fn in_order(self, steps: &[u32]) -> usize {
        let mut done = 0;
        let mut rest = self;
        while let Some(instant) = rest.instants.first() {
            let together = rest.instants.partition_point(|at| at <= instant);
            let (names, later) = rest.names.split_at_checked(together).unwrap_or((rest.names, &[]));
            while steps.get(done).is_some_and(|step| names.contains(step)) {
                done += 1;
            }
            rest = UserEvents { instants: rest.instants.get(together..).unwrap_or_default(), names: later };
        }
        done
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
            let end_of = |user: usize| self.columns.ends.get(user).map_or(0, |end| *end as usize);
            let (from, until) = (user.checked_sub(1).map_or(0, end_of), end_of(user));
            let all = UserEvents {
                instants: self.columns.instants.get(from..until).unwrap_or_default(),
                names: self.columns.events.get(from..until).unwrap_or_default(),
            };
            if all.instants.last().is_some_and(|last| *last >= end) { all.within(i64::MIN, end) } else { all }
        })
    }

    /// The same table without the events of users whose id is an e-mail address of one of these domains, and how many of
    /// them there are. `as_of` stays.
    pub(crate) fn without(&self, domains: &[String]) -> (EventTable, u64) {
        let mut columns = Columns { ends: Vec::new(), instants: Vec::new(), events: Vec::new() };
        let (mut from, mut excluded) = (0, 0);
        for (user, end) in self.users.iter().zip(&self.columns.ends) {
            let until = *end as usize;
            let domain = user.rsplit_once('@').map(|(_, domain)| domain);
            if domain.is_some_and(|domain| domains.iter().any(|known| known == domain)) {
                excluded += 1;
            } else {
                columns.instants.extend_from_slice(self.columns.instants.get(from..until).unwrap_or_default());
                columns.events.extend_from_slice(self.columns.events.get(from..until).unwrap_or_default());
            }
            columns.ends.push(columns.events.len() as u32);
            from = until;
        }
        (EventTable { columns: Rc::new(columns), ..self.clone() }, excluded)
    }

    /// The same events with all values of a segment column that are in this group as one value, called so.
    pub(crate) fn merged(&self, segment: &Segment, group_of: &[u16], group: u16, name: &str) -> EventTable {
        let mut merged = segment.clone();
        let code = merged.values.push(name) as u16;
        for of in &mut merged.codes.of {
            if group_of.get(usize::from(*of)) == Some(&group) {
                *of = code;
            }
        }
        EventTable { segments: vec![merged], ..self.clone() }
    }

    /// The names of events, the most frequent first, those of equal frequency by name; at most so many.
    pub fn most_frequent(&self, most: usize) -> Vec<String> {
        let mut counts = vec![0_u64; self.names.len()];
        for name in &self.columns.events {
            if let Some(count) = counts.get_mut(*name as usize) {
                *count += 1;
            }
        }
        let named: Vec<(u64, &str)> = counts.into_iter().zip(self.names.iter()).collect();
        let order = ordered(&named, |(count, name), (other, rival)| other.cmp(count).then(name.cmp(rival)));
        let names = order.into_iter().filter(|(count, name)| *count > 0 && !name.is_empty());
        names.take(most).map(|(_, name)| name.to_owned()).collect()
    }

    /// The month of the first event, if there is one.
    pub(crate) fn first_month(&self) -> Option<Month> {
        self.first_day().and_then(|day| i32::try_from(day).ok()).map(|day| Day(day).month())
    }

    /// The day of the first event, if there is one.
    pub(crate) fn first_day(&self) -> Option<i64> {
        self.columns.instants.iter().min().map(|first| first.div_euclid(DAY))
    }
}
