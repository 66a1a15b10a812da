//! What the generated data promises, read back from its text.

use std::collections::BTreeMap;

use super::*;

fn text(rows: u64, seed: u64, german: bool) -> String {
    let mut bytes = Vec::new();
    write(&Options { rows, seed, german }, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Customer to month index (year * 12 + month) to cents.
type Ledger<'a> = BTreeMap<&'a str, BTreeMap<u32, u64>>;

/// Reads the English form; fails where rows are not sorted by customer and month.
fn ledger(csv: &str) -> Ledger<'_> {
    let mut ledger = Ledger::new();
    let mut last = ("", 0);
    for line in csv.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [customer, month, amount, "EUR", _, _] = cells[..] else {
            panic!("{line}");
        };
        let (year, month) = month.split_once('-').unwrap();
        let month = year.parse::<u32>().unwrap() * 12 + month.parse::<u32>().unwrap();
        assert!(last < (customer, month), "{line}");
        last = (customer, month);
        let cents = amount.replace('.', "").parse().unwrap();
        ledger.entry(customer).or_default().insert(month, cents);
    }
    ledger
}

/// Customers who came back after a month or more without revenue.
fn returns(ledger: &Ledger) -> usize {
    let is_gap = |months: &[u32]| months[1] > months[0] + 1;
    ledger
        .values()
        .map(|history| history.keys().copied().collect::<Vec<_>>())
        .map(|months| months.windows(2).filter(|pair| is_gap(pair)).count())
        .sum()
}

/// Net and gross revenue retention over the year up to `month`, in percent.
fn yearly_retention(ledger: &Ledger, month: u32) -> (f64, f64) {
    let (mut start, mut net, mut gross) = (0, 0, 0);
    for history in ledger.values() {
        let Some(&before) = history.get(&(month - 12)) else {
            continue;
        };
        let after = history.get(&month).copied().unwrap_or(0);
        start += before;
        net += after;
        gross += after.min(before);
    }
    let percent = |part: u64| part as f64 * 100.0 / start as f64;
    (percent(net), percent(gross))
}

/// The share of a month's customers who are gone in the next, averaged over all months, in percent.
fn monthly_churn(ledger: &Ledger, last_month: u32) -> f64 {
    let (mut present, mut lost) = (0, 0);
    for history in ledger.values() {
        for month in history.keys().filter(|month| **month < last_month) {
            present += 1;
            lost += u32::from(!history.contains_key(&(month + 1)));
        }
    }
    f64::from(lost) * 100.0 / f64::from(present)
}

const LAST_MONTH: u32 = LAST_YEAR * 12 + 12;

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(text(5_000, 3, false), text(5_000, 3, false));
    assert_ne!(text(5_000, 3, false), text(5_000, 4, false));
    assert_eq!(sample(), sample());
}

#[test]
fn the_number_of_rows_is_exact() {
    for rows in [0, 1, 2, 17, 9_999] {
        assert_eq!(text(rows, 1, false).lines().count() as u64, rows + 1);
    }
}

#[test]
fn the_german_form_holds_the_same_rows() {
    let english = text(2_000, 1, false);
    let german = text(2_000, 1, true);
    let mut lines = german.lines();
    assert_eq!(lines.next(), Some("Kunde;Monat;MRR;Währung;Tarif;Land"));
    for (german, english) in lines.zip(english.lines().skip(1)) {
        let cells: Vec<&str> = german.split(';').collect();
        let (month, year) = cells[1].split_once('.').unwrap();
        let amount = cells[2].replace('.', "").replace(',', ".");
        let translated = format!("{},{year}-{month},{amount},{},{},{}", cells[0], cells[3], cells[4], cells[5]);
        assert_eq!(translated, english);
    }
}

#[test]
fn a_row_has_about_43_bytes_and_a_customer_about_18_rows() {
    let csv = text(100_000, 1, false);
    let bytes_per_row = csv.len() as f64 / 100_000.0;
    assert!((42.5..43.5).contains(&bytes_per_row), "{bytes_per_row}");
    let rows_per_customer = 100_000.0 / ledger(&csv).len() as f64;
    assert!((16.7..20.0).contains(&rows_per_customer), "{rows_per_customer}");
}

#[test]
fn a_large_company_is_plausible() {
    let csv = text(200_000, 1, false);
    let ledger = ledger(&csv);
    let (net, gross) = yearly_retention(&ledger, LAST_MONTH);
    assert!((100.0..106.0).contains(&net), "net {net}");
    assert!((84.0..91.0).contains(&gross), "gross {gross}");
    let churn = monthly_churn(&ledger, LAST_MONTH);
    assert!((1.7..2.5).contains(&churn), "churn {churn}");
    assert!(returns(&ledger) > 36, "{}", returns(&ledger));
}

#[test]
fn the_sample_has_what_the_page_shows() {
    let csv = sample();
    assert!(csv.starts_with("customer,month,mrr,currency,plan,country\nC-000001,2024-01,"));
    let ledger = ledger(&csv);
    assert_eq!(ledger.len(), 200);
    let months = ledger.values().flat_map(BTreeMap::keys);
    assert_eq!(months.clone().min(), Some(&(LAST_MONTH - 23)));
    assert_eq!(months.max(), Some(&LAST_MONTH));
    assert!(returns(&ledger) >= 10, "{}", returns(&ledger));
    let (net, gross) = yearly_retention(&ledger, LAST_MONTH);
    assert!((100.0..105.0).contains(&net), "net {net}");
    assert!((85.0..90.0).contains(&gross), "gross {gross}");
}

/// Who neither came, left nor changed pays more from month 14 on.
#[test]
fn prices_rise_in_month_14_of_the_sample() {
    let csv = sample();
    let price_change = LAST_MONTH - 10;
    let ledger = ledger(&csv);
    let risen = ledger.values().filter(|history| {
        let before = history.get(&(price_change - 1)).copied().unwrap_or(0);
        let after = history.get(&price_change).copied().unwrap_or(0);
        before > 0 && after == before + before * 4 / 100
    });
    assert!(risen.count() > 50);
}
