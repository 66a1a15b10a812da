//! Customers at risk over joined data (metrics.md 4F, `churn_risk`): what is known of each, the order, the test on the past.

use crate::common::{NPS, check, day, events, ledger, month, number, responses};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::events::Payment;
use keeprate_metrics::join::{Aliases, JoinKey, Joined};
use keeprate_metrics::ledger::{Dataset, Names, ResponseTable, StatusTable};
use keeprate_metrics::money::{Currency, Interval};
use keeprate_metrics::period::Day;
use keeprate_metrics::purchases::{PurchaseBuilder, Received};
use keeprate_metrics::report::risks::{CustomerAtRisk, Risks};
use keeprate_metrics::report::{Extent, Question, Report};
use keeprate_metrics::result::SegmentValue;
use keeprate_metrics::risk::{RiskLevel, Signal};
use keeprate_metrics::subscriptions::{End, SubscriptionRow, SubscriptionTable, Subscriptions};
use proptest::prelude::*;

/// A customer: name, segment, MRR by month from 2025-01 on, days with an event, and an answer.
type Row<'a> = (&'a str, &'a str, &'a [f64], Vec<Day>, Option<(&'a str, u8)>);

/// Every day from one to another, the last one not included.
fn daily(from: &str, until: &str) -> Vec<Day> {
    (day(from).0..day(until).0).map(Day).collect()
}

/// Answers of (customer, day, score).
fn answers(rows: &[(&str, &str, u8)]) -> ResponseTable {
    let scores: Vec<(&str, &str, &str, u8)> = rows.iter().map(|(who, at, score)| (*who, "", *at, *score)).collect();
    let mut table = responses(NPS, &scores);
    for (place, (who, ..)) in rows.iter().enumerate() {
        table.responses[place].customer = table.customers.push(who);
    }
    table
}

/// Billing, events up to a day and answers, joined.
fn joined(rows: &[Row<'_>], as_of: &str) -> Joined {
    let amounts: Vec<(&str, &str, &[f64])> = rows.iter().map(|row| (row.0, row.1, row.2)).collect();
    let days: Vec<(&str, String)> = rows.iter().flat_map(|row| row.3.iter().map(|day| (row.0, day.to_iso()))).collect();
    let days: Vec<(&str, &str, &str)> = days.iter().map(|(user, day)| (*user, day.as_str(), "use")).collect();
    let mut answered: Vec<(&str, &str, u8)> =
        rows.iter().filter_map(|row| row.4.map(|(at, score)| (row.0, at, score))).collect();
    answered.sort_by_key(|(_, at, _)| *at);
    let mut joined = Joined::new(Dataset::Ledger(ledger("2025-01", &amounts)), "mrr.csv", Vec::new()).expect("a base");
    joined.add(Dataset::Responses(answers(&answered)), "nps.csv", Vec::new()).expect("answers");
    joined.add(Dataset::Events(events(&days, as_of)), "events.csv", Vec::new()).expect("events");
    joined
}

fn ask(rows: &[Row<'_>], as_of: &str, question: &Question) -> Report<()> {
    joined(rows, as_of).report(question, Vec::new())
}

fn risks(rows: &[Row<'_>], as_of: &str, question: &Question) -> Risks {
    ask(rows, as_of, question).risk.expect("risks")
}

fn reasons(of: &CustomerAtRisk) -> Vec<(Signal, f64, u32)> {
    of.reasons.iter().map(|reason| (reason.signal, reason.measure, reason.points)).collect()
}

const STEADY: &[f64] = &[10.0; 6];

/// At the end of March twelve customers have been silent since January and are detractors: 45 of 55 points, as so few
/// events say nothing of a drop and nobody knows how old they are. Ten are there every day and promoters: 0 of 75. All of
/// the first and none of the others are gone at the end of June, so that the first leave 22 ÷ 12 times as often as all.
#[test]
fn the_rule_is_tested_on_the_past() {
    let gone: Vec<String> = (0..12).map(|number| format!("gone {number:02}")).collect();
    let stayed: Vec<String> = (0..10).map(|number| format!("stayed {number}")).collect();
    let leaving: &[f64] = &[10.0, 10.0, 10.0, 10.0, 0.0, 0.0];
    let mut rows: Vec<Row<'_>> = gone
        .iter()
        .map(|name| (name.as_str(), "", leaving, daily("2025-01-01", "2025-01-31"), Some(("2025-02-01", 2))))
        .collect();
    rows.extend(stayed.iter().map(|name| -> Row<'_> {
        (name.as_str(), "", STEADY, daily("2025-01-01", "2025-07-01"), Some(("2025-02-02", 10)))
    }));
    let risks = risks(&rows, "2025-07-01", &Question::default());
    let tested =
        |level: RiskLevel| &risks.back_test.iter().find(|tested| tested.level == level).expect("a level").result;
    check(tested(RiskLevel::High), "value=1 lift=1.833333 n=12");
    check(tested(RiskLevel::Low), "value=0 lift=0 n=10");
    check(tested(RiskLevel::Medium), "status=undefined_zero_base");
    // Now the others alone are there.
    assert_eq!(risks.customers.len(), 10);
    assert_eq!((risks.levels[3].customers, risks.levels[3].share), (10, Some(1.0)));
}

#[test]
fn with_few_lost_the_rule_is_untested() {
    let rows = [("a", "", STEADY, daily("2025-01-01", "2025-07-01"), Some(("2025-02-01", 2)))];
    let risks = risks(&rows, "2025-07-01", &Question::default());
    assert_eq!(risks.back_test.len(), 4);
    check(&risks.back_test[1].result, "value=none status=insufficient_data");
    // April has no closing three months before.
    let april = Question { to: Some(month("2025-03")), ..Question::default() };
    assert!(self::risks(&rows, "2025-07-01", &april).back_test.is_empty());
}

/// Each customer by what speaks against it at the beginning of July.
#[test]
fn signals_come_from_all_files() {
    let always = || daily("2025-01-01", "2025-07-01");
    let rows: Vec<Row<'_>> = vec![
        ("quiet", "", STEADY, always(), Some(("2025-06-01", 9))),
        // Last there on the 9th, 22 days before July.
        ("absent", "", STEADY, daily("2025-01-01", "2025-06-10"), Some(("2025-06-01", 7))),
        // Less at the closing of May, which is 30 days old; the earlier fall is not asked for.
        ("smaller", "", &[10.0, 9.0, 9.0, 9.0, 8.0, 8.0], always(), None),
        ("grown", "", &[10.0, 10.0, 10.0, 10.0, 10.0, 20.0], always(), Some(("2024-06-30", 0))),
        // Who left and came back has paid no less.
        ("back", "", &[10.0, 10.0, 10.0, 10.0, 0.0, 10.0], always(), None),
        // What is answered in July is not known when it begins.
        ("asked later", "", STEADY, always(), Some(("2025-07-01", 0))),
        // New at the closing of April: 61 days.
        ("new", "", &[0.0, 0.0, 0.0, 10.0, 10.0, 10.0], always(), None),
        ("gone", "", &[10.0, 10.0, 10.0, 10.0, 10.0, 0.0], Vec::new(), Some(("2025-06-01", 0))),
        ("unknown", "", STEADY, Vec::new(), None),
    ];
    let risks = risks(&rows, "2025-07-01", &Question::default());
    let of = |name: &str| risks.customers.iter().find(|of| of.customer == name).map(reasons);
    assert_eq!(of("quiet"), Some(Vec::new()));
    let absent = of("absent").expect("a customer");
    assert_eq!(absent[0], (Signal::Inactivity, 22.0, 15));
    // From the 1st of June on 9 days, and 30 in the 30 days before: 70 % less.
    assert_eq!(absent[1], (Signal::UsageDrop, 0.7, 20));
    assert_eq!(absent[2], (Signal::Feedback, 1.0, 5));
    assert_eq!(of("smaller"), Some(vec![(Signal::Contraction, 30.0, 10)]));
    for silent in ["grown", "back", "asked later"] {
        assert_eq!(of(silent), Some(Vec::new()), "{silent}");
    }
    assert_eq!(of("new"), Some(vec![(Signal::Tenure, 61.0, 5)]));
    assert_eq!((of("gone"), of("unknown")), (None, None));
    let counts: Vec<u64> = risks.levels.iter().map(|level| level.customers).collect();
    assert_eq!(counts, [0, 0, 1, 6, 1]);
    // Inactivity 25, drop 20, contraction 10 and tenure 5, as all were there five months ago; with an answer of the last
    // year 20 more.
    let possible = |name: &str| {
        let of = risks.customers.iter().find(|of| of.customer == name).expect("a customer");
        (of.points, of.points_possible, of.score, of.mrr.expect("MRR").to_decimal())
    };
    assert_eq!(possible("quiet"), (0, 80, 0, "10.00".to_owned()));
    assert_eq!(possible("grown"), (0, 60, 0, "20.00".to_owned()));
    assert_eq!(possible("asked later"), (0, 60, 0, "10.00".to_owned()));
    // 15, 20 and 5 of 80.
    assert_eq!(possible("absent"), (40, 80, 50, "10.00".to_owned()));
}

#[test]
fn events_that_end_long_before_say_nothing() {
    // A month is not long: June has thirty days.
    let rows = [("a", "", STEADY, daily("2025-01-01", "2025-05-31"), Some(("2025-06-01", 9)))];
    assert_eq!(risks(&rows, "2025-05-31", &Question::default()).customers.len(), 1);
    let rows = [("a", "", STEADY, daily("2025-01-01", "2025-05-30"), Some(("2025-06-01", 9)))];
    assert_eq!(risks(&rows, "2025-05-30", &Question::default()).customers.len(), 0);
    // Ten days before the end of the month they are taken as they end.
    let rows = [("a", "", STEADY, daily("2025-01-01", "2025-06-20"), Some(("2025-06-01", 9)))];
    let risks = risks(&rows, "2025-06-20", &Question::default());
    assert_eq!(risks.customers.first().map(reasons), Some(Vec::new()));
}

/// Last there on the 9th, 22 days before July, and undecided; events fell by 70 %. Usually 15 + 20 + 5 of
/// 25 + 20 + 20 + 10 + 5 points are 50; with 40 points from three weeks on and none for the drop, 45 of 40 + 20 + 10 + 5 are 60.
#[test]
fn rules_are_settings() {
    let rows = [("a", "", STEADY, daily("2025-01-01", "2025-06-10"), Some(("2025-06-01", 7)))];
    let usual = risks(&rows, "2025-07-01", &Question::default());
    let found = |risks: &Risks| risks.customers.first().map(|of| (of.score, of.points, of.points_possible, of.level));
    assert_eq!(found(&usual), Some((50, 40, 80, RiskLevel::Medium)));
    let mut question = Question::default();
    for (name, value) in
        [("risk_inactivity", "21:40"), ("risk_usage_drop", ""), ("risk_needed", "75"), ("risk_levels", "60,20")]
    {
        assert_eq!(question.settings.set(name, value), Ok(()));
    }
    let own = risks(&rows, "2025-07-01", &question);
    assert_eq!(found(&own), Some((60, 45, 75, RiskLevel::High)));
    assert_eq!(question.settings.set("risk_needed", "76"), Ok(()));
    let unknown = risks(&rows, "2025-07-01", &question);
    assert_eq!((found(&unknown), unknown.levels[4].customers), (None, 1));
    assert_eq!(question.settings.set("risk_levels", "61,60"), Ok(()));
    assert_eq!(question.settings.set("risk_needed", "1"), Ok(()));
    assert_eq!(found(&risks(&rows, "2025-07-01", &question)), Some((60, 45, 75, RiskLevel::Medium)));
}

/// Who is there when the data begin may have come long before.
#[test]
fn who_was_there_at_the_first_closing_is_not_called_new() {
    let always = || daily("2025-01-01", "2025-04-01");
    let rows: Vec<Row<'_>> = vec![
        ("from the first on", "", &[10.0; 3], always(), Some(("2025-03-01", 9))),
        // Since the closing of February, 31 days before April.
        ("later", "", &[0.0, 10.0, 10.0], always(), Some(("2025-03-01", 9))),
    ];
    let risks = risks(&rows, "2025-04-01", &Question::default());
    let found: Vec<_> =
        risks.customers.iter().map(|of| (of.customer.as_str(), reasons(of), of.points_possible)).collect();
    assert_eq!(found, [("from the first on", Vec::new(), 75), ("later", vec![(Signal::Tenure, 31.0, 5)], 80)]);
}

/// Sixty days must be known: here the first of them are missing, so that fifteen events against none would look like growth
/// and three against fifteen like a drop.
#[test]
fn a_drop_takes_two_whole_windows() {
    let days = [daily("2025-05-17", "2025-06-01"), daily("2025-06-28", "2025-07-01")].concat();
    let known = [daily("2025-05-02", "2025-05-03"), days.clone()].concat();
    let of = |days: Vec<Day>| {
        let rows = [("a", "", STEADY, days, Some(("2025-06-01", 9)))];
        risks(&rows, "2025-07-01", &Question::default()).customers.first().map(reasons)
    };
    assert_eq!(of(days), Some(Vec::new()));
    // The 2nd of May is the sixtieth day before July: 16 events, then 3.
    assert_eq!(of(known), Some(vec![(Signal::UsageDrop, 13.0 / 16.0, 20)]));
}

/// Two people work for one firm: it was there when the later of them was, and their events are added up.
#[test]
fn a_firm_has_the_activity_of_all_its_users() {
    let amounts = [("firm", "", STEADY)];
    let mut joined = Joined::new(Dataset::Ledger(ledger("2025-01", &amounts)), "mrr.csv", Vec::new()).expect("a base");
    // Ten days in May by each; in June one of them comes on three days, the last one 12 days before July.
    let [ann, bob] = ["ann", "bob"].map(|user| {
        let days = [daily("2025-01-01", "2025-01-02"), daily("2025-05-05", "2025-05-15")].concat();
        let more = if user == "bob" { daily("2025-06-17", "2025-06-20") } else { Vec::new() };
        [days, more].concat().into_iter().map(|day| (user, day.to_iso())).collect::<Vec<_>>()
    });
    let days = [ann, bob].concat();
    let days: Vec<(&str, &str, &str)> = days.iter().map(|(user, day)| (*user, day.as_str(), "use")).collect();
    let mut firms = Aliases::new(JoinKey::Customer);
    firms.push("ann", "firm");
    firms.push("bob", "firm");
    joined.add(Dataset::Events(events(&days, "2025-07-01")), "events.csv", vec![firms]).expect("events");
    let risks = joined.report::<()>(&Question::default(), Vec::new()).risk.expect("risks");
    // 20 events in the 30 days up to June, 3 in June.
    let expected = vec![(Signal::Inactivity, 12.0, 5), (Signal::UsageDrop, 0.85, 20)];
    assert_eq!(risks.customers.first().map(reasons), Some(expected));
}

#[test]
fn internal_users_are_nobodys_activity() {
    let always = || daily("2025-01-01", "2025-07-01");
    let rows = [("a@us.example", "", STEADY, always(), Some(("2025-06-01", 9)))];
    let mut question = Question::default();
    assert_eq!(risks(&rows, "2025-07-01", &question).customers.len(), 1);
    // Without the activity 20 points of the answer and 10 of contractions are too few to tell.
    question.settings.usage.excluded_domains = vec!["us.example".to_owned()];
    assert_eq!(risks(&rows, "2025-07-01", &question).customers.len(), 0);
}

#[test]
fn the_list_is_that_of_the_segment_and_the_month_asked_for() {
    let rows: Vec<Row<'_>> = vec![
        ("a", "x", STEADY, daily("2025-01-01", "2025-05-01"), Some(("2025-02-01", 0))),
        ("b", "y", STEADY, daily("2025-01-01", "2025-07-01"), Some(("2025-02-01", 0))),
    ];
    let segment = Some(SegmentValue { column: "Segment".to_owned(), value: "x".to_owned() });
    let june = risks(&rows, "2025-07-01", &Question { segment, ..Question::default() });
    assert_eq!(june.customers.iter().map(|of| of.customer.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!((june.as_of, june.customers[0].level), (day("2025-07-01"), RiskLevel::High));
    let figures = Question { extent: Extent::Figures, ..Question::default() };
    assert_eq!(ask(&rows, "2025-07-01", &figures).risk, None);
    let april = risks(&rows, "2025-07-01", &Question { to: Some(month("2025-04")), ..Question::default() });
    assert_eq!((april.as_of, april.customers[0].level), (day("2025-05-01"), RiskLevel::Low));
}

/// Billing with events up to July and answers, joined.
fn beside(base: Dataset, days: &[(&str, Vec<Day>)], answered: &[(&str, &str, u8)], question: &Question) -> Report<()> {
    let days: Vec<(&str, String)> =
        days.iter().flat_map(|(user, days)| days.iter().map(|day| (*user, day.to_iso()))).collect();
    let days: Vec<(&str, &str, &str)> = days.iter().map(|(user, day)| (*user, day.as_str(), "use")).collect();
    let mut joined = Joined::new(base, "billing.csv", Vec::new()).expect("a base");
    joined.add(Dataset::Events(events(&days, "2025-07-01")), "events.csv", Vec::new()).expect("events");
    joined.add(Dataset::Responses(answers(answered)), "nps.csv", Vec::new()).expect("answers");
    joined.report(question, Vec::new())
}

/// Customers by status: name, whether they have left, months there, what they pay.
fn by_status(rows: &[(&str, bool, Option<f64>, i64)], knows_revenue: bool) -> Dataset {
    let mut customers = Names::default();
    for (name, ..) in rows {
        customers.push(name);
    }
    Dataset::Status(StatusTable {
        customers,
        churned: rows.iter().map(|row| row.1).collect(),
        tenure: Some(rows.iter().map(|row| row.2).collect()),
        revenue: knows_revenue.then(|| rows.iter().map(|row| row.3 * 100_000_000).collect()),
        segments: Vec::new(),
        currency: Currency::EUR,
    })
}

const STATUS: [(&str, bool, Option<f64>, i64); 4] = [
    ("absent", false, Some(10.0), 100),
    ("gone", true, Some(10.0), 70),
    ("young", false, Some(2.0), 30),
    ("silent", false, None, 20),
];

/// Who is absent has 15 + 20 + 20 of 25 + 20 + 20 + 5 points: the file says nothing of payments, renewals and contractions.
/// Two months are 61 days, 5 of 70. Nothing is known of who is silent, and who is gone is not at risk.
fn of_status(knows_revenue: bool) -> Report<()> {
    let days = [
        ("absent", daily("2025-01-01", "2025-06-10")),
        ("young", daily("2025-01-01", "2025-07-01")),
        ("gone", daily("2025-01-01", "2025-02-01")),
    ];
    let answered = [("absent", "2025-06-01", 2), ("gone", "2025-06-01", 0), ("young", "2025-06-02", 9)];
    beside(by_status(&STATUS, knows_revenue), &days, &answered, &Question::default())
}

#[test]
fn customers_by_status_are_at_risk_as_far_as_something_is_known_of_them() {
    let report = of_status(true);
    let risks = report.risk.expect("risks");
    assert_eq!(risks.as_of, day("2025-07-01"));
    let found: Vec<_> = risks
        .customers
        .iter()
        .map(|of| (of.customer.as_str(), of.level, of.points, of.points_possible, of.mrr.map(|mrr| mrr.to_decimal())))
        .collect();
    let mrr = |text: &str| Some(text.to_owned());
    assert_eq!(
        found,
        [("absent", RiskLevel::High, 55, 70, mrr("100.00")), ("young", RiskLevel::Low, 5, 70, mrr("30.00"))]
    );
    assert_eq!((risks.levels[4].customers, risks.levels[4].mrr.map(|mrr| mrr.to_decimal())), (1, mrr("20.00")));
    assert!(risks.back_test.is_empty());
    // 100 of 150; 130 have answered; who is gone pays nothing.
    check(
        &report.metrics[&Key::DetractorRevenueAtRisk],
        "value=100 share=0.666667 coverage=0.866667 matched=2 zero_mrr=1 former_detractors=0 expected_loss=none",
    );
}

#[test]
fn without_revenue_the_risk_has_no_amounts_and_says_what_it_lacks() {
    let report = of_status(false);
    let risks = report.risk.expect("risks");
    assert_eq!(risks.customers.iter().map(|of| (of.points, of.mrr)).collect::<Vec<_>>(), [(55, None), (5, None)]);
    assert!(risks.levels.iter().all(|level| level.mrr.is_none() && level.share.is_none()));
    let detractors = &report.metrics[&Key::DetractorRevenueAtRisk];
    check(detractors, "value=none status=missing_input");
    assert_eq!(detractors.needs.as_deref(), Some("mrr"));
}

/// 20 points of an answer and 5 of the time as a customer tell too little: that is said of all.
#[test]
fn too_little_is_named_and_not_left_out() {
    let mut joined = Joined::new(by_status(&STATUS, true), "status.csv", Vec::new()).expect("a base");
    let table = answers(&[("absent", "2025-06-01", 2)]);
    joined.add(Dataset::Responses(table), "nps.csv", Vec::new()).expect("answers");
    let risks = joined.report::<()>(&Question::default(), Vec::new()).risk.expect("risks");
    assert_eq!((risks.as_of, risks.customers.len()), (day("2025-07-01"), 0));
    assert_eq!(risks.levels.iter().map(|level| level.customers).collect::<Vec<_>>(), [0, 0, 0, 0, 3]);
}

/// Payments of a euro: customer and day.
fn paid(rows: &[(&str, &str)]) -> Dataset {
    let (mut customers, mut builder) = (Names::default(), PurchaseBuilder::default());
    for (name, on) in rows {
        let customer = number(&mut customers, name);
        let payment = Payment { amount: 100_000_000, refunded: 0, succeeded: true, renewal: false };
        builder.receive(Received { customer, day: day(on), second: 0, id: 0, payment });
    }
    Dataset::Purchases(builder.finish(customers, Vec::new(), Currency::EUR, day("2025-07-01")).0)
}

/// The 1st of July 2024 is 365 days before that of 2025. All use it every day and are passives: 5 of 70 points, 10 for the new
/// customer. That they are new is known only where the data begin a year before, otherwise 65 are possible.
#[test]
fn buyers_of_the_last_year_are_at_risk_without_mrr() {
    let rows = [
        ("old", "2024-01-05"),
        ("gone", "2024-06-30"),
        ("edge", "2024-07-01"),
        ("new", "2025-05-15"),
        ("old", "2025-06-05"),
    ];
    let of = |rows: &[(&str, &str)]| {
        let names = ["old", "gone", "edge", "new"];
        let days = names.map(|name| (name, daily("2025-01-01", "2025-07-01")));
        beside(paid(rows), &days, &names.map(|name| (name, "2025-06-01", 7)), &Question::default())
    };
    let found = |report: &Report<()>| {
        let risks = report.risk.clone().expect("risks");
        let customers = risks.customers.into_iter();
        customers.map(|of| (of.customer, of.points, of.points_possible, of.mrr)).collect::<Vec<_>>()
    };
    let points = |name: &str, points, possible| (name.to_owned(), points, possible, None);
    let report = of(&rows);
    assert_eq!(found(&report), [points("edge", 5, 70), points("new", 10, 70), points("old", 5, 70)]);
    let detractors = &report.metrics[&Key::DetractorRevenueAtRisk];
    check(detractors, "value=none status=missing_input");
    assert_eq!(detractors.needs.as_deref(), Some("service_start"));
    assert_eq!(found(&of(&rows[3..])), [points("new", 5, 65), points("old", 5, 65)]);
}

/// A subscription that is paid by the year from a day on; the number of its customer is still open.
fn yearly(begin: &str) -> SubscriptionRow {
    SubscriptionRow::new(0, day(begin), 120 * 100_000_000, Interval::Year, 1)
}

fn until(end: &str, row: SubscriptionRow) -> SubscriptionRow {
    SubscriptionRow { ended: Some(End { day: day(end), is_instant: true }), ..row }
}

/// Subscriptions as of the 1st of July and one answer of each customer, joined.
fn subscribed(rows: &[(&str, SubscriptionRow)], answered: (&str, u8), question: &Question) -> Risks {
    let mut customers = Names::default();
    let rows: Vec<SubscriptionRow> =
        rows.iter().map(|(who, row)| SubscriptionRow { customer: number(&mut customers, who), ..*row }).collect();
    let names: Vec<String> = customers.iter().map(str::to_owned).collect();
    let answered: Vec<(&str, &str, u8)> = names.iter().map(|name| (name.as_str(), answered.0, answered.1)).collect();
    let table = SubscriptionTable { customers, rows, as_of: Some(day("2025-07-01")), ..SubscriptionTable::default() };
    let base = Dataset::Subscriptions(Box::new(Subscriptions::new(table)));
    let mut joined = Joined::new(base, "subscriptions.csv", Vec::new()).expect("a base");
    joined.add(Dataset::Responses(answers(&answered)), "nps.csv", Vec::new()).expect("answers");
    joined.report::<()>(question, Vec::new()).risk.expect("risks")
}

/// Each customer by what its rows say at the beginning of July; all are promoters.
#[test]
fn signals_come_from_the_rows_of_subscriptions() {
    let overdue = |overdue, row| SubscriptionRow { overdue: Some(overdue), ..row };
    let rows = [
        ("steady", yearly("2024-01-15")),
        // Due on the 31st, 30 days later; a day more is asked for no longer.
        ("renewing", yearly("2024-07-31")),
        ("renewing later", yearly("2024-08-01")),
        ("renewing today", yearly("2024-07-01")),
        // The earlier one of two renewals.
        ("renewing twice", yearly("2024-07-21")),
        ("renewing twice", yearly("2024-07-11")),
        ("overdue", overdue(true, yearly("2024-01-15"))),
        ("overdue", overdue(false, yearly("2024-01-15"))),
        // What has ended is asked to pay no longer, and its end is a contraction of January.
        ("settled", until("2025-01-31", overdue(true, yearly("2024-01-15")))),
        ("settled", overdue(false, yearly("2024-01-15"))),
        // It would be due on the day of its end.
        (
            "leaving",
            SubscriptionRow { cancelled: Some(day("2025-06-10")), ..until("2025-07-20", yearly("2024-07-20")) },
        ),
        // Half of it ends on the 1st of June.
        ("smaller", until("2025-06-01", yearly("2024-01-15"))),
        ("smaller", yearly("2024-01-15")),
        // The same on the 1st of July is not known when that day begins.
        ("smaller tomorrow", until("2025-07-01", yearly("2024-01-15"))),
        ("smaller tomorrow", yearly("2024-01-15")),
        // Who left and came back has paid no less.
        ("back", until("2025-06-01", yearly("2024-01-15"))),
        ("back", yearly("2025-06-15")),
        // It owes for what begins on the 1st of July.
        ("overdue tomorrow", yearly("2024-01-15")),
        ("overdue tomorrow", overdue(true, yearly("2025-07-01"))),
        ("young", yearly("2025-05-15")),
        ("to come", yearly("2025-07-10")),
    ];
    let risks = subscribed(&rows, ("2025-06-01", 9), &Question::default());
    let of = |name: &str| risks.customers.iter().find(|of| of.customer == name).map(reasons);
    for (name, expected) in [
        ("steady", Some(Vec::new())),
        ("renewing", Some(vec![(Signal::Renewal, 30.0, 5)])),
        ("renewing later", Some(Vec::new())),
        ("renewing today", Some(vec![(Signal::Renewal, 0.0, 5)])),
        ("renewing twice", Some(vec![(Signal::Renewal, 10.0, 5)])),
        ("overdue", Some(vec![(Signal::Payment, 1.0, 15)])),
        ("settled", Some(Vec::new())),
        ("leaving", Some(Vec::new())),
        ("smaller", Some(vec![(Signal::Contraction, 30.0, 10)])),
        ("smaller tomorrow", Some(Vec::new())),
        ("back", Some(Vec::new())),
        ("overdue tomorrow", Some(Vec::new())),
        ("young", Some(vec![(Signal::Tenure, 47.0, 5)])),
        ("to come", None),
    ] {
        assert_eq!(of(name), expected, "{name}");
    }
    let leaving: Vec<&str> =
        risks.customers.iter().filter(|of| of.level == RiskLevel::Leaving).map(|of| of.customer.as_str()).collect();
    assert_eq!(leaving, ["leaving"]);
}

/// Ten customers have cancelled on the last day of March and nine on the next day, one has not said when; all twenty are gone in June, and five stay. The first
/// leave 1 ÷ (20 ÷ 25) times as often as all, the others (10 ÷ 15) ÷ (20 ÷ 25) times. That the five owe money is known
/// of July alone: at the end of March a passive's 5 of 40 points are low, in July 20 of 55 are medium.
#[test]
fn what_was_not_known_then_tests_nothing() {
    let names: Vec<String> = (0..25).map(|number| format!("c{number:02}")).collect();
    let ending = until("2025-05-31", yearly("2024-01-15"));
    let rows: Vec<(&str, SubscriptionRow)> = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let row = match place {
                0..10 => SubscriptionRow { cancelled: Some(day("2025-03-31")), ..ending },
                10..19 => SubscriptionRow { cancelled: Some(day("2025-04-01")), ..ending },
                // It does not say when.
                19 => ending,
                _ => SubscriptionRow { overdue: Some(true), ..yearly("2024-01-15") },
            };
            (name.as_str(), row)
        })
        .collect();
    let july = subscribed(&rows, ("2025-02-01", 7), &Question::default());
    let tested =
        |level: RiskLevel| &july.back_test.iter().find(|tested| tested.level == level).expect("a level").result;
    check(tested(RiskLevel::Leaving), "value=1 lift=1.25 n=10");
    check(tested(RiskLevel::Low), "value=0.666667 lift=0.833333 n=15");
    let owed = [(Signal::Feedback, 1.0, 5), (Signal::Payment, 1.0, 15)];
    assert_eq!(july.customers.len(), 5);
    assert!(july.customers.iter().all(|of| reasons(of) == owed && of.level == RiskLevel::Medium && of.score == 36));
    // What is written in July holds for the end of May, 30 days before, and not for that of April.
    let at = |to: &str| {
        let risks = subscribed(&rows, ("2025-02-01", 7), &Question { to: Some(month(to)), ..Question::default() });
        risks.customers.iter().find(|of| of.customer == "c20").map(reasons)
    };
    assert_eq!(at("2025-05").as_deref(), Some(&owed[..]));
    assert_eq!(at("2025-04").as_deref(), Some(&owed[..1]));
}

