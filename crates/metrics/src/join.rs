//! Several files of one business, joined on the customer (metrics.md 4E, 5.2 i): what customers pay, what they answered,
//! what their users did, who they are.
//!
//! One file is the base, the one of billing where there is one. The others join it by customer id or e-mail address,
//! whichever more of their customers share with it: ids as they are written, addresses in any case. Attributes become
//! segments of the base, and of answers and events through it. What does not match is counted, named and left out of what
//! needs both sides; each file's own figures do not change.
//!
//! ```
//! use keeprate_metrics::join::Joined;
//! use keeprate_metrics::ledger::{Codes, CustomerTable, Dataset, Ledger, LedgerBuilder, Names, Segment};
//! use keeprate_metrics::{money::Currency, period::Month};
//!
//! let named = |names: &[&str]| {
//!     let mut all = Names::default();
//!     for name in names {
//!         all.push(name);
//!     }
//!     all
//! };
//! let mut billing = LedgerBuilder::default();
//! let (place, _) = billing.column(Month::parse_iso("2025-01").unwrap());
//! billing.add(place, 0, 100);
//! let ledger: Ledger = billing.finish(named(&["a"]), Vec::new(), Currency::EUR).0;
//! let countries = Segment {
//!     column: "country".to_owned(),
//!     values: named(&["", "DE", "FR"]),
//!     codes: Codes { of: vec![1, 2], rows: Vec::new() },
//! };
//! let customers = CustomerTable { customers: named(&["a", "b"]), segments: vec![countries] };
//!
//! let mut joined = Joined::new(Dataset::Ledger(ledger), "mrr.csv", Vec::new()).unwrap();
//! let join = joined.add(Dataset::Customers(customers), "customers.csv", Vec::new()).unwrap();
//! assert_eq!((join.matched, join.unmatched, join.unmatched_names[0].as_str()), (1, 1, "b"));
//! ```

use crate::conventions::Conventions;
use crate::events::{DAY, normalised_id};
use crate::ledger::{CHANGING, Codes, Dataset, Names, Segment};
use crate::order::sort_by;
use crate::period::Day;
use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_columns::intern::Interner;
use keeprate_columns::row::Row;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What two files know a customer by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinKey {
    /// The customer's id or name, as it is written.
    #[default]
    Customer,
    /// An e-mail address, in any case.
    Email,
}

/// What else the customers, or users, of a file are known by.
#[derive(Clone, Debug, PartialEq)]
pub struct Aliases {
    key: JoinKey,
    subjects: Names,
    values: Names,
}

impl Aliases {
    /// A list without entries.
    pub fn new(key: JoinKey) -> Aliases {
        Aliases { key, subjects: Names::default(), values: Names::default() }
    }

    /// Adds what a customer is known by; the first entry of a customer counts.
    pub fn push(&mut self, subject: &str, value: &str) {
        self.subjects.push(subject);
        self.values.push(value);
    }
}

/// What a file gives to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What customers pay.
    Billing,
    /// What they answered.
    Answers,
    /// What their users did.
    Events,
    /// Who they are.
    Attributes,
}

/// Why files cannot be joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinError {
    /// There is a file of this kind already, and no more than one can be joined.
    Second(Role),
    /// Totals by period name no customers.
    Totals,
    /// Nothing in the base has customers that this could be joined with: answers and events need billing.
    NoBase,
}

/// How a file was joined with the base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Join {
    /// The file's name.
    pub name: String,
    /// What it gives.
    pub role: Role,
    /// By what it was joined.
    pub key: JoinKey,
    /// Customers, or users, of the file that the base has.
    pub matched: u64,
    /// Those that it does not have.
    pub unmatched: u64,
    /// Answers or users that name nobody to join.
    pub anonymous: u64,
    /// Of the answers or users that found a customer, those that did by the domain of their address alone.
    pub by_domain: u64,
    /// Customers of the base.
    pub base_customers: u64,
    /// Those of them that the file does not have.
    pub base_unmatched: u64,
    /// The share of the base's customers that the file has; `None` without any.
    pub coverage: Option<f64>,
    /// Those of the file that the base does not have, in the order of their names, at most [`MOST_NAMED`].
    pub unmatched_names: Vec<String>,
    /// Those of the base that the file does not have, likewise.
    pub base_unmatched_names: Vec<String>,
}

