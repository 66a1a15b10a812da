//! The columns that every question is answered from: customers by month, customers by status, totals by period, answers
//! to surveys.
//!
//! A month's column holds the closing state of that month (metrics.md 3.1): MRR per customer just before the first
//! instant of the next month. Column after column, so that a movement is one pass over two arrays.

use crate::changes::Change;
use crate::conventions::Conventions;
use crate::events::EventTable;
use crate::feedback::Asked;
use crate::history::History;
use crate::money::Currency;
use crate::period::{Day, Month, Period};
use crate::purchases::PurchaseTable;
use crate::subscriptions::Subscriptions;
use keeprate_columns::cells::{self, CHUNK, Column, Place, Rows, ZERO};
use keeprate_columns::passes::Lives;

/// Names in one arena, numbered from 0 in the order of their arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Names {
    /// Adds a name and returns its number. It does not look for an equal one.
    pub fn push(&mut self, name: &str) -> u32 {
        let number = self.ends.len() as u32;
        self.text.push_str(name);
        self.ends.push(self.text.len() as u32);
        number
    }

    /// The name with this number; empty if there is none.
    pub fn get(&self, number: u32) -> &str {
        let index = number as usize;
        let start = if index == 0 { 0 } else { self.ends.get(index - 1).copied().unwrap_or(0) as usize };
        let end = self.ends.get(index).copied().unwrap_or(0) as usize;
        self.text.get(start..end).unwrap_or("")
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All names in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|number| self.get(number))
    }
}

/// A column of attributes: one of few values per customer, numbered; value 0 is "none" with an empty name.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The column's header as the file has it.
    pub column: String,
    /// The values; number 0 is the empty one.
    pub values: Names,
    /// Who has which.
    pub codes: Codes,
}

/// Which value each customer has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Codes {
    /// The number of each customer's value, or [`CHANGING`].
    pub of: Vec<u16>,
    /// What the rows of the changing customers say, by customer and month.
    pub rows: Vec<CodeRow>,
}

/// Stands for a value that is not always the same.
pub const CHANGING: u16 = cells::CHANGING;

/// The value of a changing customer in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// The customer's number.
    pub customer: u32,
    /// The month.
    pub month: Month,
    /// The number of the value; 0 says nothing.
    pub code: u16,
}

/// A customer-by-month table of MRR: what the shapes `mrr_long` and `mrr_wide` give.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    /// The customers, numbered.
    pub customers: Names,
    /// The month of the first closing.
    pub first: Month,
    /// One closing per calendar month, without holes.
    pub closings: Vec<Closing>,
    /// What the customers did, from all closings.
    pub history: History,
    /// Columns by which customers can be told apart.
    pub segments: Vec<Segment>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Every change with its day, by customer and time; `None` where the file knows months alone, or nobody asked.
    pub changes: Option<Vec<Change>>,
}

/// The closing state of one month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Closing {
    /// Whether the file has this month at all; `false` leads to `missing_period`.
    pub present: bool,
    /// MRR per customer in fixed-point units; 0 is not a customer, never negative.
    pub amounts: Column,
}

impl Ledger {
    /// A ledger without customers: what a file with a header alone gives.
    pub fn empty(currency: Currency) -> Ledger {
        Ledger {
            customers: Names::default(),
            first: Month(0),
            closings: Vec::new(),
            history: History::default(),
            segments: Vec::new(),
            currency,
            changes: None,
        }
    }

    /// The month of the last closing, `None` without any.
    pub fn last(&self) -> Option<Month> {
        (!self.closings.is_empty()).then(|| self.first.plus(self.closings.len() as i32 - 1))
    }

    /// The closing of a month if the file has it.
    pub fn closing(&self, month: Month) -> Option<&Closing> {
        let index = usize::try_from(month.0 - self.first.0).ok()?;
        self.closings.get(index).filter(|closing| closing.present)
    }

    /// The value number of each customer in a segment column as seen at a month's closing: the value there, else the
    /// latest before, else the earliest after. One number per customer, so that a change of segment is no churn.
    pub fn codes_at(&self, segment: &Segment, month: Month) -> Vec<u16> {
        let Codes { of, rows } = &segment.codes;
        let mut codes: Vec<u16> = of.iter().map(|code| if *code == CHANGING { 0 } else { *code }).collect();
        // How well the row fits that a code comes from: the later the better up to the month, behind it the earlier.
        let mut fits = vec![i32::MIN; if rows.is_empty() { 0 } else { codes.len() }];
        for row in rows.iter().filter(|row| row.code != 0) {
            let fit = if row.month <= month { row.month.0 } else { i32::MIN / 2 - row.month.0 };
            let place = row.customer as usize;
            if let (Some(best), Some(code)) = (fits.get_mut(place), codes.get_mut(place))
                && fit >= *best
            {
                *best = fit;
                *code = row.code;
            }
        }
        codes
    }
}

