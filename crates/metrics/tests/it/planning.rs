//! Examples of feedback, risk and planning under their ids in metrics.md, and what holds for every input.

use crate::common::{NPS, check, d1, d4, ledger, month, responses};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::feedback::{Asked, Group, Reading};
use keeprate_metrics::forecast::*;
use keeprate_metrics::ledger::{Dataset, Ledger, Names, ResponseTable, Totals};
use keeprate_metrics::planning::change;
use keeprate_metrics::report::{Question, Report, report};
use keeprate_metrics::result::{Flag, MetricResult, Scope, Status, Value};
use keeprate_metrics::risk::*;
use keeprate_metrics::statistics::{Interval, Level, holm, wilson};
use proptest::prelude::*;

fn s() -> Scope {
    Scope::default()
}

/// Whole currency units as fixed-point units.
fn money(units: f64) -> i128 {
    (units * 1e8).round() as i128
}

fn close(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-6, "{actual} instead of {expected}");
}

fn d1_ledger() -> Ledger {
    let Dataset::Ledger(ledger) = d1() else { panic!("a ledger") };
    ledger
}

/// D4 with the customers of 8.4: the letter that each respondent's name begins with.
fn d4_joined() -> ResponseTable {
    let mut table = d4();
    let mut customers = Names::default();
    customers.push("");
    for place in 0..table.responses.len() {
        let name = table.comments.get(table.responses[place].comment).to_owned();
        let letter = name[..1].to_uppercase();
        let known = customers.iter().position(|known| known == letter);
        let number = known.map_or_else(|| customers.push(&letter), |number| number as u32);
        table.responses[place].customer = number;
    }
    table.customers = customers;
    table
}

fn at_risk(of: &str, attribution: Attribution) -> MetricResult {
    detractor_revenue_at_risk(&s(), &d4_joined(), &d1_ledger(), month(of), attribution)
}

/// A lifetime has no test of its own: it has changed where the intervals share no month. An exact figure always has.
#[test]
fn an_estimate_has_changed_where_the_intervals_lie_apart() {
    let lifetime = |low: f64, high: f64| {
        let value = MetricResult::new(Key::CustomerLifetime, &s()).value(Value::Number((low + high) / 2.0));
        value.interval(Some(Interval { low, high }), Level::NinetyFive, "test")
    };
    let exact = |months: f64| MetricResult::new(Key::CustomerLifetime, &s()).value(Value::Number(months));
    for (now, before, proven) in [
        (lifetime(2.0, 4.0), lifetime(5.0, 9.0), Some(true)),
        (lifetime(10.0, 12.0), lifetime(5.0, 9.0), Some(true)),
        (lifetime(2.0, 5.0), lifetime(5.0, 9.0), Some(false)),
        (lifetime(6.0, 7.0), lifetime(5.0, 9.0), Some(false)),
        (lifetime(2.0, 4.0), exact(7.0), Some(false)),
        (exact(3.0), exact(7.0), None),
    ] {
        assert_eq!(change(&now, &before, Level::NinetyFive).and_then(|change| change.proven), proven);
    }
}

/// The first example of the sheet: inactive for 35 days, usage down by 60 %, a detractor, paid, no contraction, renewal
/// in 20 days, a customer for 400.
fn all_known() -> Signals {
    Signals {
        inactive_days: Some(35.0),
        events: Some((4, 10)),
        feedback: Some((Group::Bad, 10.0)),
        overdue: Some(false),
        contraction_days: Some(f64::INFINITY),
        renewal_days: Some(20.0),
        tenure_days: Some(400.0),
        leaving: false,
    }
}

fn without_usage() -> Signals {
    Signals {
        inactive_days: None,
        events: None,
        feedback: Some((Group::Good, 10.0)),
        overdue: Some(true),
        contraction_days: Some(40.0),
        renewal_days: Some(200.0),
        ..all_known()
    }
}

fn dates_alone() -> Signals {
    Signals { renewal_days: Some(20.0), tenure_days: Some(400.0), ..Signals::default() }
}

fn risk(signals: Signals) -> MetricResult {
    churn_risk(&s(), &signals, &Rules::default()).result
}

fn only(change: fn(&mut Signals)) -> Signals {
    let mut signals = Signals {
        inactive_days: Some(0.0),
        events: Some((10, 10)),
        feedback: Some((Group::Good, 10.0)),
        overdue: Some(false),
        contraction_days: Some(91.0),
        renewal_days: Some(31.0),
        tenure_days: Some(90.0),
        leaving: false,
    };
    change(&mut signals);
    signals
}

const PACE: CustomerPace = CustomerPace { churn: 0.05, interval: None, new: 10.0 };

fn customers(pace: CustomerPace) -> Forecast {
    forecast_customers(&s(), 100.0, Some(&pace), 12)
}

fn with_bounds() -> CustomerPace {
    CustomerPace { interval: wilson(5.0, 100.0, Level::NinetyFive.z()), ..PACE }
}

fn revenue(start: f64, rates: [f64; 3], new: f64) -> Forecast {
    let [churn, contraction, expansion] = rates;
    forecast_mrr(&s(), money(start), Some(&RevenuePace { churn, contraction, expansion, new: money(new) }), 12)
}