/// Names that a [`Join`] lists of each side; [`Joined::unmatched`] has all of them.
pub const MOST_NAMED: usize = 100;

/// Stands for no customer.
const NOBODY: u32 = u32::MAX;

/// Domains whose addresses belong to people, not to companies.
const FREE_MAIL: &[&str] = &[
    "aol.com",
    "aol.de",
    "arcor.de",
    "bluewin.ch",
    "email.de",
    "fastmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "hotmail.de",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "live.de",
    "mac.com",
    "mail.com",
    "mail.de",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "tuta.com",
    "tutanota.com",
    "web.de",
    "yahoo.com",
    "yahoo.de",
    "yahoo.fr",
    "yandex.ru",
    "ymail.com",
    "163.com",
    "126.com",
];

/// The domain of an address that tells companies apart.
fn domain(address: &str) -> Option<&str> {
    let (_, domain) = address.rsplit_once('@')?;
    (!domain.is_empty() && !FREE_MAIL.contains(&domain)).then_some(domain)
}

/// From the names of customers to their numbers.
#[derive(Default)]
struct Directory(Interner);

impl Directory {
    fn get(&self, name: &str) -> Option<u32> {
        let ends = [name.len() as u32];
        self.0.get(Row { text: name.as_bytes(), start: 0, ends: &ends, number: 0 }.field(0))
    }

    fn insert(&mut self, name: &str, number: u32) {
        let ends = [name.len() as u32];
        self.0.insert(Row { text: name.as_bytes(), start: 0, ends: &ends, number: 0 }.field(0), number);
    }
}

/// One way in which a file names its rows' customers.
#[derive(Clone)]
struct Column<'a> {
    key: JoinKey,
    names: Cow<'a, Names>,
    /// The number of each entity's name, [`NOBODY`] without one; `None` where an entity has its own number.
    of: Option<Vec<u32>>,
}

impl Column<'_> {
    /// The number of an entity's name, if it has one.
    fn name_of(&self, entity: usize) -> Option<u32> {
        let number = self.of.as_ref().map_or(Some(entity as u32), |of| of.get(entity).copied());
        number.filter(|number| *number != NOBODY && !self.names.get(*number).trim().is_empty())
    }

    fn get(&self, entity: usize) -> Option<Cow<'_, str>> {
        self.name_of(entity).map(|number| normalised_id(self.names.get(number)))
    }

    /// The entity of each name, the first one among those that share it.
    fn directory(&self, entities: usize) -> Directory {
        let mut directory = Directory::default();
        for entity in 0..entities {
            if let Some(name) = self.get(entity).filter(|name| directory.get(name).is_none()) {
                directory.insert(&name, entity as u32);
            }
        }
        directory
    }

    /// What the names are: those of a column of ids may be addresses.
    fn key(&self) -> JoinKey {
        let names = || self.names.iter().filter(|name| !name.is_empty());
        let addresses = names().filter(|name| name.contains('@')).count();
        match self.key {
            JoinKey::Customer if addresses * 2 <= names().count() => JoinKey::Customer,
            _ => JoinKey::Email,
        }
    }
}

/// Whom the rows of a file belong to.
#[derive(Clone, Debug, Default)]
struct Link {
    key: JoinKey,
    /// The column by which rows found somebody.
    column: usize,
    /// The entity of the directory that each entity belongs to, or [`NOBODY`].
    of: Vec<u32>,
    by_domain: u64,
}

impl Link {
    fn get(&self, entity: usize) -> Option<usize> {
        self.of.get(entity).filter(|of| **of != NOBODY).map(|of| *of as usize)
    }
}

