//! Known exports: which columns their makers' tables have, and what those mean (metrics.md 5.4). A profile is data.

use crate::fields::{Field, Shape};

/// An export that is known by its columns.
#[derive(Debug)]
pub(crate) struct Profile {
    /// What one row is.
    pub(crate) shape: Shape,
    /// Headers that no other table has together.
    signature: &'static [&'static str],
    /// Fields and their headers; of several for a field the first that is there counts.
    pub(crate) columns: &'static [(Field, &'static str)],
}

const PROFILES: &[Profile] = &[
    // Stripe's list of subscriptions: its amount is the price of one of `Quantity`.
    Profile {
        shape: Shape::Subscriptions,
        signature: &["Customer ID", "Status", "Amount", "Interval", "Current Period Start (UTC)"],
        columns: &[
            (Field::Customer, "Customer ID"),
            (Field::Email, "Customer Email"),
            (Field::UnitPrice, "Amount"),
            (Field::Quantity, "Quantity"),
            (Field::Interval, "Interval"),
            (Field::Currency, "Currency"),
            (Field::Start, "Start Date (UTC)"),
            (Field::Start, "Start (UTC)"),
            (Field::Start, "Created (UTC)"),
            (Field::TrialEnd, "Trial End (UTC)"),
            (Field::End, "Ended At (UTC)"),
            (Field::TermEnd, "Current Period End (UTC)"),
            (Field::EndsWithTerm, "Cancel At Period End"),
            (Field::Cancelled, "Canceled At (UTC)"),
            (Field::Reason, "Cancellation Reason"),
            (Field::Status, "Status"),
        ],
    },
];

/// The export whose columns these are.
pub(crate) fn find(headers: &[String]) -> Option<&'static Profile> {
    let has = |name: &&str| headers.iter().any(|header| header == name);
    PROFILES.iter().find(|profile| profile.signature.iter().all(has))
}

impl Profile {
    /// What its columns mean, beside what a person has chosen.
    pub(crate) fn complete(&self, headers: &[String], chosen: &[(Field, String)]) -> Vec<(Field, String)> {
        let mut map = chosen.to_vec();
        for (field, name) in self.columns {
            let is_free = map.iter().all(|(known, header)| known != field && header != name);
            if is_free && headers.iter().any(|header| header == name) {
                map.push((*field, (*name).to_owned()));
            }
        }
        map
    }
}
