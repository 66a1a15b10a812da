//! The rows as text. Bytes are put together by hand: formatting a million rows with the standard
//! library's machinery would take several times as long.

use crate::customer::{COUNTRIES, Customer, PLANS};

/// A CSV table in memory.
pub(crate) struct Table {
    german: bool,
    identifier_digits: usize,
    /// Each month of the data as it is written.
    months: Vec<String>,
    first_month: (u32, u32),
    bytes: Vec<u8>,
}

impl Table {
    /// A table with its header and no row.
    pub(crate) fn new(german: bool, identifier_digits: usize, first_month: (u32, u32)) -> Self {
        let header =
            if german { "Kunde;Monat;MRR;Währung;Tarif;Land\n" } else { "customer,month,mrr,currency,plan,country\n" };
        Self { german, identifier_digits, months: Vec::new(), first_month, bytes: header.as_bytes().to_vec() }
    }

    /// What was written since the start or the last [`Table::clear`].
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets what was written.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Writes a row for each month in which the customer paid.
    pub(crate) fn push(&mut self, customer: &Customer) {
        while self.months.len() < customer.history.months.len() {
            self.months.push(self.month(self.months.len()));
        }
        let separator = if self.german { b';' } else { b',' };

        let mut identifier = b"C-".to_vec();
        push_padded(&mut identifier, customer.number, self.identifier_digits);
        identifier.push(separator);

        let country = COUNTRIES[customer.history.country];
        for (month, contract) in self.months.iter().zip(&customer.history.months) {
            let Some(contract) = contract else { continue };
            self.bytes.extend_from_slice(&identifier);
            self.bytes.extend_from_slice(month.as_bytes());
            self.bytes.push(separator);
            push_amount(&mut self.bytes, contract.cents, self.german);
            self.bytes.push(separator);
            self.bytes.extend_from_slice(b"EUR");
            self.bytes.push(separator);
            self.bytes.extend_from_slice(PLANS[contract.plan].name.as_bytes());
            self.bytes.push(separator);
            self.bytes.extend_from_slice(country.as_bytes());
            self.bytes.push(b'\n');
        }
    }

    fn month(&self, index: usize) -> String {
        let (year, month) = self.first_month;
        let months = (month - 1) as usize + index;
        let (year, month) = (year as usize + months / 12, months % 12 + 1);
        if self.german { format!("{month:02}.{year}") } else { format!("{year}-{month:02}") }
    }
}

/// `129.00`, or `1.129,00` in German.
fn push_amount(bytes: &mut Vec<u8>, cents: u64, german: bool) {
    let (whole, fraction) = (cents / 100, cents % 100);
    if german && whole >= 1_000 {
        // Amounts of a million and more do not occur: the largest customers have hundreds of seats.
        push_padded(bytes, whole / 1_000, 1);
        bytes.push(b'.');
        push_padded(bytes, whole % 1_000, 3);
    } else {
        push_padded(bytes, whole, 1);
    }
    bytes.push(if german { b',' } else { b'.' });
    push_padded(bytes, fraction, 2);
}

/// The number in decimal with zeros in front up to at least `digits` digits.
fn push_padded(bytes: &mut Vec<u8>, number: u64, digits: usize) {
    let start = bytes.len();
    let mut rest = number;
    while rest > 0 || bytes.len() - start < digits {
        bytes.push(b'0' + (rest % 10) as u8);
        rest /= 10;
    }
    bytes[start..].reverse();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(cents: u64, german: bool) -> String {
        let mut bytes = Vec::new();
        push_amount(&mut bytes, cents, german);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn amounts_have_two_decimals() {
        assert_eq!(amount(12_900, false), "129.00");
        assert_eq!(amount(1_234_505, false), "12345.05");
        assert_eq!(amount(5, false), "0.05");
    }

    #[test]
    fn german_amounts_have_points_between_thousands() {
        assert_eq!(amount(12_900, true), "129,00");
        assert_eq!(amount(100_000, true), "1.000,00");
        assert_eq!(amount(1_204_505, true), "12.045,05");
    }
}