/// Finds those of `sought` in `known` by the two columns that have most in common, of equal ones by the first; where none
/// has anything, by the one that names most.
fn link(known: &[Column<'_>], count: usize, sought: &[Column<'_>], seekers: usize, by_domain: bool) -> Link {
    let mut best: Option<((u64, usize), Link)> = None;
    for column in known {
        let directory = column.directory(count);
        for (place, seeker) in sought.iter().enumerate() {
            let find = |name: &str| directory.get(&normalised_id(name)).unwrap_or(NOBODY);
            let found: Vec<u32> = seeker.names.iter().map(find).collect();
            let of = |entity: usize| seeker.name_of(entity).and_then(|name| found.get(name as usize).copied());
            let matched = found.iter().filter(|found| **found != NOBODY).count() as u64;
            let fits = (matched, if matched == 0 { found.len() } else { 0 });
            if best.as_ref().is_none_or(|(most, _)| fits > *most) {
                let key = match (column.key(), seeker.key()) {
                    (JoinKey::Email, JoinKey::Email) => JoinKey::Email,
                    _ => JoinKey::Customer,
                };
                let of = (0..seekers).map(|entity| of(entity).unwrap_or(NOBODY)).collect();
                best = Some((fits, Link { key, column: place, of, by_domain: 0 }));
            }
        }
    }
    let mut link = best.map(|(_, link)| link).unwrap_or_default();
    if by_domain {
        link_domains(&mut link, &Domains::new(known, count), sought);
    }
    link
}

/// The customers of domains.
#[derive(Default)]
struct Domains {
    places: Directory,
    /// The customer of each domain, [`NOBODY`] where several share it.
    owners: Vec<u32>,
}