/// What a cell held before a row arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// No row yet: the cell is now the row's amount.
    First,
    /// This sum of earlier rows: the cell is now larger by the row's amount.
    Summed(i64),
    /// The sum would leave the range of an `i64`; the cell is unchanged.
    OutOfRange,
}

/// What finishing a ledger found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Cells without a row between two months with one, read as 0 (W-GAP); of months that others have.
    pub gaps: u64,
    /// Cells whose sum is negative, read as 0 (W-NEG-MRR).
    pub negative: u64,
}

/// Collects rows into a [`Ledger`]. Months may come in any order.
#[derive(Debug, Default)]
pub struct LedgerBuilder {
    first: Option<Month>,
    /// Whether each month from the first on has rows.
    present: Vec<bool>,
    /// Amounts by month and customer; sums of 0 are marked as [`ZERO`].
    amounts: Vec<Column>,
    /// Whether some cell is marked or negative.
    has_marks: bool,
    segments: Vec<Codes>,
}

impl LedgerBuilder {
    /// Makes sure that a month has a column and returns the column's place for [`LedgerBuilder::add`].
    /// Places change when an earlier month arrives, so a caller keeps the month and asks again after `true`.
    pub fn column(&mut self, month: Month) -> (usize, bool) {
        let first = *self.first.get_or_insert(month);
        let moved = month < first;
        if moved {
            let missing = (first.0 - month.0) as usize;
            self.present.splice(0..0, std::iter::repeat_n(false, missing));
            self.amounts.splice(0..0, std::iter::repeat_n(Column::default(), missing));
            self.first = Some(month);
        }
        let place = (month.0 - self.first.unwrap_or(month).0) as usize;
        if place >= self.amounts.len() {
            self.present.resize(place + 1, false);
            self.amounts.resize_with(place + 1, Column::default);
        }
        self.present[place] = true;
        (place, moved)
    }

    /// The first month that has a column.
    pub fn first(&self) -> Option<Month> {
        self.first
    }

    /// Puts rows into their cells, as [`cells::fill`] does; `shift` is what was added to their months.
    pub fn fill(&mut self, shift: i32, rows: Rows<'_>, from: Place) -> Place {
        self.has_marks |= rows.amounts.contains(&0);
        let base = self.first.map_or(0, |month| (month.0 + shift) as u32);
        cells::fill(&mut self.amounts, base, rows, from)
    }

    /// Adds a row's amount to a cell.
    pub fn add(&mut self, place: usize, customer: u32, amount: i64) -> Added {
        let cell = self.amounts[place].cell_mut(customer as usize);
        let before = (*cell != 0).then_some(if *cell == ZERO { 0 } else { *cell });
        match before.unwrap_or(0).checked_add(amount) {
            Some(sum) if sum != ZERO => {
                self.has_marks |= sum <= 0;
                *cell = if sum == 0 { ZERO } else { sum };
                before.map_or(Added::First, Added::Summed)
            }
            _ => Added::OutOfRange,
        }
    }

    /// The numbers of the values of so many customers in a segment column, for a hot loop that notes the usual ones.
    pub fn codes_mut(&mut self, segment: usize, customers: usize) -> &mut [u16] {
        if segment >= self.segments.len() {
            self.segments.resize_with(segment + 1, Codes::default);
        }
        let codes = &mut self.segments[segment].of;
        if customers > codes.len() {
            codes.resize(customers.next_power_of_two(), 0);
        }
        codes
    }

