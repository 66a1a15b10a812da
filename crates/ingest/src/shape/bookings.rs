//! Bookings in the form of DATEV's `Buchungsstapel`: an amount without sign, two accounts and the side of the first one
//! (metrics.md 5.4).
//!
//! Accounts of persons have a digit more than those of the general ledger. Debtors' begin with 1 to 6, creditors' with 7 to
//! 9. In both usual charts of accounts (SKR 03, SKR 04) the accounts of cash and banks begin with 1, those of revenue with
//! 8 or 4.

use keeprate_columns::row::Row;

use crate::context::Context;
use crate::fields::{Field, Mapping};
use crate::headers::normalize;

/// Where the columns of a booking are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bookings {
    account: usize,
    counter_account: usize,
    side: usize,
    /// Digits of an account of the general ledger.
    digits: usize,
}

/// What a booking of a debtor is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// What the debtor owes: an invoice, or a credit note.
    Invoice,
    /// What the debtor has paid, or got back.
    Receipt,
}

/// A booking of a debtor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Booking {
    pub(crate) about: About,
    /// The column that names the debtor.
    pub(crate) debtor: usize,
    /// Whether it takes back: a credit note, a refund.
    pub(crate) takes_back: bool,
}

impl Bookings {
    /// From the columns, if they are those of bookings.
    pub(crate) fn new(mapping: &Mapping, context: &Context) -> Option<Bookings> {
        let account = mapping.column(Field::Customer)?;
        let counter_account = mapping.column(Field::CounterAccount)?;
        let side = mapping.column(Field::DebitCredit)?;
        Some(Bookings { account, counter_account, side, digits: context.account_digits })
    }

    /// The booking of a row; `None` where it is not one of a debtor with revenue or money.
    pub(crate) fn read(&self, row: &Row<'_>, context: &Context) -> Option<Booking> {
        let text = |column: usize| context.text(row.field(column));
        let is_debit = match normalize(&text(self.side)).words.as_str() {
            "s" | "soll" => true,
            "h" | "haben" => false,
            _ => return None,
        };
        let (account, counter_account) = (text(self.account), text(self.counter_account));
        let (debtor, is_debit, other) = match (self.is_debtor(&account), self.is_debtor(&counter_account)) {
            (true, false) => (self.account, is_debit, counter_account),
            // What debits one account credits the other.
            (false, true) => (self.counter_account, !is_debit, account),
            _ => return None,
        };
        let about = match self.first_digit(&other, self.digits)? {
            b'1' => About::Receipt,
            b'4' | b'8' => About::Invoice,
            _ => return None,
        };
        Some(Booking { about, debtor, takes_back: is_debit == (about == About::Receipt) })
    }

    fn is_debtor(&self, account: &str) -> bool {
        matches!(self.first_digit(account, self.digits + 1), Some(b'1'..=b'6'))
    }

    /// The first digit of an account that has so many.
    fn first_digit(&self, account: &str, digits: usize) -> Option<u8> {
        let is_account = account.len() == digits && account.bytes().all(|byte| byte.is_ascii_digit());
        account.bytes().next().filter(|_| is_account)
    }
}