impl Domains {
    /// Reads the addresses of customers. An id may be a domain itself.
    fn new(known: &[Column<'_>], count: usize) -> Domains {
        let mut domains = Domains::default();
        for (column, entity) in known.iter().flat_map(|column| (0..count).map(move |entity| (column, entity))) {
            let Some(name) = column.get(entity) else { continue };
            let domain =
                if name.contains('@') { domain(&name).map(Cow::Borrowed) } else { Some(name.to_lowercase().into()) };
            if let Some(domain) = domain {
                domains.add(&domain, entity as u32);
            }
        }
        domains
    }

    fn add(&mut self, domain: &str, customer: u32) {
        match self.places.get(domain) {
            None => {
                self.places.insert(domain, self.owners.len() as u32);
                self.owners.push(customer);
            }
            Some(place) => {
                if let Some(owner) = self.owners.get_mut(place as usize).filter(|owner| **owner != customer) {
                    *owner = NOBODY;
                }
            }
        }
    }

    /// The one customer with the domain of an address.
    fn owner(&self, address: &str) -> Option<u32> {
        let place = self.places.get(domain(address)?)?;
        self.owners.get(place as usize).copied().filter(|owner| *owner != NOBODY)
    }
}

/// Links those that have found nobody by the domain of their address.
fn link_domains(link: &mut Link, domains: &Domains, sought: &[Column<'_>]) {
    for (entity, of) in link.of.iter_mut().enumerate().filter(|(_, of)| **of == NOBODY) {
        let mut found = sought.iter().filter_map(|column| domains.owner(&column.get(entity)?));
        if let Some(customer) = found.next() {
            *of = customer;
            link.by_domain += 1;
        }
    }
}

/// A file with its part in the whole.
#[derive(Clone, Debug)]
struct File {
    name: String,
    dataset: Dataset,
    aliases: Vec<Aliases>,
    /// How many columns of segments it has itself.
    segments: usize,
    /// How it is linked to the base; for attributes, how the base is linked to them.
    link: Link,
    join: Option<Join>,
}

impl File {
    fn new(dataset: Dataset, name: &str, aliases: Vec<Aliases>) -> File {
        let segments = segments(&dataset).len();
        File { name: name.to_owned(), dataset, aliases, segments, link: Link::default(), join: None }
    }

    /// How many customers, users or answers there are to be linked.
    fn entities(&self) -> usize {
        match &self.dataset {
            Dataset::Responses(table) => table.responses.len(),
            other => names(other).map_or(0, Names::len),
        }
    }

    /// The ways in which it names its customers.
    fn columns(&self) -> Vec<Column<'_>> {
        if let Dataset::Responses(table) = &self.dataset {
            let known = |number: u32| if number == 0 { NOBODY } else { number };
            let customers = table.responses.iter().map(|response| known(response.customer)).collect();
            let emails = (0..table.responses.len())
                .map(|place| known(table.email_of.get(place).copied().unwrap_or(0)))
                .collect();
            let column = |key, names, of| Column { key, names: Cow::Borrowed(names), of: Some(of) };
            return vec![
                column(JoinKey::Customer, &table.customers, customers),
                column(JoinKey::Email, &table.emails, emails),
            ];
        }
        let Some(names) = names(&self.dataset) else { return Vec::new() };
        let own = Column { key: JoinKey::Customer, names: Cow::Borrowed(names), of: None };
        if self.aliases.is_empty() {
            return vec![own];
        }
        let directory = own.directory(names.len());
        let aliases = self.aliases.iter().map(|aliases| {
            // Many users may have one customer, which is one name.
            let (mut distinct, mut numbers) = (Names::default(), Directory::default());
            let mut of = vec![NOBODY; names.len()];
            for (subject, value) in aliases.subjects.iter().zip(aliases.values.iter()) {
                let entity = directory.get(&normalised_id(subject));
                let Some(slot) = entity.and_then(|entity| of.get_mut(entity as usize)) else { continue };
                if *slot == NOBODY {
                    let value = normalised_id(value);
                    *slot = numbers.get(&value).unwrap_or_else(|| {
                        let number = distinct.push(&value);
                        numbers.insert(&value, number);
                        number
                    });
                }
            }
            Column { key: aliases.key, names: Cow::Owned(distinct), of: Some(of) }
        });
        let aliases: Vec<Column<'_>> = aliases.collect();
        [own].into_iter().chain(aliases).collect()
    }
}

/// The customers or users of data other than answers.
fn names(dataset: &Dataset) -> Option<&Names> {
    match dataset {
        Dataset::Ledger(ledger) => Some(&ledger.customers),
        Dataset::Subscriptions(subscriptions) => Some(&subscriptions.table().customers),
        Dataset::Status(table) => Some(&table.customers),
        Dataset::Purchases(table) => Some(&table.purchases.users),
        Dataset::Events(table) => Some(&table.users),
        Dataset::Customers(table) => Some(&table.customers),
        Dataset::Responses(_) | Dataset::Periods(_) => None,
    }
}

/// The columns by which the customers, users or answers of data can be told apart.
fn segments(dataset: &Dataset) -> &[Segment] {
    match dataset {
        Dataset::Ledger(ledger) => &ledger.segments,
        Dataset::Subscriptions(subscriptions) => subscriptions.segments(),
        Dataset::Status(table) => &table.segments,
        Dataset::Purchases(table) => &table.purchases.segments,
        Dataset::Events(table) => &table.segments,
        Dataset::Responses(table) => &table.segments,
        Dataset::Customers(table) => &table.segments,
        Dataset::Periods(_) => &[],
    }
}

/// Puts segments behind the first ones, in place of those that stood there.
fn set_segments(dataset: &mut Dataset, own: usize, more: Vec<Segment>) {
    let segments = match dataset {
        Dataset::Subscriptions(subscriptions) => return subscriptions.set_attributes(own, more),
        Dataset::Ledger(ledger) => &mut ledger.segments,
        Dataset::Status(table) => &mut table.segments,
        Dataset::Purchases(table) => &mut table.purchases.segments,
        Dataset::Events(table) => &mut table.segments,
        Dataset::Responses(table) => &mut table.segments,
        Dataset::Customers(table) => &mut table.segments,
        Dataset::Periods(_) => return,
    };
    segments.truncate(own);
    segments.extend(more);
}

/// What data give to others; `None` for totals, which name nobody.
pub fn role(dataset: &Dataset) -> Option<Role> {
    match dataset {
        Dataset::Ledger(_) | Dataset::Subscriptions(_) | Dataset::Status(_) | Dataset::Purchases(_) => {
            Some(Role::Billing)
        }
        Dataset::Responses(_) => Some(Role::Answers),
        Dataset::Events(_) => Some(Role::Events),
        Dataset::Customers(_) => Some(Role::Attributes),
        Dataset::Periods(_) => None,
    }
}

/// A base with all that has been joined with it.
#[derive(Clone, Debug)]
pub struct Joined {
    base: File,
    /// Attributes by name, then answers, then events: an order that does not depend on the one in which files came.
    others: Vec<File>,
    by_domain: bool,
}

impl Joined {
    /// Starts with a base: billing, or else answers or events that attributes are to be joined with. `name` is the file's,
    /// `aliases` what else its customers are known by.
    ///
    /// # Errors
    ///
    /// Totals and attributes are no base.
    pub fn new(base: Dataset, name: &str, aliases: Vec<Aliases>) -> Result<Joined, JoinError> {
        match role(&base) {
            None => Err(JoinError::Totals),
            Some(Role::Attributes) => Err(JoinError::NoBase),
            Some(_) => Ok(Joined { base: File::new(base, name, aliases), others: Vec::new(), by_domain: false }),
        }
    }