/// A margin of 80 a month and an MRR of 100,000 without new customers, as the examples of `sensitivity` have it.
const COMPANY: Assumptions = Assumptions {
    churn: 0.05,
    contraction: 0.0,
    expansion: 0.0,
    arpa: 100 * 100_000_000,
    gross_margin: 0.8,
    customers: 100.0,
    new: 10.0,
    mrr: 100_000 * 100_000_000,
    mrr_new: 0,
};

fn what_if(lever: Lever, change: Change) -> Sensitivity {
    sensitivity(&s(), &COMPANY, lever, change)
}

fn d1_by_segment() -> Report<()> {
    let question = Question {
        from: Some(month("2025-02")),
        to: Some(month("2025-06")),
        segments_of: Some("Segment".to_owned()),
        ..Question::default()
    };
    report(&d1(), &question, Vec::new())
}

fn of_segment(name: &str, key: Key) -> MetricResult {
    let report = d1_by_segment();
    let entry = report.segments.iter().find(|entry| entry.segment.value == name).expect("the segment");
    entry.metrics[&key].clone()
}

examples! {
    detractor_revenue_at_risk_1: at_risk("2025-06", Attribution::Any) => "value=490 share=0.597561 coverage=1";
    detractor_revenue_at_risk_2: at_risk("2025-06", Attribution::Weighted) => "value=365 share=0.445122";
    detractor_revenue_at_risk_3: at_risk("2025-06", Attribution::Majority) => "value=240 share=0.292683";
    detractor_revenue_at_risk_4: at_risk("2025-06", Attribution::Any) => "matched=7 unmatched=1 zero_mrr=1";
    // F's answer of January is the only one that early, and F is no customer then.
    detractor_revenue_at_risk_before_the_answers: at_risk("2025-04", Attribution::Any) => "value=none status=insufficient_data zero_mrr=1";
    // F's 120 of 920 in January: 13 %.
    detractor_revenue_at_risk_of_few: at_risk("2025-01", Attribution::Any) => "value=120 coverage=0.130435 flag=low_coverage";
    detractor_revenue_at_risk_beyond_the_data: at_risk("2026-01", Attribution::Any) => "value=none status=missing_period";
    detractor_revenue_at_risk_of_nobody: detractor_revenue_at_risk(&s(), &ResponseTable::default(), &d1_ledger(), month("2025-06"), Attribution::Any) => "value=none status=insufficient_data";
    detractor_revenue_at_risk_of_anonymous_answers: detractor_revenue_at_risk(&s(), &d4(), &d1_ledger(), month("2025-06"), Attribution::Any) => "status=insufficient_data unmatched=9";
    // In June everybody with MRR has answered; in January F alone, a detractor: 120 of 120, times 920.
    detractor_revenue_at_risk_extrapolated: at_risk("2025-06", Attribution::Extrapolated) => "variant=extrapolated value=490 share=0.597561 coverage=1 flag=estimate";
    detractor_revenue_at_risk_extrapolated_from_few: at_risk("2025-01", Attribution::Extrapolated) => "value=920 share=1 flag=estimate flag=low_coverage";
    detractor_revenue_at_risk_extrapolated_from_none: at_risk("2025-04", Attribution::Extrapolated) => "value=none status=insufficient_data";
    // Nobody answered a year before.
    detractor_revenue_at_risk_expected_loss_of_d4: detractor_expected_loss(&s(), &d4_joined(), &d1_ledger(), month("2025-06")) => "variant=expected_loss value=none status=insufficient_data former_detractors=0 flag=estimate";
    detractor_revenue_at_risk_expected_loss_beyond_the_data: detractor_expected_loss(&s(), &d4_joined(), &d1_ledger(), month("2026-01")) => "value=none status=missing_period";

    churn_risk_1: risk(all_known()) => "points=70 points_possible=100 value=70 variant=high";
    churn_risk_2: risk(without_usage()) => "points=25 points_possible=55 value=45 variant=medium";
    churn_risk_3: risk(dates_alone()) => "value=none points_possible=10 status=insufficient_data";
    churn_risk_4: risk(Signals { leaving: true, ..dates_alone() }) => "value=100 variant=leaving";
    churn_risk_of_a_quiet_customer: risk(only(|_| ())) => "value=0 variant=low points_possible=100";
    churn_risk_of_an_old_answer: risk(only(|signals| signals.feedback = Some((Group::Bad, 366.0)))) => "value=0 points_possible=80";
    churn_risk_of_few_events: risk(only(|signals| signals.events = Some((0, 4)))) => "value=0 points_possible=80";

    forecast_1: customers(PACE).result => "value=145.963991 steady_state=200 flag=estimate unit=count";
    forecast_2: customers(with_bounds()).result => "optimistic=183.755595 pessimistic=92.021529";
    forecast_3: revenue(10_000., [0.03, 0.01, 0.02], 500.).result => "value=13229.249144 steady_state=25000 unit=money";
    forecast_4: revenue(1000., [0.03, 0.01, 0.04], 50.).result => "value=1600 steady_state=none";
    forecast_of_a_growing_base: revenue(1000., [0.0, 0.0, 0.01], 0.).result => "steady_state=none";
    forecast_without_churn: customers(CustomerPace { churn: 0.0, ..PACE }).result => "value=220 steady_state=none";
    forecast_of_too_short_a_past: forecast_customers(&s(), 100.0, None, 12).result => "value=none status=insufficient_data";
    forecast_too_far_ahead: forecast_customers(&s(), 100.0, Some(&PACE), 37).result => "value=none status=error warning=E-AGG-RANGE";
    forecast_of_more_than_all: revenue(1000., [0.9, 0.2, 0.0], 0.).result => "value=none status=error";

    sensitivity_1: what_if(Lever::Churn, Change::Absolute(-0.01)).result => "value=7234.966967 lifetime_change=5 cltv_change=400 churn=0.05 churn_changed=0.04 flag=estimate";
    sensitivity_1_base: what_if(Lever::Churn, Change::Absolute(-0.01)).base.mrr.result => "value=54036.008766";
    sensitivity_1_changed: what_if(Lever::Churn, Change::Absolute(-0.01)).changed.mrr.result => "value=61270.975733";
    sensitivity_1_lifetime: what_if(Lever::Churn, Change::Absolute(-0.01)).changed.lifetime => "value=25";
    sensitivity_1_cltv: what_if(Lever::Churn, Change::Absolute(-0.01)).changed.cltv => "value=2000";
    sensitivity_2: what_if(Lever::Churn, Change::Relative(-0.5)).changed.mrr.result => "value=73799.834583";
    sensitivity_2_lifetime: what_if(Lever::Churn, Change::Relative(-0.5)).changed.lifetime => "value=40";
    sensitivity_2_cltv: what_if(Lever::Churn, Change::Relative(-0.5)).changed.cltv => "value=3200";
    sensitivity_3: what_if(Lever::Churn, Change::Absolute(-0.01)).base.customers.result => "value=145.963991";
    sensitivity_3_changed: what_if(Lever::Churn, Change::Absolute(-0.01)).changed.customers.result => "value=158.093536";
    // Clamped to 0: nobody leaves.
    sensitivity_without_churn: what_if(Lever::Churn, Change::Absolute(-0.2)).changed.cltv => "value=none status=infinite";
    sensitivity_without_churn_has_a_value: what_if(Lever::Churn, Change::Absolute(-0.2)).result => "churn_changed=0 lifetime_change=none value=45963.991234";
    sensitivity_of_price: what_if(Lever::Arpa, Change::Absolute(10.0)).result => "cltv_change=160 value=5403.600877 customers_change=0";
    sensitivity_of_growth: what_if(Lever::New, Change::Relative(1.0)).changed.customers.result => "new=20";

    segment_comparison_2_enterprise_nrr: of_segment("Enterprise", Key::Nrr) => "value=0.916667 flag=very_low_n";
    segment_comparison_2_enterprise_grr: of_segment("Enterprise", Key::Grr) => "value=0.833333 flag=very_low_n";
    segment_comparison_2_smb_nrr: of_segment("SMB", Key::Nrr) => "value=0.59375 flag=very_low_n";
    segment_comparison_2_smb_grr: of_segment("SMB", Key::Grr) => "value=0.5 flag=very_low_n";
}

