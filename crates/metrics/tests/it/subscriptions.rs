//! Rows of subscriptions under any conventions: a naive second implementation, and what must change nothing
//! (metrics.md 3.4, 3.5, 9.10). What single rows become is tested where files are read.

use keeprate_metrics::bridge::{Bridge, ChangedCustomer, Side, Step, bridge};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::conventions::Conventions;
use keeprate_metrics::ledger::{Dataset, Names};
use keeprate_metrics::money::{Amount, Interval};
use keeprate_metrics::period::{Day, Month};
use keeprate_metrics::presets::PRESETS;
use keeprate_metrics::report::{Question, Report, Settings, report};
use keeprate_metrics::result::Value;
use keeprate_metrics::subscriptions::{Cause, Discount, End, SubscriptionRow, SubscriptionTable, Subscriptions};
use proptest::prelude::*;

/// Customers of random tables.
const CUSTOMERS: u32 = 5;

/// The first day of random tables: 10 January 2024.
const FIRST: i32 = 19_732;

/// The day behind the last: 1 June 2025.
const AS_OF: Day = Day(20_240);

fn table(rows: Vec<SubscriptionRow>) -> SubscriptionTable {
    let mut customers = Names::default();
    for number in 0..CUSTOMERS {
        customers.push(&number.to_string());
    }
    SubscriptionTable { customers, rows, as_of: Some(AS_OF), ..SubscriptionTable::default() }
}

fn day() -> impl Strategy<Value = Day> {
    (FIRST..FIRST + 520).prop_map(Day)
}

/// A day, often missing.
fn maybe() -> impl Strategy<Value = Option<Day>> {
    prop::option::weighted(0.3, day())
}

fn end() -> impl Strategy<Value = Option<End>> {
    let end = (day(), any::<bool>()).prop_map(|(day, is_instant)| End { day, is_instant });
    prop::option::weighted(0.5, end)
}

fn price() -> impl Strategy<Value = i64> {
    prop_oneof![1 => Just(0), 1 => -5_000_i64..0, 8 => 1_i64..90_000].prop_map(|cents| cents * 1_000_000)
}

fn interval() -> impl Strategy<Value = Interval> {
    prop::sample::select(vec![
        Interval::Day,
        Interval::Week,
        Interval::Month,
        Interval::Quarter,
        Interval::HalfYear,
        Interval::Year,
        Interval::Once,
    ])
}

prop_compose! {
    fn row()(
        customer in 0..CUSTOMERS,
        begin in day(),
        trial_end in maybe(),
        ended in end(),
        term_end in end(),
        (runs_out, cancelled) in (any::<bool>(), maybe()),
        pause in prop::option::weighted(0.3, (day(), maybe())),
        (price, off) in (price(), 0_i64..100),
        discount in prop_oneof![
            Just(Discount::Recurring),
            Just(Discount::Once),
            day().prop_map(Discount::Until),
            Just(Discount::Until(Day(i32::MAX))),
        ],
        (interval, count) in (interval(), 1_u32..4),
        cause in prop::option::of(prop::sample::select(vec![Cause::Voluntary, Cause::Involuntary])),
    ) -> SubscriptionRow {
        let discounted = if price < 0 { price } else { price - price / 100 * off };
        SubscriptionRow {
            customer, subscription: None, begin, trial_end, ended, term_end, runs_out, cancelled, pause, price, discounted, discount, interval,
            count, cause, overdue: None,
        }
    }
}

fn rows() -> impl Strategy<Value = Vec<SubscriptionRow>> {
    prop::collection::vec(row(), 1..25)
}

/// Every value of every convention.
fn conventions() -> impl Strategy<Value = Conventions> {
    let values: Vec<Vec<(&str, &str)>> = [
        ("amounts_include_tax", &["0", "0", "19", "7.7"][..]),
        ("end_is_first_day_without_service", &["false", "true"]),
        ("spread_invoices", &["false", "true"]),
        ("churn_recognition", &["end_of_service", "at_cancellation"]),
        ("pause_policy", &["suspend", "keep"]),
        ("bridge_gap", &["0", "1", "30"]),
        ("zero_mrr_is_active", &["false", "true"]),
        ("discounts", &["recurring", "all", "unlimited", "none"]),
        ("negative_recurring_lines", &["ignore", "subtract"]),
        ("day_factors", &["calendar", "thirty"]),
        ("rounding", &["fixed_point", "minor_unit"]),
        ("customer_churn", &["default", "exposed_base", "average_base", "daily_sum"]),
        ("movement_basis", &["snapshot", "event_basis"]),
        ("incl_reactivation", &["false", "true"]),
        ("quick_ratio", &["default", "without_reactivation"]),
    ]
    .into_iter()
    .map(|(name, values)| values.iter().map(|value| (name, *value)).collect())
    .collect();
    values.into_iter().map(prop::sample::select).collect::<Vec<_>>().prop_map(|settings| {
        let mut conventions = Conventions::default();
        for (name, value) in settings {
            conventions.set(name, value).expect(name);
        }
        conventions
    })
}

