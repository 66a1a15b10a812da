//! Reports of what users did: which events mean what, which users a figure is about, and what stands beside it.

use crate::common::{D3, check, d3, d3b, day, events, month};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::cohorts::CustomerCohort;
use keeprate_metrics::events::{Event, EventBuilder, EventTable};
use keeprate_metrics::ledger::{Codes, Dataset, Names, Segment};
use keeprate_metrics::period::Day;
use keeprate_metrics::report::events::{Returned, months};
use keeprate_metrics::report::{Compare, Question, Report, report};
use keeprate_metrics::result::SegmentValue;

fn ask(table: EventTable, question: &Question) -> Report<()> {
    report(&Dataset::Events(table), question, Vec::new())
}

fn set(settings: &[(&str, &str)]) -> Question {
    let mut question = both_months();
    for (name, value) in settings {
        question.settings.set(name, value).expect("a setting");
    }
    question
}

/// Everybody of D3: who started in January and who started in February.
fn both_months() -> Question {
    Question { from: Some(month("2025-01")), to: Some(month("2025-02")), ..Question::default() }
}

#[test]
fn d3_gives_the_figures_of_the_sheet() {
    // An activation is no return of its own.
    let report = ask(d3b(), &set(&[("return_event", "use")]));
    for (key, expected) in [
        (Key::Signups, "value=6"),
        (Key::ActivationRate, "value=0.4 n=5 excluded_immature=1 window=7"),
        (Key::NDayRetention, "value=0.4 n=5 ci_low=0.117621 ci_high=0.769276 day=7"),
        (Key::RollingRetention, "value=0.8 n=5 drop_off=0.2 day=7"),
        (Key::BracketRetention, "value=0.8 n=5 from=1 to=7"),
        (Key::Churn7d, "value=0.4 n=5 usage_unbounded=0.2"),
        (Key::OnboardingRate, "status=missing_input"),
    ] {
        check(&report.metrics[&key], expected);
    }
    let curves = report.usage.expect("curves");
    let counts = |users: &Returned| (users.returned, users.matured);
    let n_day: Vec<_> = curves.n_day.iter().map(|point| (point.day, counts(&point.users))).collect();
    assert_eq!(n_day[..4], [(1, (3, 6)), (3, (0, 6)), (7, (2, 5)), (14, (0, 5))]);
    let rolling: Vec<_> = curves.rolling.iter().map(|point| (point.day, counts(&point.users))).collect();
    assert_eq!(rolling[..4], [(1, (5, 6)), (3, (4, 6)), (7, (4, 5)), (14, (2, 5))]);
    let bracket: Vec<_> = curves.bracket.iter().map(|point| (point.from, point.to, counts(&point.users))).collect();
    assert_eq!(bracket[..2], [(0, 0, (6, 6)), (1, 7, (4, 5))]);
    // Nobody is observed for 60 days.
    assert_eq!((bracket[4], curves.n_day[6].users.value), ((31, 60, (0, 0)), None));
}

#[test]
fn a_month_has_its_own_sign_ups_and_looks_back_for_those_who_return() {
    let report =
        ask(d3(), &Question { compare: Some(Compare::Months(month("2025-01"), month("2025-01"))), ..both_months() });
    check(&report.comparison.expect("January").metrics[&Key::Signups], "value=5");
    let january = ask(d3(), &Question::default());
    assert_eq!(january.period.expect("a period").label, "2025-01");
    check(&january.metrics[&Key::Stickiness], "value=0.090323 mau=5 avg_dau=0.451613");
    let february = ask(d3(), &Question { to: Some(month("2025-02")), ..Question::default() });
    check(&february.metrics[&Key::Signups], "value=1 growth=-0.8 flag=partial_period");
    // Two months of sign-ups; of the one in February nobody knows day 7 yet.
    check(&february.metrics[&Key::NDayRetention], "value=0.4 n=5 months=2 closing_month=none");
    let april = ask(events(&D3, "2025-05-01"), &Question { to: Some(month("2025-04")), ..Question::default() });
    check(&april.metrics[&Key::NDayRetention], "months=4");
    assert_eq!(february.series.len(), 2);
    check(&february.series[1].metrics[&Key::NDayRetention], "status=undefined_zero_base");
}