    /// Joins another file, and says how that went. All earlier joins are made anew: attributes may name the addresses by
    /// which answers find their customers.
    ///
    /// # Errors
    ///
    /// A second file of billing, of answers or of events, totals, and answers or events where the base is no billing.
    pub fn add(&mut self, dataset: Dataset, name: &str, aliases: Vec<Aliases>) -> Result<Join, JoinError> {
        let of = role(&dataset).ok_or(JoinError::Totals)?;
        let base = role(&self.base.dataset);
        let is_there = |file: &File| role(&file.dataset) == Some(of);
        if base == Some(of) || of != Role::Attributes && self.others.iter().any(is_there) {
            return Err(JoinError::Second(of));
        }
        if of != Role::Attributes && base != Some(Role::Billing) {
            return Err(JoinError::NoBase);
        }
        let file = File::new(dataset, name, aliases);
        let rank = |file: &File| match role(&file.dataset) {
            Some(Role::Attributes) => 0,
            Some(Role::Answers) => 1,
            _ => 2,
        };
        let place = self.others.partition_point(|other| (rank(other), other.name.as_str()) <= (rank(&file), name));
        self.others.insert(place, file);
        self.settle();
        self.others.get(place).and_then(|file| file.join.clone()).ok_or(JoinError::NoBase)
    }

    /// Takes a file out again, which all other joins are made anew without; whether there was one of this name.
    pub fn remove(&mut self, name: &str) -> bool {
        let count = self.others.len();
        self.others.retain(|file| file.name != name);
        self.settle();
        self.others.len() < count
    }

    /// Whether an address that is no customer's may stand for the one customer with its domain.
    pub fn set_by_domain(&mut self, by_domain: bool) {
        if self.by_domain != by_domain {
            self.by_domain = by_domain;
            self.settle();
        }
    }

    /// The base, with the attributes among its segments.
    pub fn base(&self) -> &Dataset {
        &self.base.dataset
    }

    /// Keeps what the conventions make of the base, for this question and those to come.
    pub(crate) fn adopt(&mut self, conventions: &Conventions) {
        self.base.dataset.adopt(conventions);
    }

    /// How each other file was joined: attributes by name, then answers, then events.
    pub fn joins(&self) -> Vec<Join> {
        self.others.iter().filter_map(|file| file.join.clone()).collect()
    }

    /// The answers that were joined.
    pub fn answers(&self) -> Option<&Dataset> {
        self.others.iter().map(|file| &file.dataset).find(|dataset| role(dataset) == Some(Role::Answers))
    }

    /// The data of a role with the customer of the base that each answer or user belongs to.
    pub(crate) fn other(&self, of: Role) -> Option<(&Dataset, impl Fn(usize) -> Option<usize>)> {
        let file = self.others.iter().find(|file| role(&file.dataset) == Some(of))?;
        Some((&file.dataset, |entity| file.link.get(entity)))
    }

    /// All names that did not match: those of the file that the base does not have, then those of the base that the file
    /// does not have, each in the order of names. `None` if no file of this name was joined.
    pub fn unmatched(&self, name: &str) -> Option<(Vec<String>, Vec<String>)> {
        let file = self.others.iter().find(|file| file.name == name)?;
        let (_, unmatched, missing) = self.sides(file);
        Some((unmatched, missing))
    }