/// The sheet read literally, row by row and day by day: whether a row is in service just before a day, and at which price.
mod naive {
    use super::*;

    /// Conventions as the words that settings are.
    pub struct Words<'a>(pub &'a Conventions);

    impl Words<'_> {
        fn is(&self, name: &str, value: &str) -> bool {
            self.0.get(name) == value
        }

        pub fn start(&self, row: &SubscriptionRow) -> Day {
            row.trial_end.filter(|trial_end| *trial_end > row.begin).unwrap_or(row.begin)
        }

        /// The end of a row before any bridge; `None` for no end.
        fn end(&self, row: &SubscriptionRow) -> Option<Day> {
            let moved = |end: End| {
                let first_day_without = self.is("end_is_first_day_without_service", "true");
                if first_day_without && !end.is_instant { Day(end.day.0 - 1) } else { end.day }
            };
            let service = match (row.ended, row.runs_out, row.term_end) {
                (Some(ended), ..) => Some(moved(ended)),
                (None, true, Some(term_end)) => Some(moved(term_end)),
                _ => None,
            };
            if self.is("churn_recognition", "at_cancellation") {
                [service, row.cancelled].into_iter().flatten().min()
            } else {
                service.or(row.cancelled)
            }
        }

        fn is_service(&self, row: &SubscriptionRow) -> bool {
            self.end(row).is_none_or(|end| end > self.start(row))
        }

        /// The end after the bridge.
        pub fn bridged(&self, rows: &[SubscriptionRow], row: &SubscriptionRow) -> Option<Day> {
            let end = self.end(row)?;
            let gap: i32 = self.0.get("bridge_gap").parse().expect("days");
            let own = || rows.iter().filter(|other| other.customer == row.customer && self.is_service(other));
            let starting = |day: Day| own().filter(|other| self.start(other) == day).count();
            let ending = |day: Day| own().filter(|other| self.end(other) == Some(day)).count();
            if starting(end) > 0 {
                return Some(end);
            }
            let free = |day: &Day| starting(*day) > ending(*day);
            Some((end.0 + 1..=end.0 + gap).map(Day).find(free).unwrap_or(end))
        }

        /// MRR of a row in the state just before a day, in units; `None` where it is not in service.
        pub fn units(&self, rows: &[SubscriptionRow], row: &SubscriptionRow, before: Day) -> Option<i64> {
            let start = self.start(row);
            let end = self.bridged(rows, row);
            if !self.is_service(row) || start >= before || end.is_some_and(|end| end < before) {
                return None;
            }
            if let Some((from, until)) = row.pause.filter(|_| self.is("pause_policy", "suspend")) {
                // In service just before a day is in service on the instant before it: the day before.
                let until = until.filter(|until| *until > from);
                if from < before && until.is_none_or(|until| until >= before) {
                    return None;
                }
            }
            let until = match row.discount {
                Discount::Recurring => Some(None),
                Discount::Once => Some(Some(one_period(row, start))),
                Discount::Until(day) => Some(Some(day)),
            };
            let subtracts = match row.discount {
                Discount::Recurring => !self.is("discounts", "none"),
                Discount::Once => self.is("discounts", "all"),
                Discount::Until(_) => self.is("discounts", "all") || self.is("discounts", "recurring"),
            };
            let holds = until.flatten().is_none_or(|until| before <= until);
            let price = if subtracts && holds { row.discounted } else { row.price };
            if price < 0 && self.is("negative_recurring_lines", "ignore") {
                return Some(0);
            }
            Some(self.monthly(row, price))
        }

        /// Numerator and denominator multiplied out, rounded once.
        fn monthly(&self, row: &SubscriptionRow, price: i64) -> i64 {
            let thirty = self.is("day_factors", "thirty");
            let (numerator, denominator) = match row.interval {
                Interval::Month => (1, 1),
                Interval::Quarter => (1, 3),
                Interval::HalfYear => (1, 6),
                Interval::Year => (1, 12),
                Interval::Week if thirty => (433, 100),
                Interval::Week => (52, 12),
                Interval::Day if thirty => (30, 1),
                Interval::Day => (365, 12),
                Interval::Once => (0, 1),
            };
            let tax = match self.0.get("amounts_include_tax").as_str() {
                "19" => 1190,
                "7.7" => 1077,
                _ => 1000,
            };
            let unit = if self.is("rounding", "minor_unit") { 1_000_000_i128 } else { 1 };
            let numerator = i128::from(price) * numerator * 1000;
            let denominator = denominator * i128::from(row.count) * tax * unit;
            // Half away from zero, by doubling.
            let rounded = (numerator.abs() * 2 + denominator) / (denominator * 2);
            i64::try_from(rounded * numerator.signum() * unit).expect("within range")
        }

        /// What a customer pays in the state just before a day.
        pub fn customer(&self, rows: &[SubscriptionRow], customer: u32, before: Day) -> i64 {
            let own = rows.iter().filter(|row| row.customer == customer);
            let services: Vec<(&SubscriptionRow, i64)> =
                own.filter_map(|row| Some((row, self.units(rows, row, before)?))).collect();
            let sum: i64 = services.iter().map(|(_, units)| units).sum();
            let is_free = |(row, units): &(&SubscriptionRow, i64)| {
                *units == 0 && row.interval != Interval::Once && row.price >= 0
            };
            match sum {
                0 if self.is("zero_mrr_is_active", "true") && services.iter().any(is_free) => 1,
                _ => sum.max(0),
            }
        }
    }

    fn one_period(row: &SubscriptionRow, start: Day) -> Day {
        let count = row.count as i32;
        match row.interval {
            Interval::Day => Day(start.0 + count),
            Interval::Week => Day(start.0 + 7 * count),
            Interval::Month => start.plus_months(count),
            Interval::Quarter => start.plus_months(3 * count),
            Interval::HalfYear => start.plus_months(6 * count),
            Interval::Year => start.plus_months(12 * count),
            // One charge, which is no MRR.
            Interval::Once => start,
        }
    }
}

