//! What the rows hold that are left out for errors (metrics.md 6.9): of how many customers they are, and what they amount to.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_columns::row::Row;
use keeprate_metrics::money::{Amount, Currency};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::currency;
use crate::date::DateOrder;
use crate::fields::{Field, Mapping, month_columns};
use crate::number::{self, Decimal, Evidence, Exact, Reading};

/// What amounts that were left out come to in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct LeftOutAmount {
    /// The currency.
    pub currency: Currency,
    /// The sum of the amounts that could be read, as the rows have them: prices of subscriptions for a billing period.
    pub amount: Amount,
}

/// Where rows name their customer and their amounts, and what those of them that are left out come to.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    customer: Option<usize>,
    amounts: Vec<usize>,
    /// How many of an amount a row is about, where it is the price of one.
    quantity: Option<usize>,
    currency: Option<usize>,
    customers: HashSet<u64>,
    sums: Vec<(Currency, i128)>,
}

impl LeftOut {
    /// Looks at the columns of a mapping.
    pub(crate) fn of(mapping: &Mapping) -> LeftOut {
        let fields = [Field::Mrr, Field::Amount, Field::GrossAmount, Field::UnitPrice];
        let amount = fields.iter().find_map(|field| Some((*field, mapping.column(*field)?)));
        let months = month_columns(mapping, DateOrder::DayFirst).map(|(column, _)| column);
        LeftOut {
            customer: mapping.customer(),
            amounts: amount.map(|(_, column)| column).into_iter().chain(months).collect(),
            quantity: amount
                .and_then(|(field, _)| mapping.column(Field::Quantity).filter(|_| field == Field::UnitPrice)),
            currency: mapping.column(Field::Currency),
            ..LeftOut::default()
        }
    }

    /// How many customers have a row among them.
    pub(crate) fn customers(&self) -> u64 {
        self.customers.len() as u64
    }

    /// What they amount to, by currency.
    pub(crate) fn amounts(&self) -> Vec<LeftOutAmount> {
        let amount = |(currency, units): &(Currency, i128)| LeftOutAmount {
            currency: *currency,
            amount: currency.amount(*units),
        };
        self.sums.iter().map(amount).collect()
    }
}

impl Context {
    /// Takes down what a row holds that is left out.
    #[cold]
    pub(crate) fn take_down(&mut self, row: &Row<'_>) {
        if let Some(column) = self.lost.customer {
            let name = self.text(row.field(column));
            if !name.is_empty() {
                self.lost.customers.insert(BuildHasherDefault::<DefaultHasher>::default().hash_one(name));
            }
        }
        let named = self.lost.currency.and_then(|column| currency::parse(&self.text(row.field(column))));
        let conversion = self.currencies.conversion(named.unwrap_or(self.currencies.unnamed_currency()));
        let quantity = self.lost.quantity.and_then(|column| self.glance(row, column));
        for place in 0..self.lost.amounts.len() {
            let Some(column) = self.lost.amounts.get(place).copied() else { return };
            let units = self.glance(row, column).and_then(|exact| conversion.units_of(exact)).map(i128::from);
            let Some(units) = units.and_then(|units| quantity.map_or(Some(units), |quantity| quantity.of(units)))
            else {
                continue;
            };
            let currency = conversion.currency();
            match self.lost.sums.iter_mut().find(|(known, _)| *known == currency) {
                Some((_, sum)) => *sum += units,
                None => self.lost.sums.push((currency, units)),
            }
        }
    }

    /// A number as its column is read so far, without learning from it.
    fn glance(&self, row: &Row<'_>, column: usize) -> Option<Exact> {
        let Reading::Number(candidate) = number::read(&self.text(row.field(column))) else { return None };
        let decimal = match (candidate.evidence, self.point(column)) {
            (Evidence::Decides(decimal), 0) => decimal,
            (_, 0) => self.default_decimal(),
            (_, b',') => Decimal::Comma,
            _ => Decimal::Point,
        };
        candidate.value(decimal).filter(|_| !candidate.percent)
    }
}
