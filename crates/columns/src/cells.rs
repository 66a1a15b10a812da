//! Tables of amounts by month and customer, and rows to their cells.

use std::ops::Range;

/// Customers of a chunk. No power of two: the cells of a customer would compete for the same places of the cache.
pub const CHUNK: usize = 1000;

/// Marks a cell whose rows add up to 0, so that an explicit 0 stays distinct from a cell without a row, which is 0.
pub const ZERO: i64 = i64::MIN;

/// What stands for a chunk that was never made.
pub(crate) static NOTHING: [i64; CHUNK] = [0; CHUNK];

/// A number per customer, 0 at first, in chunks that are made when one of their customers gets a number. So nothing
/// moves while customers come, and all months of a chunk fit the cache.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    chunks: Vec<Option<Box<[i64]>>>,
}

impl Column {
    /// The number of a customer.
    pub fn get(&self, customer: usize) -> i64 {
        self.chunk(customer / CHUNK).get(customer % CHUNK).copied().unwrap_or(0)
    }

    /// The numbers of the customers of a chunk, all of them 0 if there is no such chunk.
    #[inline]
    pub fn chunk(&self, number: usize) -> &[i64] {
        self.chunks.get(number).and_then(Option::as_deref).unwrap_or(&NOTHING)
    }

    /// The chunks that were made, with their numbers.
    pub fn chunks_mut(&mut self) -> impl Iterator<Item = (usize, &mut [i64])> {
        let numbered = self.chunks.iter_mut().enumerate();
        numbered.filter_map(|(number, chunk)| Some((number, chunk.as_deref_mut()?)))
    }

    /// The numbers of so many customers.
    pub fn iter(&self, customers: usize) -> impl Iterator<Item = i64> {
        (0..customers.div_ceil(CHUNK)).flat_map(|number| self.chunk(number)).copied().take(customers)
    }

    /// The cell of a customer; makes its chunk.
    pub fn cell_mut(&mut self, customer: usize) -> &mut i64 {
        let number = customer / CHUNK;
        if number >= self.chunks.len() {
            self.chunks.resize(number + 1, None);
        }
        let chunk = self.chunks[number].get_or_insert_with(|| vec![0; CHUNK].into_boxed_slice());
        &mut chunk[customer % CHUNK]
    }

    /// A chunk, if it was made.
    #[inline(always)]
    fn chunk_mut(&mut self, number: usize) -> Option<&mut [i64]> {
        self.chunks.get_mut(number)?.as_deref_mut()
    }
}

/// Rows that are put into cells, in runs: rows of a run are alike in all but their month.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The month of each row, moved by any constant.
    pub months: &'a [u32],
    /// The place of the first row of each run.
    pub runs: &'a [u32],
    /// The number of the customer of each run.
    pub customers: &'a [u32],
    /// The amount of each run.
    pub amounts: &'a [i64],
}

/// Where a walk over rows has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The run.
    pub run: usize,
    /// The row, one of the run's.
    pub row: usize,
}

impl<'a> Rows<'a> {
    /// The rows in front of one, and their runs.
    pub fn up_to(self, row: usize) -> Rows<'a> {
        let runs = self.runs.partition_point(|start| (*start as usize) < row);
        Rows {
            months: self.months.get(..row).unwrap_or_default(),
            runs: self.runs.get(..runs).unwrap_or_default(),
            customers: self.customers.get(..runs).unwrap_or_default(),
            amounts: self.amounts.get(..runs).unwrap_or_default(),
        }
    }

    /// The place behind the last row of a run.
    fn end(&self, run: usize) -> usize {
        self.runs.get(run + 1).map_or(self.months.len(), |next| *next as usize)
    }

    /// The places of the rows of a run from one on.
    pub fn of(&self, run: usize, from: usize) -> Range<usize> {
        let start = self.runs.get(run).map_or(self.months.len(), |start| *start as usize);
        start.max(from)..self.end(run)
    }
}

/// Puts the amounts of rows into their cells, from one row to the first that needs more than that: whose month or chunk
/// is not there yet, whose cell is taken, whose amount is negative or was not read. Returns its place, or that behind
/// the last row. `base` is the month of the first of `columns`, moved as the rows' months are. Hot: once per record.
#[inline(never)]
pub fn fill(columns: &mut [Column], base: u32, rows: Rows<'_>, from: Place) -> Place {
    let Place { run, mut row } = from;
    let runs = rows.customers.iter().zip(rows.amounts).enumerate().skip(run);
    for (run, (customer, amount)) in runs {
        let months = rows.months.get(row..rows.end(run)).unwrap_or_default();
        if *amount < 0 && !months.is_empty() {
            return Place { run, row };
        }
        let amount = if *amount == 0 { ZERO } else { *amount };
        let (number, place) = (*customer as usize / CHUNK, *customer as usize % CHUNK);
        for month in months {
            let column = columns.get_mut(month.wrapping_sub(base) as usize);
            let cell = column.and_then(|column| column.chunk_mut(number)?.get_mut(place));
            let Some(cell) = cell.filter(|cell| **cell == 0) else { return Place { run, row } };
            *cell = amount;
            row += 1;
        }
    }
    Place { run: rows.runs.len(), row }
}

/// Stands for the value of a customer who has had several.
pub const CHANGING: u16 = u16::MAX;

/// Notes the values of runs whose customers have no other, from one run to the first with another than its customer is
/// known to have; runs without a value say nothing, those of a customer who is known to be [`CHANGING`] are not noted.
/// Returns the number of the run, or that of the runs. Hot: once per run and column of attributes.
#[inline(never)]
pub fn note(known: &mut [u16], customers: &[u32], values: &[u32], from: usize) -> usize {
    let runs = customers.iter().zip(values).skip(from);
    let noted = |(customer, value): &(&u32, &u32)| {
        let Some(known) = known.get_mut(**customer as usize) else { return false };
        if *known == 0 {
            *known = **value as u16;
        }
        u32::from(*known) == **value || **value == 0 && *known != CHANGING
    };
    from + runs.take_while(noted).count()
}

/// What closing a chunk found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Months without a row between two with one.
    pub gaps: u64,
    /// Sums below 0.
    pub negative: u64,
}

/// Ends the filling of a chunk: explicit zeros and sums below 0 become 0. `seen` remembers the latest month with a row of
/// each of its customers, `u32::MAX` at first. Hot: once per customer and month of a file that has such cells.
pub fn close(month: u32, cells: &mut [i64], seen: &mut [u32]) -> Closed {
    let mut closed = Closed::default();
    for (cell, seen) in cells.iter_mut().zip(seen).filter(|(cell, _)| **cell != 0) {
        if *seen != u32::MAX {
            closed.gaps += u64::from(month - *seen - 1);
        }
        *seen = month;
        if *cell < 0 {
            closed.negative += u64::from(*cell != ZERO);
            *cell = 0;
        }
    }
    closed
}