/// MRR by customer at every close.
fn closings(table: &SubscriptionTable, conventions: &Conventions) -> Vec<(Month, Vec<i64>)> {
    let ledger = table.ledger(conventions);
    let amounts = |place: usize| ledger.closings[place].amounts.iter(ledger.customers.len()).collect();
    (0..ledger.closings.len()).map(|place| (ledger.first.plus(place as i32), amounts(place))).collect()
}

/// The metrics and sections in which two reports differ.
fn different(one: &Report<()>, other: &Report<()>) -> Vec<String> {
    let [one, other] = [one, other].map(|report| serde_json::to_value(report).expect("JSON"));
    let sections = one.as_object().expect("a report").iter().filter(|(name, section)| other[*name] != **section);
    let lines = |name: &str, one: &serde_json::Value| match one.as_object() {
        Some(entries) => entries
            .iter()
            .filter(|(entry, value)| other[name][*entry] != **value)
            .map(|(entry, value)| format!("{name} {entry}: {value} for {}", other[name][entry]))
            .collect(),
        None => vec![format!("{name}: {one} for {}", other[name])],
    };
    sections.flat_map(|(name, section)| lines(name, section)).collect()
}

fn asked(table: SubscriptionTable, conventions: Conventions) -> Report<()> {
    let settings = Settings { conventions, ..Settings::default() };
    let dataset = Dataset::Subscriptions(Box::new(Subscriptions::new(table)));
    report(&dataset, &Question { settings, ..Question::default() }, Vec::new())
}

#[test]
fn who_ends_with_the_data_has_not_been_seen_to_end() {
    let since =
        |customer, days| SubscriptionRow::new(customer, Day(AS_OF.0 - days), 10 * 100_000_000, Interval::Month, 1);
    let until = |day: i32| Some(End { day: Day(day), is_instant: true });
    // In days: 0 was there for 60, 1 and 2 are since 90 and 60; 3 was there for 30 until the very end of the data, which is
    // no churn before it.
    let rows = vec![
        SubscriptionRow { ended: until(AS_OF.0 - 40), ..since(0, 100) },
        since(1, 90),
        since(2, 60),
        SubscriptionRow { ended: until(AS_OF.0), ..since(3, 30) },
    ];
    let survival = asked(table(rows), Conventions::default()).survival;
    let steps: Vec<(f64, u64, u64, f64)> =
        survival.iter().map(|step| (step.t, step.at_risk, step.churned, step.s)).collect();
    // 60 days are 60 / 30.4375 months; at risk are those of 60 and more days, and 1 - 1/3 of them stay.
    assert_eq!(steps, [(60.0 / 30.4375, 3, 1, 1.0 - 1.0 / 3.0)]);
}