#[test]
fn settings_say_which_events_count() {
    let table = || {
        let rows = [
            ("p", "2025-01-01", "visit"),
            ("p", "2025-01-03", "Sign-up"),
            ("p", "2025-01-04", "import"),
            ("p", "2025-01-10", "visit"),
            ("q", "2025-01-03", "sign up"),
            ("q", "2025-01-05", "invite"),
            ("q", "2025-01-06", "import"),
        ];
        events(&rows, "2025-02-01")
    };
    // One of the two spellings is found by its name; the other user has none of it.
    check(&ask(table(), &both_months()).metrics[&Key::Signups], "value=1");
    check(&ask(table(), &set(&[("signup_event", "import")])).metrics[&Key::Signups], "value=2");
    check(&ask(table(), &set(&[("signup_event", "no such")])).metrics[&Key::Signups], "value=0");
    let returns = |event: &str| ask(table(), &set(&[("signup_event", "import"), ("return_event", event)])).usage;
    assert_eq!(returns("visit").expect("curves").rolling[0].users.returned, 1);
    assert_eq!(returns("import").expect("curves").rolling[0].users.returned, 0);
    let steps = set(&[("signup_event", "import"), ("onboarding_steps", "import, visit"), ("activation_days", "10")]);
    let report = ask(table(), &steps);
    check(&report.metrics[&Key::OnboardingRate], "value=0.5 completed=1 mean_step_completion=0.75 window=10");
    let funnel = report.usage.expect("curves").onboarding;
    let funnel: Vec<_> = funnel.iter().map(|step| (step.event.as_str(), step.users)).collect();
    assert_eq!(funnel, [("import", 2), ("visit", 1)]);
    let own = ask(table(), &set(&[("brackets", "0, 2-6,7–9")])).usage.expect("curves").bracket;
    let days: Vec<_> = own.iter().map(|point| (point.from, point.to)).collect();
    assert_eq!(days, [(0, 0), (2, 6), (7, 9)]);
}

#[test]
fn settings_that_are_none_are_refused() {
    for (name, value, said) in [
        ("brackets", "0-7,7-14", "E-BRACKET-OVERLAP"),
        ("brackets", "", "E-BRACKET-OVERLAP"),
        ("activation_days", "0", "1 to 365"),
        ("day_mode", "noon", "calendar"),
        ("onboarding_ordered", "1", "true or false"),
        ("activation_days", "366", "1 to 365"),
        ("confidence_level", "79", "80, 90, 95 or 99"),
        ("confidence_level", "85", "80, 90, 95 or 99"),
        ("gross_margin", "0", "above 0"),
        ("gross_margin", "1.01", "above 0"),
        ("annual_discount", "-0.01", "from 0 to 1"),
        ("annual_discount", "1.01", "from 0 to 1"),
        ("churn_months", "0", "1 to 12"),
        ("churn_months", "13", "1 to 12"),
        ("top_n", "0", "1 to 1000"),
        ("dedupe", "last", "latest, first or all"),
        ("join_by_domain", "1", "true or false"),
        ("nothing", "1", "settings:"),
    ] {
        let refused = Question::default().settings.set(name, value).expect_err("refused");
        assert!(refused.contains(said), "{name}={value}: {refused}");
    }
}

#[test]
fn settings_reach_their_limits() {
    for (name, value) in [
        ("activation_days", "365"),
        ("confidence_level", "80"),
        ("confidence_level", "99"),
        ("gross_margin", "1"),
        ("annual_discount", "0"),
        ("annual_discount", "1"),
        ("churn_months", "12"),
        ("top_n", "1000"),
        ("dedupe", "all"),
        ("join_by_domain", "yes"),
        ("onboarding_ordered", "yes"),
    ] {
        assert_eq!(Question::default().settings.set(name, value), Ok(()), "{name}={value}");
    }
}