#[test]
fn segment_comparison_3() {
    let parts = [("Enterprise", 600.0), ("SMB", 320.0)].map(|(name, base)| {
        let nrr = of_segment(name, Key::Nrr);
        close(nrr.denominator.expect("a base").as_f64(), base);
        base / 920.0 * nrr.number().expect("a value")
    });
    close(parts.iter().sum(), 0.804348);
    check(&d1_by_segment().metrics[&Key::Nrr], "value=0.804348");
}

#[test]
fn feedback_by_segment_3() {
    let adjusted = holm(&[0.010, 0.030, 0.040]);
    for (adjusted, (expected, significant)) in adjusted.into_iter().zip([(0.03, true), (0.06, false), (0.06, false)]) {
        close(adjusted, expected);
        assert_eq!(adjusted <= 0.05, significant);
    }
}

#[test]
fn forecast_1_and_3_month_by_month() {
    let values = customers(PACE).values;
    for (month, expected) in [(0, 100.0), (1, 105.0), (2, 109.75), (12, 145.963991)] {
        close(values[month], expected);
    }
    let values = revenue(10_000., [0.03, 0.01, 0.02], 500.).values;
    for (month, expected) in [(1, 10_300.0), (2, 10_594.0), (12, 13_229.249144)] {
        close(values[month], expected);
    }
}

