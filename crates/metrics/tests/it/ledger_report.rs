//! The report on customers by month: which months it is of, what it says of months that are missing or not over, and what it
//! takes from months before. Figures are worked out by hand from D1 (metrics.md 8.1).

use crate::common::{asked, check, d1, day, ledger, month};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::ledger::{Codes, Dataset, LedgerBuilder, Names};
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::Month;
use keeprate_metrics::report::{Compare, Every, Question, Report, report};
use keeprate_metrics::result::{Flag, SegmentValue};

fn ask(question: &Question) -> Report<()> {
    report(&d1(), question, Vec::new())
}

fn to(month: &str) -> Question {
    Question { to: Month::parse_iso(month), ..Question::default() }
}

fn set(name: &str, value: &str) -> Question {
    let mut question = Question::default();
    question.settings.set(name, value).expect("a setting");
    question
}

#[test]
fn the_first_month_has_none_before() {
    let report = asked(&d1(), "2025-01", "2025-01");
    check(&report.metrics[&Key::Mrr], "value=920 mrr_new=none");
    check(&report.metrics[&Key::CustomerCounts], "value=6");
    check(&report.metrics[&Key::CustomerChurnRate], "value=none status=no_prior_period");
    check(&report.metrics[&Key::CltvSimple], "value=none status=no_prior_period");
    check(&report.metrics[&Key::CustomerLifetime], "value=none status=no_prior_period");
    assert_eq!((report.series.len(), report.movements.len()), (1, 0));
    let june = ask(&Question::default());
    assert_eq!((june.series.len(), june.movements.len()), (6, 5));
}