    /// How many names of a file match, then those of either side that do not.
    fn sides(&self, file: &File) -> (u64, Vec<String>, Vec<String>) {
        let is_attributes = role(&file.dataset) == Some(Role::Attributes);
        let (columns, base_columns) = (file.columns(), self.base.columns());
        let column = if is_attributes { columns.first() } else { columns.get(file.link.column) };
        let base_entities = self.base.entities();
        let mut is_hit = vec![false; column.map_or(0, |column| column.names.len())];
        let mut is_named = vec![false; is_hit.len()];
        let mut has_file = vec![false; base_entities];
        let entities = if is_attributes { base_entities } else { file.entities() };
        for (entity, of) in (0..entities).filter_map(|entity| Some((entity, file.link.get(entity)?))) {
            let (theirs, ours) = if is_attributes { (of, entity) } else { (entity, of) };
            let hit = column.and_then(|column| column.name_of(theirs)).and_then(|name| is_hit.get_mut(name as usize));
            hit.into_iter().for_each(|hit| *hit = true);
            has_file.get_mut(ours).into_iter().for_each(|has| *has = true);
        }
        for name in (0..file.entities()).filter_map(|entity| column?.name_of(entity)) {
            is_named.get_mut(name as usize).into_iter().for_each(|named| *named = true);
        }
        let text = |column: &Column<'_>, name: u32| column.names.get(name).to_owned();
        let unmatched = is_hit.iter().zip(&is_named).zip(0..).filter(|((hit, named), _)| **named && !**hit);
        let unmatched = unmatched.filter_map(|(_, name)| Some(text(column?, name))).collect();
        let base = base_columns.first();
        let mut names = vec![false; base.map_or(0, |column| column.names.len())];
        let mut missing = names.clone();
        // Several answers may have one customer, where answers are the base.
        for (entity, has) in has_file.iter().enumerate() {
            let Some(name) = base.and_then(|column| column.name_of(entity)) else { continue };
            let of = if *has { &mut names } else { &mut missing };
            of.get_mut(name as usize).into_iter().for_each(|of| *of = true);
        }
        let missing = missing.iter().zip(&names).zip(0..).filter(|((missing, has), _)| **missing && !**has);
        let missing = missing.filter_map(|(_, name)| Some(text(base?, name))).collect();
        let matched = is_hit.iter().filter(|hit| **hit).count() as u64;
        (matched, in_order(unmatched), in_order(missing))
    }

    /// Makes all joins anew.
    fn settle(&mut self) {
        set_segments(&mut self.base.dataset, self.base.segments, Vec::new());
        let entities = self.base.entities();
        let mut links = Vec::new();
        let mut attributes: Vec<Segment> = Vec::new();
        {
            let mut columns = self.base.columns();
            let of = |role_of: Role| self.others.iter().filter(move |file| role(&file.dataset) == Some(role_of));
            for file in of(Role::Attributes) {
                let theirs = file.columns();
                let link = link(&theirs, file.entities(), &columns, entities, false);
                for segment in segments(&file.dataset) {
                    let is_taken = |column: &str| {
                        let known = segments(&self.base.dataset).iter().chain(&attributes);
                        known.clone().any(|known| known.column == column)
                    };
                    let column = match is_taken(&segment.column) {
                        true => [&segment.column, " (", &file.name, ")"].concat(),
                        false => segment.column.clone(),
                    };
                    let code = |entity: usize| link.get(entity).and_then(|of| segment.codes.of.get(of).copied());
                    let of = (0..entities).map(|entity| code(entity).unwrap_or(0)).collect();
                    let codes = Codes { of, rows: Vec::new() };
                    attributes.push(Segment { column, values: segment.values.clone(), codes });
                }
                // What attributes call a customer is a name of it, too.
                for column in theirs {
                    let name = |entity: usize| link.get(entity).and_then(|of| column.name_of(of)).unwrap_or(NOBODY);
                    let of = (0..entities).map(name).collect();
                    columns.push(Column { key: column.key, names: column.names.clone(), of: Some(of) });
                }
                links.push(link);
            }
            for file in of(Role::Answers).chain(of(Role::Events)) {
                links.push(link(&columns, entities, &file.columns(), file.entities(), self.by_domain));
            }
        }
        set_segments(&mut self.base.dataset, self.base.segments, attributes);
        for (file, link) in self.others.iter_mut().zip(links) {
            file.link = link;
            if role(&file.dataset) != Some(Role::Attributes) {
                lend(&self.base.dataset, file);
            }
        }
        let joins: Vec<Join> = self.others.iter().map(|file| self.join(file)).collect();
        for (file, join) in self.others.iter_mut().zip(joins) {
            file.join = Some(join);
        }
    }