/// Customers or MRR of 100, 5 % lost and 10 new in each of so many months, or with one of the numbers another one.
#[test]
fn forecasts_end_where_numbers_are_none() {
    let pace = CustomerPace { churn: 0.05, interval: None, new: 10.0 };
    let customers =
        |start: f64, pace: CustomerPace, months| forecast_customers(&s(), start, Some(&pace), months).result;
    check(&customers(100.0, pace, 1), "value=105");
    check(&customers(0.0, CustomerPace { new: 0.0, ..pace }, 36), "value=0");
    check(&customers(100.0, CustomerPace { churn: 1.0, ..pace }, 2), "value=10 steady_state=10");
    let mrr_pace = RevenuePace { churn: 0.05, contraction: 0.0, expansion: 0.0, new: money(10.) };
    let mrr = |start: i128, pace: RevenuePace, months| forecast_mrr(&s(), start, Some(&pace), months).result;
    check(&mrr(money(100.), mrr_pace, 1), "value=105 steady_state=200");
    check(&mrr(0, RevenuePace { new: 0, ..mrr_pace }, 36), "value=0");
    // All is lost each month, so that what is new is all there is.
    check(&mrr(money(100.), RevenuePace { contraction: 0.95, ..mrr_pace }, 2), "value=10 steady_state=10");
    // As much is won as lost.
    check(&mrr(money(100.), RevenuePace { expansion: 0.05, ..mrr_pace }, 2), "value=120 steady_state=none");
    for refused in [
        customers(100.0, pace, 0),
        customers(-1.0, pace, 1),
        customers(f64::INFINITY, pace, 1),
        customers(100.0, CustomerPace { new: -1.0, ..pace }, 1),
        customers(100.0, CustomerPace { churn: -0.01, ..pace }, 1),
        customers(100.0, CustomerPace { churn: 1.01, ..pace }, 1),
        mrr(money(100.), mrr_pace, 0),
        mrr(money(100.), mrr_pace, 37),
        mrr(-1, mrr_pace, 1),
        mrr(money(100.), RevenuePace { new: -1, ..mrr_pace }, 1),
        mrr(money(100.), RevenuePace { churn: -0.01, contraction: 0.5, ..mrr_pace }, 1),
        mrr(money(100.), RevenuePace { contraction: -0.01, ..mrr_pace }, 1),
        mrr(money(100.), RevenuePace { expansion: -0.01, ..mrr_pace }, 1),
        mrr(money(100.), RevenuePace { expansion: f64::INFINITY, ..mrr_pace }, 1),
        mrr(money(100.), RevenuePace { contraction: 0.951, ..mrr_pace }, 1),
    ] {
        check(&refused, "value=none status=error warning=E-AGG-RANGE");
    }
}

/// The points of each signal at its limits and just short of them, as the sheet's table has them.
#[test]
fn signals_give_points_from_their_limits_on() {
    let rules = Rules::default();
    let cases: [(Signals, u32); 20] = [
        (only(|signals| signals.inactive_days = Some(6.0)), 0),
        (only(|signals| signals.inactive_days = Some(7.0)), 5),
        (only(|signals| signals.inactive_days = Some(13.0)), 5),
        (only(|signals| signals.inactive_days = Some(14.0)), 15),
        (only(|signals| signals.inactive_days = Some(30.0)), 25),
        (only(|signals| signals.events = Some((6, 8))), 10),
        (only(|signals| signals.events = Some((7, 9))), 0),
        (only(|signals| signals.events = Some((5, 10))), 20),
        (only(|signals| signals.events = Some((20, 10))), 0),
        (only(|signals| signals.feedback = Some((Group::Neutral, 365.0))), 5),
        (only(|signals| signals.feedback = Some((Group::Bad, 365.0))), 20),
        (only(|signals| signals.overdue = Some(true)), 15),
        (only(|signals| signals.contraction_days = Some(90.0)), 10),
        (only(|signals| signals.contraction_days = Some(0.0)), 10),
        (only(|signals| signals.renewal_days = Some(30.0)), 5),
        (only(|signals| signals.renewal_days = Some(f64::INFINITY)), 0),
        (only(|signals| signals.tenure_days = Some(89.0)), 5),
        (only(|signals| signals.tenure_days = Some(0.0)), 5),
        (only(|signals| signals.overdue = None), 0),
        (Signals::default(), 0),
    ];
    for (signals, points) in cases {
        let given: u32 = churn_risk(&s(), &signals, &rules).reasons.iter().map(|reason| reason.points).sum();
        assert_eq!(given, points, "{signals:?}");
    }
}

#[test]
fn reasons_name_what_gave_points() {
    let reasons = churn_risk(&s(), &all_known(), &Rules::default()).reasons;
    let told: Vec<(Signal, f64, u32)> =
        reasons.iter().map(|reason| (reason.signal, reason.measure, reason.points)).collect();
    assert_eq!(
        told,
        [
            (Signal::Inactivity, 35.0, 25),
            (Signal::UsageDrop, 0.6, 20),
            (Signal::Feedback, 2.0, 20),
            (Signal::Renewal, 20.0, 5)
        ]
    );
}

#[test]
fn rules_can_be_edited() {
    let strict = Rules { high: 40, ..Rules::default() };
    assert_eq!(churn_risk(&s(), &without_usage(), &strict).level, Some(RiskLevel::High));
    let lenient = Rules { needed: 10, ..Rules::default() };
    assert_eq!(churn_risk(&s(), &dates_alone(), &lenient).result.number(), Some(50.0));
    let none = Rules { signals: Vec::new(), needed: 0, ..Rules::default() };
    check(&churn_risk(&s(), &all_known(), &none).result, "value=none status=insufficient_data");
}