proptest! {
    #[test]
    fn levels_hold_every_customer_once_and_the_list_is_in_order(
        customers in prop::collection::vec((0_u8..4, 0_i32..70, prop::option::of(0_u8..11)), 1..12),
    ) {
        let names: Vec<String> = (0..customers.len()).map(|number| format!("c{number:02}")).collect();
        let amounts: Vec<[f64; 6]> = customers.iter().map(|(mrr, ..)| [f64::from(*mrr); 6]).collect();
        let rows: Vec<Row<'_>> = customers.iter().zip(&names).zip(&amounts).map(|(((_, silent, score), name), amounts)| {
            let until = Day(day("2025-07-01").0 - silent).to_iso();
            (name.as_str(), "", &amounts[..], daily("2025-03-01", &until), score.map(|score| ("2025-06-01", score)))
        }).collect();
        let report = ask(&rows, "2025-07-01", &Question::default());
        let risks = report.risk.expect("risks");
        let there = customers.iter().filter(|(mrr, ..)| *mrr > 0).count() as u64;
        prop_assert_eq!(risks.levels.iter().map(|level| level.customers).sum::<u64>(), there);
        let mrr: i64 = customers.iter().map(|(mrr, ..)| i64::from(*mrr)).sum();
        let sum: f64 = risks.levels.iter().filter_map(|level| level.mrr).map(|mrr| mrr.as_f64()).sum();
        prop_assert_eq!(sum, mrr as f64);
        prop_assert_eq!(report.metrics[&Key::Mrr].value.map(|value| value.as_f64()), Some(mrr as f64));
        let known: u64 = risks.levels.iter().filter(|level| level.level.is_some()).map(|level| level.customers).sum();
        prop_assert_eq!(risks.customers.len() as u64, known);
        let place = |of: &CustomerAtRisk| (of.level, of.mrr.map(|mrr| -mrr.units), of.customer.clone());
        prop_assert!(risks.customers.is_sorted_by_key(place));
        for of in &risks.customers {
            prop_assert_eq!(of.reasons.iter().map(|reason| reason.points).sum::<u32>(), of.points);
            prop_assert!(of.points <= of.points_possible && of.points_possible >= 40);
        }
    }
}