    fn join(&self, file: &File) -> Join {
        let (matched, mut unmatched_names, mut base_unmatched_names) = self.sides(file);
        let of = role(&file.dataset).unwrap_or(Role::Attributes);
        let (unmatched, base_unmatched) = (unmatched_names.len() as u64, base_unmatched_names.len() as u64);
        let columns = file.columns();
        let names_nobody = |entity: &usize| {
            let name = columns.get(file.link.column).and_then(|column| column.name_of(*entity));
            name.is_none() && file.link.get(*entity).is_none()
        };
        let anonymous = match of {
            Role::Attributes => 0,
            _ => (0..file.entities()).filter(names_nobody).count() as u64,
        };
        let base_customers = match &self.base.dataset {
            Dataset::Responses(table) => table.customers.iter().filter(|name| !name.is_empty()).count() as u64,
            other => names(other).map_or(0, |names| names.len() as u64),
        };
        unmatched_names.truncate(MOST_NAMED);
        base_unmatched_names.truncate(MOST_NAMED);
        Join {
            name: file.name.clone(),
            role: of,
            key: file.link.key,
            matched,
            unmatched,
            anonymous,
            by_domain: file.link.by_domain,
            base_customers,
            base_unmatched,
            coverage: (base_customers > 0)
                .then(|| base_customers.saturating_sub(base_unmatched) as f64 / base_customers as f64),
            unmatched_names,
            base_unmatched_names,
        }
    }
}

fn in_order(names: Vec<String>) -> Vec<String> {
    let mut places: Vec<u32> = (0..names.len() as u32).collect();
    let name = |place: u32| names.get(place as usize);
    sort_by(&mut places, &|a, b| name(a).cmp(&name(b)));
    places.into_iter().filter_map(|place| name(place).cloned()).collect()
}

/// Gives answers and users the segments of their customers that they do not have themselves: of an answer those of its
/// time, of a user the latest.
fn lend(base: &Dataset, file: &mut File) {
    let own = segments(&file.dataset).get(..file.segments).unwrap_or_default();
    let is_new = |segment: &&Segment| own.iter().all(|own| own.column != segment.column);
    let lent = segments(base).iter().filter(is_new).map(|segment| {
        let mut of = Vec::with_capacity(file.entities());
        let mut at: Option<(Option<Day>, Cow<'_, [u16]>)> = None;
        for entity in 0..file.entities() {
            // Answers stand in the order of time, so that each month is looked up once.
            let month = match &file.dataset {
                Dataset::Responses(table) => table.responses.get(entity).and_then(|response| response.day),
                Dataset::Events(table) => Some(Day(table.end().div_euclid(DAY) as i32 - 1)),
                _ => None,
            }
            .map(|day| day.month().start());
            if at.as_ref().is_none_or(|(known, _)| *known != month) {
                at = Some((month, codes_at(base, segment, month)));
            }
            let codes = at.as_ref().map(|(_, codes)| codes);
            let code = file.link.get(entity).zip(codes).and_then(|(customer, codes)| codes.get(customer).copied());
            of.push(code.unwrap_or(0));
        }
        let codes = Codes { of, rows: Vec::new() };
        Segment { column: segment.column.clone(), values: segment.values.clone(), codes }
    });
    let lent = lent.collect();
    set_segments(&mut file.dataset, file.segments, lent);
}

/// The value number of each customer in a month; without a month, those that never change.
fn codes_at<'a>(base: &Dataset, segment: &'a Segment, month: Option<Day>) -> Cow<'a, [u16]> {
    let ledger = match base {
        Dataset::Ledger(ledger) => Some(ledger),
        Dataset::Subscriptions(subscriptions) => Some(subscriptions.ledger()),
        _ => None,
    };
    if segment.codes.rows.is_empty() {
        return Cow::Borrowed(&segment.codes.of);
    }
    match (ledger, month) {
        (Some(ledger), Some(month)) => Cow::Owned(ledger.codes_at(segment, month.month())),
        _ => Cow::Owned(segment.codes.of.iter().map(|code| if *code == CHANGING { 0 } else { *code }).collect()),
    }
}