/// Of those who came later two are gone, a twice: after one month each time, the others after four and never.
#[test]
fn each_stay_of_a_customer_may_count_by_itself() {
    let rows: [(&str, &str, &[f64]); 4] = [
        ("x", "", &[1.0, 1.0, 1.0, 1.0, 1.0, 0.0]),
        ("a", "", &[0.0, 1.0, 0.0, 1.0, 0.0, 0.0]),
        ("b", "", &[0.0, 1.0, 1.0, 1.0, 1.0, 0.0]),
        ("c", "", &[0.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
    ];
    let report: Report<()> = report(&Dataset::Ledger(ledger("2025-01", &rows)), &Question::default(), Vec::new());
    check(&report.metrics[&Key::KmSurvival], "value=4 n=3 ended=2 spells=4 per_spell=1");
    check(&report.metrics[&Key::CustomerLifetime], "ended_only=2.5");
    // E and G came in D1, and F came back; half of them have not left.
    check(&ask(&Question::default()).metrics[&Key::KmSurvival], "n=2 spells=3 per_spell=none");
}

/// January and March of one who stays.
#[test]
fn what_lies_behind_a_gap_is_not_known() {
    let mut builder = LedgerBuilder::default();
    let mut customers = Names::default();
    let customer = customers.push("a");
    for text in ["2025-01", "2025-03", "2025-04"] {
        let (place, _) = builder.column(month(text));
        builder.add(place, customer, 100_000_000);
    }
    let dataset = Dataset::Ledger(builder.finish(customers, Vec::new(), Currency::EUR).0);
    let of = |from: &str, to: &str, key: Key| asked(&dataset, from, to).metrics[&key].clone();
    check(&of("2025-03", "2025-03", Key::Mrr), "value=1");
    check(&of("2025-03", "2025-03", Key::Nrr), "value=none status=missing_period");
    check(&of("2025-02", "2025-02", Key::Mrr), "value=none status=missing_period");
    check(&of("2025-04", "2025-04", Key::Nrr), "value=1");
    // Both ends are known, the month between is not.
    check(&of("2025-02", "2025-03", Key::CustomerRetentionRate), "value=1 without_returners=none chained_months=none");
    assert_eq!(asked(&dataset, "2025-04", "2025-04").movements.len(), 1);
}

#[test]
fn months_that_are_not_over_are_not_shown_by_themselves() {
    let of = |as_of: &str, to: Option<Month>| ask(&Question { as_of: Some(day(as_of)), to, ..Question::default() });
    let label = |report: &Report<()>| report.period.as_ref().map(|period| period.label.clone()).unwrap_or_default();
    let is_partial = |report: &Report<()>| report.metrics[&Key::Mrr].flags.contains(&Flag::PartialPeriod);
    let may = of("2025-06-15", None);
    assert_eq!((label(&may), is_partial(&may)), ("2025-05".to_owned(), false));
    let june = of("2025-06-15", Month::parse_iso("2025-06"));
    assert_eq!((label(&june), is_partial(&june)), ("2025-06".to_owned(), true));
    let over = of("2025-07-01", None);
    assert_eq!((label(&over), is_partial(&over)), ("2025-06".to_owned(), false));
    // Data that are complete beyond their last month have no later one.
    assert_eq!(label(&of("2025-09-01", None)), "2025-06");
    let open = |report: &Report<()>| report.cohorts.as_ref().map(|of| of.customers[0].open);
    assert_eq!((open(&june), open(&over)), (Some(1), Some(0)));
}

/// From the closing of March on: C and H pay 100 and 30 less, F is back with 150.
#[test]
fn a_grid_has_whole_steps_between_its_ends() {
    let by = |every: Every| {
        let report = ask(&Question { every, ..Question::default() });
        report.series.into_iter().map(|entry| entry.period.label).collect::<Vec<_>>()
    };
    assert_eq!(by(Every::Quarter), ["2025-Q1", "2025-Q2"]);
    assert_eq!(by(Every::Year), ["2025-01/2025-06"]);
    let quarters = ask(&Question { every: Every::Quarter, ..Question::default() }).movements;
    let [second] = &quarters[..] else { panic!("one quarter after another") };
    let amounts = [
        &second.start,
        &second.new,
        &second.reactivation,
        &second.expansion,
        &second.contraction,
        &second.churn,
        &second.end,
    ];
    let amounts: Vec<String> = amounts.into_iter().map(|amount| amount.to_decimal()).collect();
    assert_eq!(amounts, ["800.00", "0.00", "150.00", "0.00", "130.00", "0.00", "820.00"]);
    let counts = second.customers;
    assert_eq!((counts.start, counts.reactivated, counts.contracted, counts.lost, counts.end), (5, 1, 2, 0, 6));
    // Steps are those of the calendar, wherever the data begin.
    let from_november = Dataset::Ledger(ledger("2024-11", &[("a", "", &[1.0; 6])]));
    let question = Question { every: Every::Quarter, ..Question::default() };
    let labels: Vec<String> =
        report::<()>(&from_november, &question, Vec::new()).series.into_iter().map(|of| of.period.label).collect();
    assert_eq!(labels, ["2024-11/2024-12", "2025-Q1", "2025-04"]);
}

/// Of 5 + 6 + 7 customers one leaves in the last three months, of 31 three in the five that have one before.
#[test]
fn churn_is_pooled_over_months_that_are_known() {
    check(&ask(&set("churn_months", "3")).metrics[&Key::CltvSimple], "value=2460 churn=0.055556 churn_months=3");
    check(&ask(&set("churn_months", "6")).metrics[&Key::CltvSimple], "value=1412.222 churn=0.096774 churn_months=5");
    check(&ask(&set("churn_months", "1")).metrics[&Key::CltvSimple], "value=956.667 churn=0.142857 churn_months=1");
    check(&ask(&set("churn_months", "3")).metrics[&Key::CustomerLifetime], "value=18");
}

#[test]
fn retention_of_revenue_looks_back_as_far_as_there_are_months() {
    // June alone: 850 and 30 more, less the 60 of G.
    check(&ask(&to("2025-06")).metrics[&Key::Nrr], "value=0.804348 months=5 closing_month=0.964706");
    // Of January's 920 in March 100, 250, 300 and 70 are there; March alone keeps 800 of 1,020.
    check(&ask(&to("2025-03")).metrics[&Key::Nrr], "value=0.782609 months=2 closing_month=0.784314");
    check(&ask(&to("2025-03")).metrics[&Key::Grr], "value=0.706522 months=2 closing_month=0.735294");
    check(&ask(&to("2025-02")).metrics[&Key::Nrr], "value=1.021739 months=none");
    // A year and not more: the customer who left in the second of fourteen months was there in the first alone.
    let mut left = [0.0; 14];
    left[0] = 10.0;
    let years = Dataset::Ledger(ledger("2024-01", &[("a", "", &[10.0; 14]), ("b", "", &left)]));
    check(&report::<()>(&years, &Question::default(), Vec::new()).metrics[&Key::Nrr], "value=1 months=12");
}

#[test]
fn months_between_tell_who_was_always_there() {
    let months = asked(&d1(), "2025-02", "2025-06").metrics;
    // Of January's six, A, B, C and H; from month to month 6 ÷ 6, 5 ÷ 7, 5 ÷ 5, 6 ÷ 6 and 6 ÷ 7.
    check(&months[&Key::CustomerRetentionRate], "without_returners=0.666667 chained_months=0.612245");
    // What is left of 920, 1,020, 800, 730 and 850: all, all but 270, all but 130, all, and all but 60.
    check(&months[&Key::Grr], "chained_months=0.57234");
    let june = ask(&Question::default()).metrics;
    check(&june[&Key::CustomerRetentionRate], "without_returners=none chained_months=none");
    // April to June: 60, 120 and 30 against 130 and 60.
    check(&june[&Key::QuickRatio], "value=0.5 trailing_3_months=1.105263");
    // January's movements are not known.
    check(&ask(&to("2025-03")).metrics[&Key::QuickRatio], "trailing_3_months=none");
    check(&ask(&to("2025-04")).metrics[&Key::QuickRatio], "trailing_3_months=0.525");
}

/// G has brought 60 twice; D may have paid before January.
#[test]
fn revenue_of_those_who_left_is_that_of_whole_lifetimes() {
    check(&ask(&to("2025-06")).metrics[&Key::CltvHistoric], "value=120 ended=1");
    check(&ask(&to("2025-05")).metrics[&Key::CltvHistoric], "value=none status=insufficient_data");
}

#[test]
fn a_segment_has_its_own_customers() {
    let of = |value: &str| {
        let segment = Some(SegmentValue { column: "Segment".to_owned(), value: value.to_owned() });
        ask(&Question { segment, ..Question::default() }).metrics
    };
    check(&of("Enterprise")[&Key::Mrr], "value=550 mrr_churn=0");
    check(&of("Enterprise")[&Key::CustomerCounts], "value=3 start=3 lost=0");
    check(&of("SMB")[&Key::Mrr], "value=270 mrr_churn=60 mrr_expansion=30");
    check(&of("SMB")[&Key::CustomerCounts], "value=3 start=4 lost=1");
    check(&of("nobody")[&Key::Mrr], "value=0");
    let column = Some(SegmentValue { column: "nothing".to_owned(), value: "SMB".to_owned() });
    check(&ask(&Question { segment: column, ..Question::default() }).metrics[&Key::Mrr], "value=0");
}

/// So many segments of one customer each, who pay 1, 2, 3 and so on.
fn side_by_side(count: usize) -> Vec<(String, u64, f64)> {
    let names: Vec<String> = (1..=count).map(|number| format!("s{number:02}")).collect();
    let amounts: Vec<[f64; 2]> = (1..=count).map(|number| [number as f64; 2]).collect();
    let rows: Vec<(&str, &str, &[f64])> =
        names.iter().zip(&amounts).map(|(name, amounts)| (name.as_str(), name.as_str(), &amounts[..])).collect();
    let question = Question { segments_of: Some("Segment".to_owned()), ..Question::default() };
    let report = report::<()>(&Dataset::Ledger(ledger("2025-01", &rows)), &question, Vec::new());
    let of = report.segments.into_iter();
    of.map(|entry| (entry.segment.value, entry.others, entry.metrics[&Key::Mrr].number().unwrap_or(-1.0))).collect()
}

/// E and G came, both of SMB, and G left after two months.
#[test]
fn segments_have_lifetimes_of_their_own() {
    let report = ask(&Question { segments_of: Some("Segment".to_owned()), ..Question::default() });
    let of = |value: &str| {
        let mut entries = report.segments.iter().filter(|entry| entry.segment.value == value);
        entries.next().expect("a segment").metrics[&Key::KmSurvival].clone()
    };
    check(&of("SMB"), "value=2 n=2 ended=1");
    check(&of("Enterprise"), "value=none status=undefined_zero_base");
}

#[test]
fn the_largest_segments_stand_apart() {
    let twelve = side_by_side(12);
    assert_eq!(
        (twelve.len(), &twelve[0], &twelve[11]),
        (12, &("s12".to_owned(), 0, 12.0), &("s01".to_owned(), 0, 1.0))
    );
    let more = side_by_side(14);
    assert_eq!((more.len(), &more[10]), (12, &("s04".to_owned(), 0, 4.0)));
    // 3, 2 and 1.
    assert_eq!(more[11], (String::new(), 3, 6.0));
}

#[test]
fn what_is_compared_lies_within_the_data() {
    let of = |first: &str, until: &str| {
        let compare = Some(Compare::Months(month(first), month(until)));
        ask(&Question { compare, ..Question::default() }).comparison.expect("a comparison")
    };
    let march = of("2025-03", "2025-03");
    assert_eq!(march.period.label, "2025-03");
    check(&march.metrics[&Key::Mrr], "value=800");
    check(&march.metrics[&Key::Nrr], "value=0.782609 months=2");
    check(&march.metrics[&Key::CltvHistoric], "status=insufficient_data");
    assert_eq!(of("2024-01", "2026-01").period.label, "2025-01/2025-06");
    assert_eq!(of("2025-05", "2025-03").period.label, "2025-03");
    check(&ask(&set("top_n", "3")).metrics[&Key::RevenueConcentration], "value=0.731707 variant=top_3");
}

/// Rows of a file in any order: the customer has one value for a month, the last one read, and they stand by month.
#[test]
fn values_that_change_stand_by_customer_and_month() {
    let mut builder = LedgerBuilder::default();
    let (mut customers, mut values) = (Names::default(), Names::default());
    for name in ["", "x", "y", "z"] {
        values.push(name);
    }
    for name in ["a", "b", "c"] {
        customers.push(name);
    }
    for text in ["2025-01", "2025-02", "2025-03"] {
        builder.column(month(text));
    }
    // Of each row the place of the month, the customer and the value; b never changes and c has none.
    for (place, customer, code) in
        [(2, 0, 3), (0, 0, 1), (1, 1, 2), (1, 0, 3), (2, 1, 2), (1, 0, 2), (0, 0, 0), (0, 2, 0), (2, 0, 1)]
    {
        builder.add(place, customer, 100);
        builder.set_segment(place, 0, customer, code);
    }
    let (ledger, _) = builder.finish(customers, vec![("s".to_owned(), values)], Currency::EUR);
    let segment = &ledger.segments[0];
    let Codes { rows, .. } = &segment.codes;
    let rows: Vec<(u32, String, u16)> = rows.iter().map(|row| (row.customer, row.month.to_iso(), row.code)).collect();
    let expected = [(0, "2025-01", 0), (0, "2025-02", 2), (0, "2025-03", 1)];
    assert_eq!(rows, expected.map(|(customer, month, code)| (customer, month.to_owned(), code)));
    // A cell without a value says nothing: that of February comes before January, and that of March after.
    let at = |text: &str| ledger.codes_at(segment, month(text));
    assert_eq!([at("2025-01"), at("2025-02"), at("2025-03")], [[2, 2, 0], [2, 2, 0], [1, 2, 0]]);
    assert_eq!([at("2024-06"), at("2026-01")], [[2, 2, 0], [1, 2, 0]]);
}

/// March is not in the file. Of two who came in February one is there until May and one is gone in April, after two months; nobody
/// leaves in March. Who is there in the first month of all is left out.
#[test]
fn nobody_leaves_in_a_month_that_the_file_lacks() {
    let mut customers = Names::default();
    let [old, stays, goes] = ["old", "stays", "goes"].map(|name| customers.push(name));
    let mut builder = LedgerBuilder::default();
    for (of, there) in [
        ("2025-01", &[old][..]),
        ("2025-02", &[old, stays, goes]),
        ("2025-04", &[old, stays]),
        ("2025-05", &[old, stays]),
    ] {
        let (place, _) = builder.column(month(of));
        for customer in there {
            builder.add(place, *customer, 100_000_000);
        }
    }
    let (ledger, _) = builder.finish(customers, Vec::new(), Currency::EUR);
    let survival = report::<()>(&Dataset::Ledger(ledger), &Question::default(), Vec::new()).survival;
    let steps: Vec<_> = survival.iter().map(|step| (step.t, step.at_risk, step.churned, step.s)).collect();
    assert_eq!(steps, [(2.0, 2, 1, 0.5)]);
}