    /// Notes the value number of a customer in a segment column for a month; the last row wins, and one without a value
    /// says nothing. To be called for every row that is added, or for none of a segment.
    pub fn set_segment(&mut self, place: usize, segment: usize, customer: u32, code: u16) {
        let index = customer as usize;
        let codes = self.codes_mut(segment, index + 1);
        let known = codes[index];
        if known == code || code == 0 && known != CHANGING {
            return;
        }
        if known == 0 {
            codes[index] = code;
            return;
        }
        codes[index] = CHANGING;
        let first = self.first.unwrap_or(Month(0));
        let row = |place: usize, code: u16| CodeRow { customer, month: first.plus(place as i32), code };
        let rows = &mut self.segments[segment].rows;
        if known != CHANGING {
            // So far every row of the customer had the one value, so that the cells say when.
            let places = self.amounts.iter().enumerate().filter(|(_, month)| month.get(index) != 0);
            rows.extend(places.map(|(place, _)| row(place, known)));
        }
        rows.push(row(place, code));
    }

    /// Gives each customer's months without a row, up to so many between two with one, the amount of the month before them
    /// (`gap_fill`, metrics.md 5.2); how many. To be called behind the last row.
    pub fn carry_over(&mut self, months: u32) -> u64 {
        let mut latest: Vec<(u32, i64)> = Vec::new();
        let mut carried = Vec::new();
        each_row(&mut self.amounts, |month, customer, amount| {
            if customer >= latest.len() {
                latest.resize((customer + 1).next_power_of_two(), (month, 0));
            }
            let (before, kept) = std::mem::replace(&mut latest[customer], (month, amount));
            // What was nothing, or less, has nothing to carry over.
            if kept > 0 && (2..=months + 1).contains(&(month - before)) {
                carried.extend((before + 1..month).map(|place| (place as usize, customer, kept)));
            }
        });
        for (place, customer, amount) in &carried {
            *self.amounts[*place].cell_mut(*customer) = *amount;
            self.present[*place] = true;
        }
        carried.len() as u64
    }

    /// Cells of customers between two months with a row, in months without any row.
    fn in_missing_months(&mut self) -> u64 {
        let missing: Vec<u32> =
            (0..).zip(&self.present).filter(|(_, present)| !**present).map(|(place, _)| place).collect();
        if missing.is_empty() {
            return 0;
        }
        let mut latest: Vec<u32> = Vec::new();
        let mut cells = 0;
        each_row(&mut self.amounts, |month, customer, _| {
            if customer >= latest.len() {
                latest.resize((customer + 1).next_power_of_two(), u32::MAX);
            }
            let before = std::mem::replace(&mut latest[customer], month);
            cells += missing.iter().filter(|place| (before..month).contains(*place)).count() as u64;
        });
        cells
    }

    /// Ends the collection: gaps become 0, negative sums become 0, and each segment column gets its values.
    /// `segments` names the columns and their values in the order of [`LedgerBuilder::set_segment`]'s numbers.
    pub fn finish(mut self, customers: Names, segments: Vec<(String, Names)>, currency: Currency) -> (Ledger, Found) {
        let count = customers.len();
        let unknown = self.in_missing_months();
        let mut amounts = self.amounts;
        let closed = self.has_marks.then(|| close(&mut amounts, count));
        let lives = Lives::new(&amounts.iter().collect::<Vec<_>>(), count);
        // Where no cell is marked, every month without an amount is one without a row.
        let mut found = closed.unwrap_or(Found { gaps: lives.gaps, negative: 0 });
        found.gaps -= unknown;
        let closings: Vec<Closing> =
            amounts.into_iter().zip(self.present).map(|(amounts, present)| Closing { present, amounts }).collect();
        let mut known = self.segments.into_iter();
        let segments = segments
            .into_iter()
            .map(|(column, values)| {
                let mut codes = known.next().unwrap_or_default();
                codes.of.resize(count, 0);
                codes.rows = settled(codes.rows, count);
                Segment { column, values, codes }
            })
            .collect();
        let first = self.first.unwrap_or(Month(0));
        let history = History::from(lives).across_missing(&closings);
        (Ledger { customers, first, closings, history, segments, currency, changes: None }, found)
    }
}

/// Calls with place, customer and amount of every cell that has a row, by place.
fn each_row(months: &mut [Column], mut with: impl FnMut(u32, usize, i64)) {
    for (month, column) in (0..).zip(months) {
        for (number, cells) in column.chunks_mut() {
            let rows = cells.iter().enumerate().filter(|(_, amount)| **amount != 0);
            rows.for_each(|(place, amount)| with(month, number * CHUNK + place, *amount));
        }
    }
}