/// Of all that can be known, and of inactivity, a drop and payments alone.
#[test]
fn levels_begin_at_their_limits() {
    let (inactive, drop, less) = (Some(30.0), Some((0, 10)), Some(0.0));
    let known = only(|_| ());
    for (signals, expected) in [
        // 25 + 20 + 10 + 5 of 100, and 25 + 20 + 10.
        (
            Signals { inactive_days: inactive, events: drop, contraction_days: less, tenure_days: less, ..known },
            "value=60 variant=high",
        ),
        (Signals { inactive_days: inactive, events: drop, contraction_days: less, ..known }, "value=55 variant=medium"),
        // 25 + 5, and 25.
        (Signals { inactive_days: inactive, tenure_days: less, ..known }, "value=30 variant=medium"),
        (Signals { inactive_days: inactive, ..known }, "value=25 variant=low"),
        // 25 and 15 can be known, or 20 and 15.
        (
            Signals { inactive_days: inactive, overdue: Some(false), ..Signals::default() },
            "value=63 points=25 points_possible=40 variant=high",
        ),
        (
            Signals { events: drop, overdue: Some(false), ..Signals::default() },
            "value=none points=20 points_possible=35 status=insufficient_data",
        ),
    ] {
        check(&risk(signals), expected);
    }
}

/// Answers of a customer who pays 30 of 100 at the close of June 2025.
fn asked_of(ledger: &Ledger, asked: Asked, rows: &[(&str, &str, u8)]) -> MetricResult {
    let rows: Vec<(&str, &str, &str, u8)> = rows.iter().map(|(who, day, score)| (*who, "", *day, *score)).collect();
    let mut table = responses(asked, &rows);
    let mut customers = Names::default();
    customers.push("");
    let customer = customers.push("A");
    table.customers = customers;
    for response in &mut table.responses {
        response.customer = customer;
    }
    detractor_revenue_at_risk(&s(), &table, ledger, month("2025-06"), Attribution::Any)
}

#[test]
fn answers_to_the_recommendation_of_the_last_365_days_count() {
    let paying = ledger("2025-06", &[("A", "", &[30.0]), ("B", "", &[70.0])]);
    let of = |rows: &[(&str, &str, u8)]| asked_of(&paying, NPS, rows);
    // The 1st of July 2024 is 365 days before that of 2025.
    check(&of(&[("a", "2024-07-01", 6)]), "value=30 share=0.3 coverage=0.3 matched=1");
    check(&of(&[("a", "2024-06-30", 6)]), "value=none status=insufficient_data matched=0");
    check(&of(&[("a", "2025-06-30", 6)]), "value=30");
    check(&of(&[("a", "2025-07-01", 6)]), "value=none status=insufficient_data");
    // The latest answer of each counts, whatever came before or comes after.
    check(&of(&[("a", "2025-06-01", 6), ("a", "2025-06-02", 7)]), "value=0 matched=1");
    check(&of(&[("a", "2025-06-01", 7), ("a", "2025-06-02", 6), ("a", "2025-07-01", 7)]), "value=30 matched=1");
    check(&of(&[("a", "2025-06-01", 6), ("b", "2025-06-02", 7)]), "value=30 matched=2");
    let satisfied = Asked { reading: Reading::Satisfaction, points: 5 };
    check(&asked_of(&paying, satisfied, &[("a", "2025-06-01", 1)]), "value=none status=insufficient_data matched=0");
}

/// A detracts and pays 30, B promotes and pays 10, the 60 of C are silent: three quarters of what is known, of 100.
#[test]
fn what_is_known_of_some_is_extrapolated_to_all() {
    let paying = ledger("2025-06", &[("A", "", &[30.0]), ("B", "", &[10.0]), ("C", "", &[60.0])]);
    let table = answered(&[("A", "2025-06-01", 6), ("B", "2025-06-01", 9)]);
    let result = detractor_revenue_at_risk(&s(), &table, &paying, month("2025-06"), Attribution::Extrapolated);
    check(&result, "value=75 share=0.75 coverage=0.4 matched=2");
}

/// One answer each of customers that are named.
fn answered(rows: &[(&str, &str, u8)]) -> ResponseTable {
    let scores: Vec<(&str, &str, &str, u8)> = rows.iter().map(|(who, day, score)| (*who, "", *day, *score)).collect();
    let mut table = responses(NPS, &scores);
    for (place, (who, ..)) in rows.iter().enumerate() {
        table.responses[place].customer = table.customers.push(who);
    }
    table
}