/// A rounded figure as a whole number of its smallest steps.
fn whole(value: Value) -> i128 {
    match value {
        Value::Count(count) => i128::from(count),
        Value::Money(amount) => {
            assert_eq!(amount.units % 1_000_000, 0, "{amount:?}");
            amount.minor()
        }
        Value::Number(number) => (number * 1e6).round() as i128,
        Value::Yes(yes) => i128::from(yes),
    }
}

/// What the listed customers and the rest add to MRR at the end, in units.
fn of_customers(step: &Step) -> i128 {
    let units = |amount: &Option<Amount>| amount.map_or(0, |amount| amount.units);
    step.customers.iter().map(|changed| units(&changed.end.1) - units(&changed.end.0)).sum::<i128>()
        + step.rest_end.units
}

fn of_customers_at_start(step: &Step) -> i128 {
    let units = |amount: &Option<Amount>| amount.map_or(0, |amount| amount.units);
    let listed = step.customers.iter().map(|changed| units(&changed.start.1) - units(&changed.start.0));
    listed.sum::<i128>() + step.rest_start.units
}

/// Ends: two of the presets, or any conventions.
fn sides() -> impl Strategy<Value = (Side, Side)> {
    let any = || conventions().prop_map(|settings| Side { name: "any".to_owned(), settings });
    let preset = || (0..PRESETS.len()).prop_map(|place| Side::from(&PRESETS[place]));
    prop_oneof![(preset(), preset()), (any(), any())]
}

/// By hand: 1 200 a year cancelled on 10 April and paid beyond is 100 a month, which one side loses in April; the other
/// customer's 10 a week are 43.33 where a line is rounded to cents.
#[test]
fn a_bridge_names_the_setting_and_the_customer() {
    let day = |text: &str| Day::parse_iso(text).expect("a day");
    let euro = 100_000_000;
    let leaving = SubscriptionRow {
        ended: Some(End::date(day("2026-01-15"))),
        cancelled: Some(day("2025-04-10")),
        ..SubscriptionRow::new(0, day("2025-01-15"), 1_200 * euro, Interval::Year, 1)
    };
    let weekly = SubscriptionRow::new(1, day("2025-02-10"), 10 * euro, Interval::Week, 1);
    let side = |name: &str, settings: &[(&str, &str)]| {
        let mut conventions = Conventions::default();
        for (setting, value) in settings {
            conventions.set(setting, value).expect("known");
        }
        Side { name: name.to_owned(), settings: conventions }
    };
    let one = side("one", &[("rounding", "minor_unit")]);
    let other = side("other", &[("churn_recognition", "at_cancellation")]);
    let april = Month::parse_iso("2025-04").expect("a month");
    let found = bridge(&table(vec![leaving, weekly]), one, other, Some((april, april)), 10).expect("a bridge");
    let json = serde_json::to_value(&found).expect("JSON");
    assert_eq!(json["schema"], "keeprate.bridge/1");
    assert_eq!(json["period"]["label"], "2025-04");
    let figure = |key: &str, part: Option<&str>| {
        let named = json["figures"].as_array().expect("figures").iter();
        let mut named = named.filter(|figure| figure["key"] == key && figure["part"].as_str() == part);
        let figure = named.next().expect(key);
        (figure["start"].to_string(), figure["steps"].to_string(), figure["end"].to_string())
    };
    let words = |start: &str, steps: &str, end: &str| (start.to_owned(), steps.to_owned(), end.to_owned());
    assert_eq!(figure("mrr", Some("mrr_end")), words("\"143.33\"", "[\"-100.00\",\"0.00\"]", "\"43.33\""));
    assert_eq!(figure("customer_counts", Some("lost")), words("0", "[1,0]", "1"));
    assert_eq!(figure("customer_retention_rate", None), words("1.0", "[-0.5,0.0]", "0.5"));
    let steps: Vec<(&str, u64)> = found.steps.iter().map(|step| (step.setting.as_str(), step.changed)).collect();
    assert_eq!(steps, [("churn_recognition", 1), ("rounding", 1)]);
    assert_eq!(json["steps"][0]["customers"][0]["customer"], "0");
    assert_eq!(json["steps"][0]["customers"][0]["end"].to_string(), "[\"100.00\",null]");
    assert_eq!(serde_json::from_value::<Bridge>(json).expect("reads back").steps.len(), 2);
}