/// One row per customer and month, the last one of the file, by customer and month.
fn settled(mut rows: Vec<CodeRow>, customers: usize) -> Vec<CodeRow> {
    let key = |row: &CodeRow| (row.customer, row.month);
    // As in a file that is sorted and says nothing twice.
    if rows.is_sorted_by(|row, next| key(row) < key(next)) {
        return rows;
    }
    // Rows of one customer together, in the order of the file; what is left to sort is short.
    let mut ends = vec![0_usize; customers];
    for row in &rows {
        ends[row.customer as usize] += 1;
    }
    let mut end = 0;
    for place in &mut ends {
        end += std::mem::replace(place, end);
    }
    let mut sorted = rows.clone();
    for row in &rows {
        let place = &mut ends[row.customer as usize];
        sorted[*place] = *row;
        *place += 1;
    }
    let mut begin = 0;
    for end in ends {
        sorted[begin..end].sort_by_key(|row| row.month);
        begin = end;
    }
    rows.clear();
    for row in sorted {
        match rows.last_mut() {
            Some(last) if key(last) == key(&row) => *last = row,
            _ => rows.push(row),
        }
    }
    rows
}

/// Takes marks and negative sums off.
fn close(months: &mut [Column], customers: usize) -> Found {
    let mut found = Found::default();
    let mut last_seen = vec![u32::MAX; customers.next_multiple_of(CHUNK)];
    for (month, column) in (0..).zip(months) {
        for (number, cells) in column.chunks_mut() {
            let Some(seen) = last_seen.get_mut(number * CHUNK..(number + 1) * CHUNK) else { continue };
            let closed = cells::close(month, cells, seen);
            found.gaps += closed.gaps;
            found.negative += closed.negative;
        }
    }
    found
}

/// One customer a row with a churn flag: what the shape `customer_status` gives (metrics.md 5.2 j).
#[derive(Clone, Debug, PartialEq)]
pub struct StatusTable {
    /// The customers in the order of the file.
    pub customers: Names,
    /// Whether each has left.
    pub churned: Vec<bool>,
    /// Lifetime in months, if the file has it; `None` where a cell is empty.
    pub tenure: Option<Vec<Option<f64>>>,
    /// Monthly revenue in fixed-point units, if the file has it; never negative.
    pub revenue: Option<Vec<i64>>,
    /// Columns by which customers can be told apart.
    pub segments: Vec<Segment>,
    /// The currency of the revenue.
    pub currency: Currency,
}

/// Totals by period: what the shape `period_table` gives (metrics.md 5.2 g).
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodTable {
    /// The rows in the order of the file, or of time where every label is a period.
    pub rows: Vec<PeriodRow>,
    /// The currency of the amounts.
    pub currency: Currency,
    /// Whether the movements are known to lie between the ends of their period, customer by customer. Other tables sum
    /// up those of its months.
    pub endpoints: bool,
}

/// The totals of one period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PeriodRow {
    /// The cell as the file has it.
    pub label: String,
    /// The period that the label means, if it means one.
    pub period: Option<Period>,
    /// Record number of the row in the file (the header is 1).
    pub record: u64,
    /// What the row knows.
    pub totals: Totals,
}

/// Totals of one period, each as far as it is known. Counts are whole, amounts are fixed-point units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// Customers just before the period.
    pub customers_start: Option<i64>,
    /// Customers just before the next period.
    pub customers_end: Option<i64>,
    /// Customers won and still there at the end.
    pub customers_new: Option<i64>,
    /// Customers of the start who are gone at the end.
    pub customers_lost: Option<i64>,
    /// Former customers who came back.
    pub customers_reactivated: Option<i64>,
    /// Customers won and lost again inside the period, invisible at its ends.
    pub customers_intra_period: Option<i64>,
    /// The churn rates of the days of the period added up.
    pub daily_churn: Option<f64>,
    /// MRR just before the period.
    pub mrr_start: Option<i128>,
    /// MRR of new customers.
    pub mrr_new: Option<i128>,
    /// MRR of customers who came back.
    pub mrr_reactivation: Option<i128>,
    /// Additional MRR of customers of the start.
    pub mrr_expansion: Option<i128>,
    /// Reduced MRR of customers who stayed; stored positive.
    pub mrr_contraction: Option<i128>,
    /// MRR of customers who left; stored positive.
    pub mrr_churn: Option<i128>,
    /// MRR just before the next period.
    pub mrr_end: Option<i128>,
    /// Sales and marketing cost.
    pub sales_and_marketing: Option<i128>,
    /// Gross margin as a fraction.
    pub gross_margin: Option<f64>,
    /// Revenue of the period.
    pub revenue: Option<i128>,
    /// Net burn of the period.
    pub net_burn: Option<i128>,
    /// Survey invitations sent.
    pub sent: Option<i64>,
    /// Invitations that could not be delivered.
    pub bounced: Option<i64>,
    /// Valid responses.
    pub responses: Option<i64>,
    /// Answers 9 and 10 to the recommendation question.
    pub promoters: Option<i64>,
    /// Answers 7 and 8.
    pub passives: Option<i64>,
    /// Answers 0 to 6.
    pub detractors: Option<i64>,
}