/// The users of each month, all of which are known.
fn known(row: &CustomerCohort) -> Vec<u64> {
    row.active.iter().map(|count| count.expect("a month of the file")).collect()
}

#[test]
fn users_stand_in_cohorts_by_the_month_of_their_start() {
    let cohorts = ask(d3(), &both_months()).cohorts.expect("cohorts").customers;
    let rows: Vec<_> = cohorts.iter().map(|row| (row.cohort.to_iso(), row.size, known(row), row.open)).collect();
    assert_eq!(rows, [("2025-01".to_owned(), 5, vec![5, 0], 1), ("2025-02".to_owned(), 1, vec![1], 1)]);
}

#[test]
fn a_month_in_which_nobody_starts_is_no_cohort() {
    let rows = [("u1", "2025-01-10", "use"), ("u1", "2025-02-03", "use"), ("u2", "2025-03-05", "use")];
    let cohorts = ask(events(&rows, "2025-03-31"), &Question::default()).cohorts.expect("cohorts").customers;
    let rows: Vec<_> = cohorts.iter().map(|row| (row.cohort.to_iso(), known(row))).collect();
    assert_eq!(rows, [("2025-01".to_owned(), vec![1, 1, 0]), ("2025-03".to_owned(), vec![1])]);
}

/// As many users for each of these plans, on one day; those of the first two plans come back on day 7.
fn plans(sizes: &[usize]) -> EventTable {
    let (mut users, mut names, mut values) = (Names::default(), Names::default(), Names::default());
    let used = names.push("use");
    values.push("");
    let mut builder = EventBuilder::default();
    let mut of = Vec::new();
    let start = day("2025-01-01");
    for (plan, size) in sizes.iter().enumerate() {
        let code = values.push(&format!("plan {plan:02}")) as u16;
        for _ in 0..*size {
            let user = users.push(&format!("u{}", of.len()));
            of.push(code);
            let days = if plan < 2 { &[0, 7][..] } else { &[0][..] };
            for after in days {
                builder.push(Event { user, day: Day(start.0 + after), second: 0, name: used });
            }
        }
    }
    let plan = Segment { column: "plan".to_owned(), values, codes: Codes { of, rows: Vec::new() } };
    builder.finish(users, names, vec![plan], Some(day("2025-03-01")))
}

#[test]
fn segments_add_up_whether_they_stand_apart_or_not() {
    let question = Question { segments_of: Some("plan".to_owned()), ..both_months() };
    for (sizes, rows, others) in [(&[40, 30, 20][..], 3, 0), (&[9; 14][..], 12, 3)] {
        let report = ask(plans(sizes), &question);
        assert_eq!((report.segments.len(), report.segments.last().map(|entry| entry.others)), (rows, Some(others)));
        let whole = &report.metrics[&Key::NDayRetention];
        let sum = |part: &str| -> f64 {
            let results = report.segments.iter().map(|entry| &entry.metrics[&Key::NDayRetention]);
            results.map(|result| result.part_number(part).expect("a count")).sum()
        };
        assert_eq!(Some(sum("matured")), whole.part_number("matured"));
        assert_eq!(Some(sum("retained")), whole.part_number("retained"));
        assert_eq!(
            report.segments[0].metrics[&Key::NDayRetention].parts.get("significant").map(|yes| yes.as_f64()),
            Some(1.0)
        );
    }
    let one = Question {
        segment: Some(SegmentValue { column: "plan".to_owned(), value: "plan 01".to_owned() }),
        ..both_months()
    };
    check(&ask(plans(&[40, 30, 20]), &one).metrics[&Key::Signups], "value=30");
}

#[test]
fn no_events_are_no_months() {
    let table = || EventBuilder::default().finish(Names::default(), Names::default(), Vec::new(), None);
    assert_eq!(months(&table()), None);
    check(&ask(table(), &Question::default()).metrics[&Key::NDayRetention], "status=undefined_zero_base");
}
