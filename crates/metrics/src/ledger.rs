//! The columns that every question is answered from: customers by month, customers by status, totals by period, answers
//! to surveys.
//!
//! A month's column holds the closing state of that month (metrics.md 3.1): MRR per customer just before the first
//! instant of the next month. Column after column, so that a movement is one pass over two arrays.

use crate::feedback::Asked;
use crate::money::Currency;
use crate::period::{Day, Month, Period};
use keeprate_columns::cells::{self, ABSENT};

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

/// Which value each customer has, always or month by month.
#[derive(Clone, Debug, PartialEq)]
pub enum Codes {
    /// One value number per customer.
    Constant(Vec<u16>),
    /// One value number per closing and customer, as in [`Ledger::closings`]; 0 where the file has no row.
    Monthly(Vec<Vec<u16>>),
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
    /// Columns by which customers can be told apart.
    pub segments: Vec<Segment>,
    /// The currency of all amounts.
    pub currency: Currency,
}

/// The closing state of one month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Closing {
    /// Whether the file has this month at all; `false` leads to `missing_period`.
    pub present: bool,
    /// MRR per customer in fixed-point units; 0 is not a customer, never negative.
    pub amounts: Vec<i64>,
}

impl Ledger {
    /// A ledger without customers: what a file with a header alone gives.
    pub fn empty(currency: Currency) -> Ledger {
        Ledger { customers: Names::default(), first: Month(0), closings: Vec::new(), segments: Vec::new(), currency }
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
        match &segment.codes {
            Codes::Constant(codes) => codes.clone(),
            Codes::Monthly(months) => {
                let mut codes = vec![0; self.customers.len()];
                let at = (month.0 - self.first.0).clamp(-1, months.len() as i32 - 1) + 1;
                let (before, after) = months.split_at(at as usize);
                for column in before.iter().rev().chain(after) {
                    for (code, value) in codes.iter_mut().zip(column) {
                        if *code == 0 {
                            *code = *value;
                        }
                    }
                }
                codes
            }
        }
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
    /// Cells without a row between two months with one, read as 0 (W-GAP).
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
    /// Amounts by month and customer, each as far as rows have come.
    amounts: Vec<Vec<i64>>,
    segments: Vec<CodesSoFar>,
}

/// Which value each customer has in a segment column, while rows arrive.
#[derive(Debug)]
pub enum CodesSoFar {
    /// The value number of each customer: every row of a customer has had the same so far. Attributes rarely change,
    /// and one number per customer is far quicker to keep than one per cell.
    Constant(Vec<u16>),
    /// Value numbers by month and customer, once some row differed.
    Monthly(Vec<Vec<u16>>),
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
            self.amounts.splice(0..0, std::iter::repeat_n(Vec::new(), missing));
            for segment in &mut self.segments {
                if let CodesSoFar::Monthly(months) = segment {
                    months.splice(0..0, std::iter::repeat_n(Vec::new(), missing));
                }
            }
            self.first = Some(month);
        }
        let place = (month.0 - self.first.unwrap_or(month).0) as usize;
        if place >= self.amounts.len() {
            self.present.resize(place + 1, false);
            self.amounts.resize_with(place + 1, Vec::new);
        }
        self.present[place] = true;
        (place, moved)
    }

    /// The first month that has a column.
    pub fn first(&self) -> Option<Month> {
        self.first
    }

    /// The cells of each month from the first on, [`ABSENT`] where no row has come, as far as there are: what a hot loop
    /// fills while all that it meets is absent.
    pub fn cells_mut(&mut self) -> &mut [Vec<i64>] {
        &mut self.amounts
    }

    /// Adds a row's amount to a cell.
    pub fn add(&mut self, place: usize, customer: u32, amount: i64) -> Added {
        let amounts = &mut self.amounts[place];
        let index = customer as usize;
        if index >= amounts.len() {
            amounts.resize((index + 1).next_power_of_two(), ABSENT);
        }
        let cell = &mut amounts[index];
        if *cell == ABSENT {
            *cell = amount;
            return Added::First;
        }
        match cell.checked_add(amount) {
            Some(sum) if sum != ABSENT => Added::Summed(std::mem::replace(cell, sum)),
            _ => Added::OutOfRange,
        }
    }

    /// What is known about a segment column, for a hot loop; what does not fit in goes through
    /// [`LedgerBuilder::set_segment`].
    pub fn codes_mut(&mut self, segment: usize) -> &mut CodesSoFar {
        if segment >= self.segments.len() {
            self.segments.resize_with(segment + 1, || CodesSoFar::Constant(Vec::new()));
        }
        &mut self.segments[segment]
    }

    /// Notes the value number of a customer in a segment column for a month; the last row wins. To be called for every
    /// row that is added, or for none of a segment.
    pub fn set_segment(&mut self, place: usize, segment: usize, customer: u32, code: u16) {
        let index = customer as usize;
        let codes = self.codes_mut(segment);
        if let CodesSoFar::Constant(known) = codes {
            if index >= known.len() {
                known.resize((index + 1).next_power_of_two(), 0);
            }
            if known[index] == code {
                return;
            }
            if known[index] == 0 {
                known[index] = code;
                return;
            }
            // So far every row of a customer had its one value, so that the cells with a row say who had which when.
            let known = std::mem::take(known);
            let code_of = |(amount, code): (&i64, &u16)| if *amount == ABSENT { 0 } else { *code };
            let months = self.amounts.iter().map(|month| month.iter().zip(&known).map(code_of).collect()).collect();
            self.segments[segment] = CodesSoFar::Monthly(months);
        }
        if let CodesSoFar::Monthly(months) = &mut self.segments[segment] {
            if place >= months.len() {
                months.resize_with(place + 1, Vec::new);
            }
            let month = &mut months[place];
            if index >= month.len() {
                month.resize((index + 1).next_power_of_two(), 0);
            }
            month[index] = code;
        }
    }

    /// Ends the collection: gaps become 0, negative sums become 0, and each segment column gets its values.
    /// `segments` names the columns and their values in the order of [`LedgerBuilder::set_segment`]'s numbers.
    pub fn finish(self, customers: Names, segments: Vec<(String, Names)>, currency: Currency) -> (Ledger, Found) {
        let count = customers.len();
        let mut found = Found::default();
        let mut last_seen = vec![u32::MAX; count];
        let mut closings = Vec::with_capacity(self.amounts.len());
        for (place, (mut amounts, present)) in self.amounts.into_iter().zip(self.present).enumerate() {
            amounts.resize(count, ABSENT);
            let closed = cells::close(place as u32, &mut amounts, &mut last_seen);
            found.gaps += closed.gaps;
            found.negative += closed.negative;
            closings.push(Closing { present, amounts });
        }
        let mut known = self.segments.into_iter();
        let segments = segments
            .into_iter()
            .map(|(column, values)| {
                let codes = match known.next().unwrap_or(CodesSoFar::Constant(Vec::new())) {
                    CodesSoFar::Constant(mut codes) => {
                        codes.resize(count, 0);
                        Codes::Constant(codes)
                    }
                    CodesSoFar::Monthly(mut months) => {
                        months.resize_with(closings.len(), Vec::new);
                        for month in &mut months {
                            month.resize(count, 0);
                        }
                        compact(months, count)
                    }
                };
                Segment { column, values, codes }
            })
            .collect();
        let first = self.first.unwrap_or(Month(0));
        (Ledger { customers, first, closings, segments, currency }, found)
    }
}

/// Keeps one value per customer where no customer ever changes it.
fn compact(months: Vec<Vec<u16>>, customers: usize) -> Codes {
    let mut constant = vec![0_u16; customers];
    for month in &months {
        for (kept, value) in constant.iter_mut().zip(month) {
            if *kept == 0 {
                *kept = *value;
            } else if *value != 0 && *value != *kept {
                return Codes::Monthly(months);
            }
        }
    }
    Codes::Constant(constant)
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

/// Data of any shape, ready for questions.
#[derive(Clone, Debug, PartialEq)]
pub enum Dataset {
    /// Customers by month.
    Ledger(Ledger),
    /// Customers by status.
    Status(StatusTable),
    /// Totals by period.
    Periods(PeriodTable),
    /// Answers to surveys.
    Responses(ResponseTable),
}