/// Answers to surveys: what the shape `survey` gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResponseTable {
    /// What was asked: each kind on each scale once.
    pub asked: Vec<Asked>,
    /// The responses in the order of time, those without a date first.
    pub responses: Vec<Response>,
    /// How many respondents there are; [`Response::respondent`] is below.
    pub respondents: u32,
    /// The customers; number 0 is nobody.
    pub customers: Names,
    /// What was written; number 0 is nothing. It goes into no report.
    pub comments: Names,
    /// The e-mail addresses of respondents; number 0 is none. Of them a report names those alone that join no customer.
    pub emails: Names,
    /// The number of each response's address; without an entry it has none.
    pub email_of: Vec<u32>,
    /// Columns by which responses can be told apart, with one constant value number per response.
    pub segments: Vec<Segment>,
    /// Whether the file tells partial responses from complete ones.
    pub knows_partial: bool,
}

/// A response: a score, a comment, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    /// When it was given, if the file says so.
    pub day: Option<Day>,
    /// Place of the question in [`ResponseTable::asked`], and the score on its scale; `None` for a comment alone.
    pub score: Option<(u8, u8)>,
    /// Who answered; a response without a respondent has a number of its own.
    pub respondent: u32,
    /// Number of the customer.
    pub customer: u32,
    /// Number of the comment.
    pub comment: u32,
    /// Whether the respondent did not go on to the end.
    pub partial: bool,
}

/// Who customers are: what the shape `customers` gives, which says something beside other data alone (metrics.md 5.2 i).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerTable {
    /// The customers in the order of the file, each once.
    pub customers: Names,
    /// Their attributes, with one constant value number per customer.
    pub segments: Vec<Segment>,
}

/// Data of any shape, ready for questions.
#[derive(Clone, Debug, PartialEq)]
pub enum Dataset {
    /// Customers by month.
    Ledger(Ledger),
    /// Subscriptions.
    Subscriptions(Box<Subscriptions>),
    /// Customers by status.
    Status(StatusTable),
    /// Totals by period.
    Periods(PeriodTable),
    /// Answers to surveys.
    Responses(ResponseTable),
    /// What users did.
    Events(EventTable),
    /// What customers bought and paid.
    Purchases(PurchaseTable),
    /// Who customers are.
    Customers(CustomerTable),
}

impl Dataset {
    /// Keeps what the conventions make of the data, for this question and those to come.
    pub fn adopt(&mut self, conventions: &Conventions) {
        if let Dataset::Subscriptions(subscriptions) = self {
            subscriptions.adopt(conventions);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_fill_their_cells_up_to_one_that_is_taken() {
        let january = Month::parse_iso("2025-01").expect("a month");
        let mut builder = LedgerBuilder::default();
        for month in [january, january.plus(1)] {
            let (place, _) = builder.column(month);
            assert_eq!(builder.add(place, 0, 500), Added::First);
        }
        // Customer 1 has a run of both months, customer 2 an explicit 0 in the second, 0 its first month once more.
        let month = |months: i32| (january.0 + months + 10) as u32;
        let rows = Rows {
            months: &[month(0), month(1), month(1), month(0)],
            runs: &[0, 2, 3],
            customers: &[1, 2, 0],
            amounts: &[100, 0, 7],
        };
        assert_eq!(builder.fill(10, rows, Place::default()), Place { run: 2, row: 3 });
        let mut customers = Names::default();
        for name in ["a", "b", "c"] {
            customers.push(name);
        }
        let (ledger, _) = builder.finish(customers, Vec::new(), Currency::EUR);
        let amounts = |closing: &Closing| [0, 1, 2].map(|customer| closing.amounts.get(customer));
        assert_eq!(ledger.closings.iter().map(amounts).collect::<Vec<_>>(), [[500, 100, 0]; 2]);
    }
}