/// Who has cancelled in April is gone where that counts: 55, 100, 10, 60 and again 60 a month. Sizes are compared as numbers of
/// more than 32 bits, of which 100 has fewer low ones than 60.
#[test]
fn a_bridge_lists_the_largest_changes_first() {
    let day = |text: &str| Day::parse_iso(text).expect("a day");
    let rows = (0..).zip([55, 100, 10, 60, 60]).map(|(customer, euros)| SubscriptionRow {
        ended: Some(End::date(day("2026-01-15"))),
        cancelled: Some(day("2025-04-10")),
        ..SubscriptionRow::new(customer, day("2025-01-15"), euros * 100_000_000, Interval::Month, 1)
    });
    let rows: Vec<SubscriptionRow> = rows.collect();
    let mut settings = Conventions::default();
    settings.set("churn_recognition", "at_cancellation").expect("known");
    let one = || Side { name: "one".to_owned(), settings: Conventions::default() };
    let other = || Side { name: "other".to_owned(), settings };
    let april = Month::parse_iso("2025-04").expect("a month");
    let of = |most: usize| {
        let found = bridge(&table(rows.clone()), one(), other(), Some((april, april)), most).expect("a bridge");
        let step = found.steps.into_iter().next().expect("a step");
        let names: Vec<String> = step.customers.iter().map(|of| of.customer.clone()).collect();
        (names, step.changed, step.mrr_end.to_decimal(), step.rest_end.to_decimal(), step.rest_start.to_decimal())
    };
    let named = |names: &[&str], rest: &str| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        (names, 5, "-285.00".to_owned(), rest.to_owned(), "0.00".to_owned())
    };
    assert_eq!(of(5), named(&["1", "3", "4", "0", "2"], "0.00"));
    assert_eq!(of(3), named(&["1", "3", "4"], "-65.00"));
    assert_eq!(of(0), named(&[], "-285.00"));
}

/// By hand: of 150 in April, 50 leave in May and 100 of a former customer return, so that NRR is 100/150 without and 200/150
/// with returners, and the quick ratio 100/50 with and 0/50 without them.
#[test]
fn a_bridge_shows_what_a_reading_of_rates_changes() {
    let day = |text: &str| Day::parse_iso(text).expect("a day");
    let since = |customer, begin, euros: i64| {
        SubscriptionRow::new(customer, day(begin), euros * 100_000_000, Interval::Month, 1)
    };
    let until = |end, row| SubscriptionRow { ended: Some(End::date(day(end))), ..row };
    let rows = || {
        vec![
            since(0, "2025-01-10", 100),
            until("2025-03-01", since(1, "2025-01-10", 100)),
            since(1, "2025-05-10", 100),
            until("2025-05-20", since(2, "2025-01-10", 50)),
        ]
    };
    let plain = || Side { name: "plain".to_owned(), settings: Conventions::default() };
    let mut settings = Conventions::default();
    settings.set("incl_reactivation", "true").expect("known");
    settings.set("quick_ratio", "without_reactivation").expect("known");
    let other = Side { name: "other".to_owned(), settings };
    let asked = |from: &str, to: &str| {
        let months = Month::parse_iso(from).zip(Month::parse_iso(to)).expect("months");
        bridge(&table(rows()), plain(), other.clone(), Some(months), 10)
    };
    let found = bridge(&table(rows()), plain(), other.clone(), None, 10).expect("a bridge over the last month");
    assert_eq!(Some(&found), asked("2025-05", "2025-05").as_ref());
    let steps: Vec<(&str, u64)> = found.steps.iter().map(|step| (step.setting.as_str(), step.changed)).collect();
    assert_eq!(steps, [("incl_reactivation", 0), ("quick_ratio", 0)]);
    let figure = |key: Key| {
        let figure = found.figures.iter().find(|figure| figure.key == key && figure.part.is_none()).expect("a figure");
        let number = |value: Option<Value>| whole(value.expect("a value"));
        (number(figure.start), figure.steps.iter().copied().map(number).collect::<Vec<_>>(), number(figure.end))
    };
    assert_eq!(figure(Key::Nrr), (666_667, vec![666_666, 0], 1_333_333));
    assert_eq!(figure(Key::QuickRatio), (2_000_000, vec![0, -2_000_000], 0));
    // Nothing is known before the first month and after the last, and no period runs backwards.
    assert!(asked("2025-01", "2025-05").is_some());
    assert_eq!(asked("2024-12", "2025-05"), None);
    assert_eq!(asked("2025-05", "2025-06"), None);
    assert_eq!(asked("2025-05", "2025-04"), None);
}

