//! Rows to cells of a table of amounts by month and customer.

/// Marks a cell that no row has named, so that an explicit 0 stays distinct from a gap.
pub const ABSENT: i64 = i64::MIN;

/// The columns of rows that are put into cells.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The month of each row, moved by any constant.
    pub months: &'a [u32],
    /// The number of the customer of each row.
    pub customers: &'a [u32],
    /// The amount of each row.
    pub amounts: &'a [i64],
}

/// Puts the amounts of rows into their cells, from the row at `from` to the first one that needs more than that: whose
/// month or customer has no cell yet, whose cell is taken, whose amount is negative or was not read. Returns its place,
/// or the number of rows. `base` is the month of the first of `columns`, moved as the rows' months are.
/// Hot: once per record.
pub fn fill(columns: &mut [Vec<i64>], base: u32, rows: Rows<'_>, from: usize) -> usize {
    let mut place = from;
    let months = rows.months.get(from..).unwrap_or_default();
    let customers = rows.customers.get(from..).unwrap_or_default();
    let amounts = rows.amounts.get(from..).unwrap_or_default();
    for ((month, customer), amount) in months.iter().zip(customers).zip(amounts) {
        let column = columns.get_mut(month.wrapping_sub(base) as usize);
        let Some(cell) = column.and_then(|column| column.get_mut(*customer as usize)) else { break };
        if *cell != ABSENT || *amount < 0 {
            break;
        }
        *cell = *amount;
        place += 1;
    }
    place
}

/// Walks over rows whose value is the one that their customer is known to have, from the row at `from` to the first that
/// differs. Returns its place, or the number of rows. Hot: once per record and column of attributes.
pub fn agreeing(known: &[u16], customers: &[u32], values: &[u32], from: usize) -> usize {
    let rows = customers.iter().zip(values).skip(from);
    let same = |(customer, value): &(&u32, &u32)| {
        known.get(**customer as usize).is_some_and(|known| u32::from(*known) == **value)
    };
    from + rows.take_while(same).count()
}

/// Puts the values of rows into their cells, from the row at `from` to the first whose month or customer has no cell yet.
/// Returns its place, or the number of rows. `base` is as for [`fill`]. Hot: once per record and column of attributes.
pub fn put(
    columns: &mut [Vec<u16>],
    base: u32,
    months: &[u32],
    customers: &[u32],
    values: &[u32],
    from: usize,
) -> usize {
    let mut place = from;
    for ((month, customer), value) in months.iter().zip(customers).zip(values).skip(from) {
        let column = columns.get_mut(month.wrapping_sub(base) as usize);
        let Some(cell) = column.and_then(|column| column.get_mut(*customer as usize)) else { break };
        *cell = *value as u16;
        place += 1;
    }
    place
}

/// What closing a month found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Months without a row between two with one.
    pub gaps: u64,
    /// Sums below 0.
    pub negative: u64,
}

/// Ends the filling of a month: absent cells and sums below 0 become 0. `seen` remembers the latest month with a row of
/// each customer, `u32::MAX` at first. Hot: once per customer and month.
pub fn close(month: u32, cells: &mut [i64], seen: &mut [u32]) -> Closed {
    let mut closed = Closed::default();
    for (cell, seen) in cells.iter_mut().zip(seen) {
        if *cell == ABSENT {
            *cell = 0;
            continue;
        }
        if *seen != u32::MAX {
            closed.gaps += u64::from(month - *seen - 1);
        }
        *seen = month;
        if *cell < 0 {
            closed.negative += 1;
            *cell = 0;
        }
    }
    closed
}