/// So many customers detracted in spring 2024, each at 10; the first of them are gone in June 2025. Three detractors pay
/// 100, 50 and 25 then, and one who detracts pays nothing any more.
fn losing(former: usize, gone: usize) -> (ResponseTable, Ledger) {
    let names: Vec<String> = (0..former).map(|number| format!("former {number:02}")).collect();
    let amounts = |place: usize| {
        let last = if place < gone { 0.0 } else { 10.0 };
        [&[10.0; 12][..], &[last]].concat()
    };
    let paid: Vec<Vec<f64>> = (0..former).map(amounts).collect();
    let mut rows: Vec<(&str, &str, &[f64])> =
        names.iter().zip(&paid).map(|(name, paid)| (name.as_str(), "", &paid[..])).collect();
    rows.extend([
        ("large", "", &[100.0; 13][..]),
        ("middle", "", &[50.0; 13]),
        ("small", "", &[25.0; 13]),
        ("ended", "", &[70.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        ("glad", "", &[80.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
    ]);
    // A promoter of then who is gone says nothing of detractors, nor does who detracts since.
    let mut answers: Vec<(&str, &str, u8)> = vec![("glad", "2024-04-01", 9)];
    answers.extend(names.iter().map(|name| (name.as_str(), "2024-05-01", 3)));
    answers.extend(["large", "middle", "small", "ended"].map(|name| (name, "2025-05-01", 0)));
    (answered(&answers), ledger("2024-06", &rows))
}

/// 6 of 30 are gone: a fifth of 175 is 35. Wilson's bounds of 6 ÷ 30 are 0.0950511 and 0.3730570 by the formula of 9.1.
#[test]
fn what_detractors_cost_is_told_by_those_of_a_year_ago() {
    let of = |(answers, ledger): &(ResponseTable, Ledger), month| detractor_expected_loss(&s(), answers, ledger, month);
    let june = of(&losing(30, 6), month("2025-06"));
    check(&june, "value=35 ci_low=16.63 ci_high=65.28 n=30 former_detractors=30 former_lost=6 former_churn=0.2");
    assert_eq!(june.flags, [Flag::Estimate]);
    check(&of(&losing(30, 0), month("2025-06")), "value=0 former_churn=0");
    check(&of(&losing(30, 30), month("2025-06")), "value=175 ci_high=175");
    check(
        &of(&losing(29, 29), month("2025-06")),
        "value=none status=insufficient_data former_detractors=29 former_lost=29",
    );
    // A month before there is no closing of a year ago.
    check(&of(&losing(30, 6), month("2025-05")), "value=none status=insufficient_data former_detractors=0");
}

#[test]
fn revenue_of_few_who_answered_says_so() {
    let coverage = |paid: f64| {
        let paying = ledger("2025-06", &[("A", "", &[paid]), ("B", "", &[100.0 - paid])]);
        let result = asked_of(&paying, NPS, &[("a", "2025-06-01", 6)]);
        (result.part_number("coverage"), result.flags)
    };
    assert_eq!(coverage(30.0), (Some(0.3), Vec::new()));
    assert_eq!(coverage(29.0), (Some(0.29), vec![Flag::LowCoverage]));
}

#[test]
fn levels_add_up_to_all_customers() {
    let customers =
        [(Some(RiskLevel::High), 300), (Some(RiskLevel::Low), 500), (None, 100), (Some(RiskLevel::High), 100)];
    let levels = risk_by_level(&customers);
    let told: Vec<(Option<RiskLevel>, u64, i128)> =
        levels.iter().map(|level| (level.level, level.customers, level.mrr)).collect();
    assert_eq!(
        told,
        [
            (Some(RiskLevel::Leaving), 0, 0),
            (Some(RiskLevel::High), 2, 400),
            (Some(RiskLevel::Medium), 0, 0),
            (Some(RiskLevel::Low), 1, 500),
            (None, 1, 100)
        ]
    );
    assert_eq!(levels.iter().filter_map(|level| level.share).sum::<f64>(), 1.0);
    assert!(risk_by_level(&[]).iter().all(|level| level.share.is_none()));
}

#[test]
fn a_rule_is_tested_on_what_happened_afterwards() {
    let of = |level, count, lost| (0..count).map(move |place| (level, place < lost));
    let past: Vec<(RiskLevel, bool)> =
        of(RiskLevel::High, 20, 10).chain(of(RiskLevel::Medium, 30, 3)).chain(of(RiskLevel::Low, 50, 2)).collect();
    let tested = back_test(&s(), &past);
    for (level, expected) in [
        (RiskLevel::High, "value=0.5 lift=3.333333 n=20 flag=low_n"),
        (RiskLevel::Medium, "value=0.1 lift=0.666667"),
        (RiskLevel::Low, "value=0.04 lift=0.266667"),
        (RiskLevel::Leaving, "value=none status=undefined_zero_base lift=none"),
    ] {
        check(&tested.iter().find(|(of, _)| *of == level).expect("a level").1, expected);
    }
    let few: Vec<(RiskLevel, bool)> = of(RiskLevel::High, 20, 9).collect();
    for (_, result) in back_test(&s(), &few) {
        check(&result, "value=none status=insufficient_data");
    }
}

fn months(rows: &[[i64; 3]]) -> Vec<Totals> {
    let of = |[start, lost, new]: &[i64; 3]| Totals {
        customers_start: Some(*start),
        customers_lost: Some(*lost),
        customers_new: Some(*new),
        mrr_start: Some(i128::from(*start) * 10),
        mrr_new: Some(i128::from(*new) * 10),
        mrr_churn: Some(i128::from(*lost) * 10),
        mrr_contraction: Some(i128::from(*lost)),
        mrr_expansion: Some(i128::from(*start)),
        ..Totals::default()
    };
    rows.iter().map(of).collect()
}

/// Seven months: the first one is too long ago to count.
#[test]
fn rates_are_pooled_over_six_months() {
    let past = months(&[[100, 90, 90], [100, 5, 5], [100, 5, 5], [100, 8, 20], [112, 6, 2], [108, 0, 4], [112, 4, 0]]);
    let pace = customer_pace(&past, Level::NinetyFive).expect("a pace");
    close(pace.churn, 28.0 / 632.0);
    close(pace.new, 6.0);
    assert_eq!(pace.interval, wilson(28.0, 632.0, Level::NinetyFive.z()));
    let pace = revenue_pace(&past).expect("a pace");
    close(pace.churn, 28.0 / 632.0);
    close(pace.contraction, 2.8 / 632.0);
    close(pace.expansion, 0.1);
    assert_eq!(pace.new, 60);
}

#[test]
fn two_months_are_no_pace() {
    let past = months(&[[100, 5, 5], [100, 5, 5], [0, 0, 0]]);
    assert_eq!((customer_pace(&past[..2], Level::NinetyFive), revenue_pace(&past[..2])), (None, None));
    assert!(customer_pace(&past, Level::NinetyFive).is_some());
    let nobody = months(&[[0, 0, 5]; 3]);
    assert_eq!((customer_pace(&nobody, Level::NinetyFive), revenue_pace(&nobody)), (None, None));
    let unknown = vec![Totals::default(); 6];
    assert_eq!((customer_pace(&unknown, Level::NinetyFive), revenue_pace(&unknown)), (None, None));
}

/// The pace of D1's movements carries on from June: 0.2 lost of 31 customers at five openings, one new or returning a month.
#[test]
fn a_report_gives_a_pace() {
    let report = report::<()>(&d1(), &Question { from: Some(month("2025-01")), ..Question::default() }, Vec::new());
    let past: Vec<Totals> = report
        .movements
        .iter()
        .map(|entry| Totals {
            customers_start: Some(entry.customers.start),
            customers_lost: Some(entry.customers.lost),
            customers_new: Some(entry.customers.new),
            customers_reactivated: Some(entry.customers.reactivated),
            ..Totals::default()
        })
        .collect();
    let pace = customer_pace(&past, Level::NinetyFive).expect("a pace");
    close(pace.churn, 3.0 / 31.0);
    close(pace.new, 3.0 / 5.0);
}

fn finite(result: &MetricResult) -> bool {
    let figures = result.value.iter().chain(&result.ci_low).chain(&result.ci_high).chain(result.parts.values());
    (result.status == Status::Ok) == result.value.is_some()
        && figures.into_iter().all(|figure| figure.as_f64().is_finite())
}

proptest! {
    #[test]
    fn months_follow_the_closed_form(start in 0.0..1e6_f64, churn in 0.001..=1.0_f64, new in 0.0..1e4_f64, months in 1..=36_u32) {
        let values = forecast_customers(&s(), start, Some(&CustomerPace { churn, interval: None, new }), months).values;
        prop_assert_eq!(values.len(), months as usize + 1);
        for (month, value) in values.iter().enumerate() {
            let kept = (1.0 - churn).powi(month as i32);
            let expected = start * kept + new * (1.0 - kept) / churn;
            prop_assert!((value - expected).abs() <= 1e-9 * expected.max(1.0), "{} {}", value, expected);
        }
    }

    #[test]
    fn a_steady_state_stays(churn in 0.01..1.0_f64, new in 0.0..1e4_f64) {
        let forecast = forecast_customers(&s(), new / churn, Some(&CustomerPace { churn, interval: None, new }), 36);
        let last = forecast.result.number().expect("a value");
        prop_assert!((last - new / churn).abs() <= 1e-9 * (new / churn).max(1.0));
    }

    #[test]
    fn customers_and_mrr_follow_one_law(start in 0..1_000_000_u32, churn in 0.0..0.9_f64, new in 0..10_000_u32) {
        let pace = RevenuePace { churn, contraction: 0.0, expansion: 0.0, new: money(f64::from(new)) };
        let mrr = forecast_mrr(&s(), money(f64::from(start)), Some(&pace), 24).values;
        let pace = CustomerPace { churn, interval: None, new: f64::from(new) };
        for (a, b) in mrr.iter().zip(forecast_customers(&s(), f64::from(start), Some(&pace), 24).values) {
            prop_assert!((a - b).abs() <= 1e-9 * b.max(1.0));
        }
    }

    #[test]
    fn scenarios_enclose_the_forecast(lost in 0..100_u32, new in 0.0..50.0_f64) {
        let share = f64::from(lost) / 100.0;
        let interval = wilson(f64::from(lost), 100.0, Level::NinetyFive.z());
        let result = forecast_customers(&s(), 100.0, Some(&CustomerPace { churn: share, interval, new }), 12).result;
        let value = result.number().expect("a value");
        prop_assert!(result.part_number("pessimistic").expect("a scenario") <= value + 1e-9);
        prop_assert!(value <= result.part_number("optimistic").expect("a scenario") + 1e-9);
    }

    #[test]
    fn less_churn_is_better_in_every_respect(churn in 0.02..1.0_f64, part in 0.01..0.99_f64, new in 0.0..20.0_f64) {
        let company = Assumptions { churn, new, ..COMPANY };
        let less = sensitivity(&s(), &company, Lever::Churn, Change::Relative(-part)).result;
        for name in ["lifetime_change", "cltv_change", "customers_change", "retained_change"] {
            prop_assert!(less.part_number(name).expect("a change") >= 0.0, "{}", name);
        }
        prop_assert!(less.number().expect("a value") >= 0.0);
        let more = sensitivity(&s(), &company, Lever::Churn, Change::Relative(part)).result;
        prop_assert!(more.number().expect("a value") <= 0.0);
    }

    #[test]
    fn mrr_rises_with_what_adds_to_it(add in 0.0..0.5_f64) {
        let company = Assumptions { mrr_new: money(500.0), contraction: 0.02, ..COMPANY };
        for (lever, sign) in [(Lever::Expansion, 1.0), (Lever::New, 1.0), (Lever::Arpa, 1.0), (Lever::Contraction, -1.0)] {
            let change = sensitivity(&s(), &company, lever, Change::Absolute(add)).result.number().expect("a value");
            prop_assert!(sign * change >= 0.0, "{:?}", lever);
        }
    }

    #[test]
    fn no_change_changes_nothing(churn in 0.0..=1.0_f64) {
        let company = Assumptions { churn, ..COMPANY };
        for lever in [Lever::Churn, Lever::Contraction, Lever::Expansion, Lever::Arpa, Lever::New] {
            for change in [Change::Absolute(0.0), Change::Relative(0.0)] {
                prop_assert_eq!(sensitivity(&s(), &company, lever, change).result.number(), Some(0.0));
            }
        }
    }

    #[test]
    fn more_signals_never_lower_the_points(
        inactive in prop::option::of(0.0..100.0_f64), last in 0..20_u64, before in 0..20_u64, overdue: Option<bool>,
        renewal in prop::option::of(-10.0..400.0_f64), tenure in prop::option::of(0.0..4000.0_f64),
    ) {
        let signals = Signals {
            inactive_days: inactive, events: Some((last, before)), overdue, renewal_days: renewal, tenure_days: tenure, ..Signals::default()
        };
        let risk = churn_risk(&s(), &signals, &Rules::default());
        let score = risk.result.number();
        prop_assert!(score.is_none_or(|score| (0.0..=100.0).contains(&score)));
        prop_assert_eq!(risk.level.is_some(), score.is_some());
        let longer = Signals { inactive_days: inactive.map(|days| days + 30.0), ..signals };
        let worse = churn_risk(&s(), &longer, &Rules::default()).result.number();
        prop_assert!(worse >= score);
    }

    #[test]
    fn whatever_is_entered_has_a_finite_value_or_a_status(
        start in prop::num::f64::NORMAL, rate in -1.0..2.0_f64, other in prop::num::f64::NORMAL, mrr: i64, new: i64, months: u32, lever in 0..5_usize,
    ) {
        let (mrr, new) = (i128::from(mrr), i128::from(new));
        let interval = wilson(1.0, 7.0, Level::NinetyFive.z());
        for (churn, months) in [(rate, months), (rate.abs() / 2.0, months % 36 + 1), (other, 12)] {
            for new in [start, other.abs()] {
                let customers = CustomerPace { churn, interval, new };
                prop_assert!(finite(&forecast_customers(&s(), start.abs(), Some(&customers), months).result));
            }
            for expansion in [other.abs(), rate.abs()] {
                let revenue = RevenuePace { churn, contraction: 0.0, expansion, new };
                let forecast = forecast_mrr(&s(), mrr, Some(&revenue), months);
                prop_assert!(finite(&forecast.result) && forecast.values.iter().all(|value| value.is_finite()));
            }
        }
        let company = Assumptions { churn: rate.abs() / 2.0, arpa: mrr, mrr, mrr_new: new, new: start, ..COMPANY };
        let lever = [Lever::Churn, Lever::Contraction, Lever::Expansion, Lever::Arpa, Lever::New][lever];
        for change in [Change::Absolute(other), Change::Relative(rate), Change::Relative(other)] {
            let compared = sensitivity(&s(), &company, lever, change);
            for result in [&compared.result, &compared.changed.cltv, &compared.changed.lifetime, &compared.changed.mrr.result] {
                prop_assert!(finite(result), "{:?}", result);
            }
        }
    }

    #[test]
    fn weighted_revenue_lies_between_none_and_any(scores in prop::collection::vec(0..=10_u8, 10)) {
        let mut table = d4_joined();
        for (response, score) in table.responses.iter_mut().zip(scores) {
            response.score = Some((0, score));
        }
        let amount = |attribution| {
            detractor_revenue_at_risk(&s(), &table, &d1_ledger(), month("2025-06"), attribution).number().expect("a value")
        };
        let (any, weighted, majority) = (amount(Attribution::Any), amount(Attribution::Weighted), amount(Attribution::Majority));
        prop_assert!(weighted <= any && majority <= any && majority <= 2.0 * weighted);
    }
}