proptest! {
    #[test]
    fn the_steps_of_a_bridge_add_up(rows in rows(), (from, to) in sides(), back in 0_i32..6, most in 0_usize..6) {
        let table = table(rows);
        let Some((_, last)) = table.months() else { return Ok(()) };
        let asked = (last.plus(-back), last);
        let Some(found) = bridge(&table, from.clone(), to.clone(), Some(asked), most) else {
            prop_assert!(asked.0 <= table.months().expect("months").0);
            return Ok(());
        };
        for figure in &found.figures {
            let steps: Option<Vec<Value>> = figure.steps.iter().copied().collect();
            if let (Some(start), Some(steps), Some(end)) = (figure.start, steps, figure.end) {
                let sum: i128 = whole(start) + steps.into_iter().map(whole).sum::<i128>();
                prop_assert_eq!(sum, whole(end), "{:?} {:?}", figure.key, figure.part);
            }
        }
        // Every step is exactly what its customers add, and all steps what the two ends differ by.
        for step in &found.steps {
            prop_assert_eq!(of_customers(step), step.mrr_end.units, "{}", step.setting);
            prop_assert_eq!(of_customers_at_start(step), step.mrr_start.units, "{}", step.setting);
            prop_assert_eq!(step.customers.len() as u64, step.changed.min(most as u64));
        }
        let mrr = |side: &Side| -> i128 {
            let ledger = table.ledger(&side.settings);
            let closing = ledger.closing(last).expect("a close");
            closing.amounts.iter(ledger.customers.len()).map(i128::from).sum()
        };
        prop_assert_eq!(found.steps.iter().map(|step| step.mrr_end.units).sum::<i128>(), mrr(&to) - mrr(&from));
        // The largest first.
        let size = |changed: &ChangedCustomer| {
            let units = |amount: Option<Amount>| amount.map_or(0, |amount| amount.units);
            let change = |pair: (Option<_>, Option<_>)| (units(pair.1) - units(pair.0)).abs();
            change(changed.start).max(change(changed.end))
        };
        for step in &found.steps {
            prop_assert!(step.customers.is_sorted_by(|one, other| size(one) >= size(other)));
        }
    }

    #[test]
    fn every_close_is_what_the_sheet_says_of_each_row(rows in rows(), conventions in conventions()) {
        let words = naive::Words(&conventions);
        for (month, amounts) in closings(&table(rows.clone()), &conventions) {
            for (customer, units) in (0..).zip(amounts) {
                prop_assert_eq!(units, words.customer(&rows, customer, month.end()), "{} {}", customer, month.to_iso());
            }
        }
    }

    /// Who came and went inside a month, day by day.
    #[test]
    fn short_lived_customers_are_counted_by_days(rows in rows(), conventions in conventions()) {
        let words = naive::Words(&conventions);
        let last = AS_OF.month().plus(-1);
        prop_assume!(rows.iter().all(|row| row.price >= 0));
        let there = |customer: u32, before: Day| words.customer(&rows, customer, before) > 0;
        let short = (0..CUSTOMERS).filter(|customer| {
            let ends = there(*customer, last.start()) || there(*customer, last.end());
            !ends && (last.start().0 + 1..last.end().0).any(|day| there(*customer, Day(day)))
        });
        let expected = short.count() as f64;
        let report = asked(table(rows.clone()), conventions);
        let counts = report.metrics.get(&Key::CustomerCounts).expect("counts");
        if let Some(actual) = counts.part_number("intra_period_churners") {
            prop_assert_eq!(actual, expected);
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(
        (rows, shuffled) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        conventions in conventions(),
    ) {
        prop_assert_eq!(closings(&table(rows.clone()), &conventions), closings(&table(shuffled.clone()), &conventions));
        prop_assert_eq!(different(&asked(table(rows), conventions), &asked(table(shuffled), conventions)), Vec::<String>::new());
    }

    #[test]
    fn the_names_of_customers_change_nothing(rows in rows(), conventions in conventions()) {
        let renamed = rows.iter().map(|row| SubscriptionRow { customer: CUSTOMERS - 1 - row.customer, ..*row }).collect();
        prop_assert_eq!(different(&asked(table(rows), conventions), &asked(table(renamed), conventions)), Vec::<String>::new());
    }

    /// Versions without trial, pause and cancellation, split on a day on which nothing else of the customer begins or ends.
    #[test]
    fn versions_change_nothing(
        rows in rows(),
        which in any::<prop::sample::Index>(),
        split in day(),
        conventions in conventions(),
    ) {
        let mut whole = rows;
        let place = which.index(whole.len());
        let row = SubscriptionRow {
            trial_end: None,
            cancelled: None,
            discount: Discount::Recurring,
            ended: whole[place].ended.map(|end| End { is_instant: true, ..end }),
            ..whole[place]
        };
        whole[place] = row;
        let end = row.end(&conventions).unwrap_or(Day(i32::MAX));
        let apart = |day: Option<Day>| day.is_none_or(|day| day != split);
        prop_assume!(row.begin < split && split < end);
        prop_assume!(whole.iter().all(|other| apart(Some(other.start())) && apart(other.end(&conventions))));
        let mut versions = whole.clone();
        versions[place] = SubscriptionRow { ended: Some(End { day: split, is_instant: true }), ..row };
        versions.push(SubscriptionRow { begin: split, ..row });
        prop_assert_eq!(closings(&table(whole.clone()), &conventions), closings(&table(versions.clone()), &conventions));
        let week = |rows: Vec<SubscriptionRow>| {
            let report = asked(table(rows), conventions);
            let churn = report.metrics.get(&Key::Churn7d).expect("a result").clone();
            (churn.numerator, churn.denominator, report.survival)
        };
        prop_assert_eq!(week(whole), week(versions));
    }

    #[test]
    fn larger_prices_scale_money_alone(rows in rows(), k in 2_i64..50, conventions in conventions()) {
        // Whole months divide exactly, so that no rounding is scaled.
        let mut exact = conventions;
        exact.set("amounts_include_tax", "0").expect("known");
        exact.set("zero_mrr_is_active", "false").expect("known");
        let rows: Vec<SubscriptionRow> =
            rows.into_iter().map(|row| SubscriptionRow { interval: Interval::Month, count: 1, ..row }).collect();
        let scale = |row: &SubscriptionRow| SubscriptionRow { price: row.price * k, discounted: row.discounted * k, ..*row };
        exact.set("rounding", "fixed_point").expect("known");
        let scaled: Vec<SubscriptionRow> = rows.iter().map(scale).collect();
        let expected: Vec<(Month, Vec<i64>)> = closings(&table(rows.clone()), &exact)
            .into_iter()
            .map(|(month, amounts)| (month, amounts.into_iter().map(|units| units * k).collect()))
            .collect();
        prop_assert_eq!(closings(&table(scaled.clone()), &exact), expected);
        let (one, other) = (asked(table(rows), exact), asked(table(scaled), exact));
        for key in [Key::CustomerRetentionRate, Key::CustomerChurnRate, Key::Nrr, Key::Grr, Key::RenewalRate, Key::Churn7d] {
            let rate = |report: &Report<()>| report.metrics.get(&key).and_then(|result| result.number());
            let near = match (rate(&one), rate(&other)) {
                (Some(one), Some(other)) => (one - other).abs() < 1e-9,
                (one, other) => one == other,
            };
            prop_assert!(near, "{}: {:?} {:?}", key.name(), rate(&one), rate(&other));
        }
    }

    /// Days up to the 28th are in every month.
    #[test]
    fn whole_months_later_is_the_same_later(rows in rows(), months in 1_i32..30, conventions in conventions()) {
        let early = |day: Day| {
            let (_, _, of_month) = day.to_civil();
            Day(day.0 - (of_month as i32 - 28).max(0))
        };
        let early_end = |end: End| End { day: early(end.day), ..end };
        let known = |day: Day| if day.0 == i32::MAX { day } else { early(day) };
        let later = |day: Day| if day.0 == i32::MAX { day } else { day.plus_months(months) };
        let change = |row: &SubscriptionRow, day: &dyn Fn(Day) -> Day, end: &dyn Fn(End) -> End| SubscriptionRow {
            begin: day(row.begin),
            trial_end: row.trial_end.map(day),
            ended: row.ended.map(end),
            term_end: row.term_end.map(end),
            cancelled: row.cancelled.map(day),
            pause: row.pause.map(|(from, until)| (day(from), until.map(day))),
            discount: match row.discount {
                Discount::Until(until) => Discount::Until(day(until)),
                other => other,
            },
            ..*row
        };
        // Days of a month and of a bridge are not whole months, and the day before the first is another one each month.
        let mut conventions = conventions;
        conventions.set("bridge_gap", "0").expect("known");
        conventions.set("end_is_first_day_without_service", "false").expect("known");
        let rows: Vec<SubscriptionRow> = rows
            .iter()
            .map(|row| match row.interval {
                Interval::Day | Interval::Week => SubscriptionRow { interval: Interval::Month, ..*row },
                _ => *row,
            })
            .map(|row| change(&row, &known, &early_end))
            .collect();
        let moved: Vec<SubscriptionRow> =
            rows.iter().map(|row| change(row, &later, &|end| End { day: later(end.day), ..end })).collect();
        let shifted: Vec<(Month, Vec<i64>)> = closings(&table(rows.clone()), &conventions)
            .into_iter()
            .map(|(month, amounts)| (month.plus(months), amounts))
            .collect();
        let moved = SubscriptionTable { as_of: Some(AS_OF.plus_months(months)), ..table(moved) };
        prop_assert_eq!(closings(&moved, &conventions), shifted);
    }
}

proptest! {
    // Day by day for each row is slow.
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Each day's state against the next one's, from the first day on.
    #[test]
    fn every_change_counts_by_itself_where_it_is_asked_for(
        rows in rows(),
        conventions in conventions(),
        (back, length) in (0_i32..6, 0_i32..3),
    ) {
        let mut conventions = conventions;
        conventions.set("movement_basis", "event_basis").expect("known");
        conventions.set("customer_churn", "daily_sum").expect("known");
        let words = naive::Words(&conventions);
        let last = AS_OF.month().plus(-1 - back);
        let first = last.plus(-length);
        let (mut classes, mut counts) = ([0_i128; 5], [0_i64; 5]);
        let mut days = vec![(0_i64, 0_i64); (last.end().0 - first.start().0) as usize];
        for customer in 0..CUSTOMERS {
            let (mut before, mut was) = (0_i64, false);
            for day in FIRST..last.end().0 {
                let after = words.customer(&rows, customer, Day(day + 1));
                if let Ok(place) = usize::try_from(day - first.start().0) {
                    days[place].0 += i64::from(before > 0);
                    days[place].1 += i64::from(before > 0 && after == 0);
                    let class = match (before, after) {
                        (0, 0) => None,
                        (0, _) => Some(usize::from(was)),
                        (_, 0) => Some(4),
                        _ if after > before => Some(2),
                        _ if after < before => Some(3),
                        _ => None,
                    };
                    if let Some(class) = class {
                        classes[class] += i128::from(before.abs_diff(after));
                        counts[class] += 1;
                    }
                }
                was |= after > 0;
                before = after;
            }
        }
        let table = table(rows.clone());
        let Some((earliest, _)) = table.months() else { return Ok(()) };
        prop_assume!(earliest < first);
        let settings = Settings { conventions, ..Settings::default() };
        let dataset = Dataset::Subscriptions(Box::new(Subscriptions::new(table)));
        let question = Question { from: Some(first), to: Some(last), settings, ..Question::default() };
        let report: Report<()> = report(&dataset, &question, Vec::new());
        let result = &report.metrics[&Key::MrrMovements];
        prop_assert_eq!(&result.variant, "event_basis");
        let units = |part: &str| match result.parts.get(part) {
            Some(Value::Money(amount)) => amount.units,
            other => panic!("{other:?}"),
        };
        let read = ["mrr_new", "mrr_reactivation", "mrr_expansion", "mrr_contraction", "mrr_churn"].map(units);
        prop_assert_eq!(read, classes);
        // Closed to 0, by the states of the snapshots.
        let [new, reactivation, expansion, contraction, churn] = read;
        let end = units("mrr_start") + new + reactivation + expansion - contraction - churn;
        prop_assert_eq!(end, units("mrr_end"));
        if let (0, Some(entry)) = (length, report.movements.last()) {
            let customers = &entry.customers;
            let read = [customers.new, customers.reactivated, customers.expanded, customers.contracted, customers.lost];
            prop_assert_eq!(read, counts);
            prop_assert_eq!(customers.start + counts[0] + counts[1] - counts[4], customers.end);
        }
        let rates = days.iter().filter(|(there, _)| *there > 0).map(|(there, lost)| *lost as f64 / *there as f64);
        let churn = &report.metrics[&Key::CustomerChurnRate];
        if days.iter().any(|(there, _)| *there > 0) {
            prop_assert_eq!(&churn.variant, "daily_sum");
            prop_assert!((churn.number().expect("a rate") - rates.sum::<f64>()).abs() < 1e-9);
        } else {
            prop_assert_eq!(churn.status.name(), "undefined_zero_base");
        }
    }
}
