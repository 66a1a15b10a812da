//! Definition presets: the conventions of known products as named bundles of settings (metrics.md 7). Data, not code: each
//! value with its source, and a sentence that says what it means. What a product has not documented is as it is by default.
//!
//! ```
//! use keeprate_metrics::presets::Preset;
//!
//! let stripe = Preset::parse("stripe").map(Preset::conventions);
//! assert_eq!(stripe.map(|conventions| conventions.get("churn_recognition")), Some("at_cancellation".to_owned()));
//! ```

use crate::catalogue::Text;
use crate::conventions::Conventions;

/// How one product counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name in options and files: `chartmogul`.
    pub key: &'static str,
    /// The product's name.
    pub name: &'static str,
    /// What is documented, in the order of [`Conventions::NAMES`].
    pub choices: &'static [Choice],
}

/// One documented value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The name of the convention.
    pub setting: &'static str,
    /// Its value.
    pub value: &'static str,
    /// Where it is documented.
    pub source: &'static str,
    /// What it means.
    pub meaning: Text,
}

const fn choice(
    setting: &'static str,
    value: &'static str,
    source: &'static str,
    en: &'static str,
    de: &'static str,
) -> Choice {
    Choice { setting, value, source, meaning: Text { en, de } }
}

/// The presets: ours, then the products by name.
pub const PRESETS: &[Preset] = &[
    Preset {
        key: "keeprate",
        name: "Keeprate",
        choices: &[
            choice(
                "churn_recognition",
                "end_of_service",
                "metrics.md 3.4",
                "Who cancels is a customer until the paid service ends.",
                "Wer kündigt, bleibt Kunde, bis die bezahlte Leistung endet.",
            ),
            choice(
                "pause_policy",
                "suspend",
                "metrics.md 3.4",
                "A pause has no MRR.",
                "Während einer Pause gibt es kein MRR.",
            ),
            choice(
                "bridge_gap",
                "1",
                "metrics.md 3.4",
                "What goes on the next day has not ended.",
                "Was am nächsten Tag weitergeht, hat nicht geendet.",
            ),
            choice(
                "zero_mrr_is_active",
                "false",
                "metrics.md 3.2",
                "Who pays nothing is no customer.",
                "Wer nichts zahlt, ist kein Kunde.",
            ),
            choice(
                "discounts",
                "recurring",
                "metrics.md 3.5",
                "Discounts count while they recur, never one that holds once.",
                "Rabatte zählen, solange sie wiederkehren, einmalige nie.",
            ),
            choice(
                "negative_recurring_lines",
                "ignore",
                "metrics.md 3.5",
                "Credits do not change MRR.",
                "Gutschriften ändern das MRR nicht.",
            ),
            choice(
                "day_factors",
                "calendar",
                "metrics.md 3.5",
                "Twelve months have 52 weeks or 365 days.",
                "Zwölf Monate haben 52 Wochen oder 365 Tage.",
            ),
            choice(
                "rounding",
                "fixed_point",
                "metrics.md 3.3",
                "Amounts are rounded when they are shown.",
                "Beträge werden erst bei der Anzeige gerundet.",
            ),
            choice(
                "customer_churn",
                "default",
                "metrics.md 4A",
                "Lost customers are divided by those at the start.",
                "Verlorene Kunden werden durch die am Anfang geteilt.",
            ),
            choice(
                "incl_reactivation",
                "false",
                "metrics.md 4C",
                "Who comes back is not in the base of NRR.",
                "Wer zurückkommt, gehört nicht zur Basis der NRR.",
            ),
            choice(
                "quick_ratio",
                "default",
                "metrics.md 4C",
                "Reactivation is a gain.",
                "Reaktivierung ist ein Zugewinn.",
            ),
        ],
    },
    Preset {
        key: "chargify",
        name: "Chargify (Maxio)",
        choices: &[
            choice(
                "negative_recurring_lines",
                "ignore",
                "Chargify/Maxio, Churn analytics",
                "Refunds do not change MRR.",
                "Erstattungen ändern das MRR nicht.",
            ),
            choice(
                "customer_churn",
                "default",
                "Chargify/Maxio, Churn analytics",
                "Lost customers are divided by those at the start.",
                "Verlorene Kunden werden durch die am Anfang geteilt.",
            ),
            choice(
                "incl_reactivation",
                "true",
                "Chargify/Maxio, Churn analytics",
                "Net churn subtracts reactivation.",
                "Die Nettoabwanderung zieht Reaktivierung ab.",
            ),
        ],
    },
    Preset {
        key: "chartmogul",
        name: "ChartMogul",
        choices: &[
            choice(
                "churn_recognition",
                "end_of_service",
                "ChartMogul, Configuring subscription analytics settings",
                "Who cancels is lost when the paid service ends.",
                "Wer kündigt, ist verloren, wenn die bezahlte Leistung endet.",
            ),
            choice(
                "pause_policy",
                "keep",
                "ChartMogul, Handling paused subscriptions",
                "Paused subscriptions of Stripe and Chargebee go on having MRR.",
                "Pausierte Abonnements aus Stripe und Chargebee behalten ihr MRR.",
            ),
            choice(
                "zero_mrr_is_active",
                "true",
                "ChartMogul, Configuring subscription analytics settings",
                "Who moves to a free plan stays a customer.",
                "Wer in einen kostenlosen Tarif wechselt, bleibt Kunde.",
            ),
            choice(
                "discounts",
                "all",
                "ChartMogul, How MRR is calculated from prorated invoices",
                "Discounts count as they are invoiced.",
                "Rabatte zählen so, wie sie auf der Rechnung stehen.",
            ),
            choice(
                "rounding",
                "minor_unit",
                "ChartMogul, How MRR is calculated from prorated invoices",
                "The MRR of each line is rounded to whole cents.",
                "Das MRR jeder Zeile wird auf ganze Cent gerundet.",
            ),
            choice(
                "customer_churn",
                "default",
                "ChartMogul, MRR churn rate",
                "Lost customers are divided by those at the start.",
                "Verlorene Kunden werden durch die am Anfang geteilt.",
            ),
            choice(
                "incl_reactivation",
                "true",
                "ChartMogul, MRR churn rate",
                "Net churn subtracts reactivation.",
                "Die Nettoabwanderung zieht Reaktivierung ab.",
            ),
        ],
    },
    Preset {
        key: "profitwell",
        name: "ProfitWell",
        choices: &[
            choice(
                "churn_recognition",
                "end_of_service",
                "ProfitWell, comparisons with Stripe, Recurly and ReCharge",
                "Who cancels is lost when the paid service ends.",
                "Wer kündigt, ist verloren, wenn die bezahlte Leistung endet.",
            ),
            choice(
                "pause_policy",
                "suspend",
                "ProfitWell, comparisons with Stripe, Recurly and ReCharge",
                "A pause has no MRR.",
                "Während einer Pause gibt es kein MRR.",
            ),
            choice(
                "bridge_gap",
                "0",
                "ProfitWell, comparisons with Stripe, Recurly and ReCharge",
                "Any gap is churn and, later, reactivation.",
                "Jede Lücke ist Abwanderung und später Reaktivierung.",
            ),
            choice(
                "discounts",
                "all",
                "ProfitWell, comparisons with Stripe, Recurly and ReCharge",
                "All discounts are subtracted.",
                "Alle Rabatte werden abgezogen.",
            ),
            choice(
                "negative_recurring_lines",
                "ignore",
                "ProfitWell, comparisons with Stripe, Recurly and ReCharge",
                "Refunds do not change MRR.",
                "Erstattungen ändern das MRR nicht.",
            ),
            choice(
                "customer_churn",
                "default",
                "ProfitWell, comparisons with Stripe, Recurly and ReCharge",
                "Who comes and goes within a month counts on neither side.",
                "Wer im selben Monat kommt und geht, zählt auf keiner Seite.",
            ),
        ],
    },
    Preset {
        key: "recurly",
        name: "Recurly",
        choices: &[
            choice(
                "pause_policy",
                "suspend",
                "ProfitWell, comparisons with Stripe, Recurly and ReCharge",
                "A pause has no MRR.",
                "Während einer Pause gibt es kein MRR.",
            ),
            choice(
                "bridge_gap",
                "30",
                "ProfitWell, comparisons with Stripe, Recurly and ReCharge",
                "Only a gap of a month or more is churn; here that is more than 30 days.",
                "Erst eine Lücke ab einem Monat ist Abwanderung, hier mehr als 30 Tage.",
            ),
            choice(
                "negative_recurring_lines",
                "subtract",
                "ProfitWell, comparisons with Stripe, Recurly and ReCharge",
                "Credits with a service period reduce MRR.",
                "Gutschriften mit Leistungszeitraum mindern das MRR.",
            ),
            choice(
                "day_factors",
                "thirty",
                "Recurly, Analytics dashboard",
                "A month has 30 days. Nothing is documented of weeks; here it has 4.33.",
                "Ein Monat hat 30 Tage. Zu Wochen ist nichts belegt; hier sind es 4,33.",
            ),
            choice(
                "customer_churn",
                "default",
                "Recurly, Analytics dashboard",
                "Lost customers are divided by those at the end of the month before.",
                "Verlorene Kunden werden durch die am Ende des Vormonats geteilt.",
            ),
        ],
    },
    Preset {
        key: "stripe",
        name: "Stripe",
        choices: &[
            choice(
                "churn_recognition",
                "at_cancellation",
                "ProfitWell, comparisons with Stripe, Recurly and ReCharge",
                "Who cancels is lost at once.",
                "Wer kündigt, ist sofort verloren.",
            ),
            choice(
                "pause_policy",
                "keep",
                "ChartMogul, Handling paused subscriptions",
                "Paused subscriptions go on having MRR.",
                "Pausierte Abonnements behalten ihr MRR.",
            ),
            choice(
                "zero_mrr_is_active",
                "false",
                "Stripe, Billing metric definitions",
                "Who has a free plan is no subscriber.",
                "Wer einen kostenlosen Tarif hat, ist kein Abonnent.",
            ),
            choice(
                "discounts",
                "unlimited",
                "Stripe support, Billing analytics",
                "Only coupons without an end are subtracted.",
                "Nur unbefristete Gutscheine werden abgezogen.",
            ),
            choice(
                "customer_churn",
                "exposed_base",
                "Stripe support, Calculating churn rate in Billing",
                "Lost and short-lived customers are divided by those at the start and new ones.",
                "Verlorene und kurzlebige Kunden werden durch die am Anfang und die neuen geteilt.",
            ),
        ],
    },
];

impl Preset {
    /// The preset of a key.
    pub fn parse(key: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.key == key)
    }

    /// Its conventions: the default ones, where nothing is documented.
    pub fn conventions(&self) -> Conventions {
        let mut conventions = Conventions::default();
        for choice in self.choices {
            // Each value is known, as a test holds.
            let _ = conventions.set(choice.setting, choice.value);
        }
        conventions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_a_known_value_in_order_and_worded() {
        for preset in PRESETS {
            let mut conventions = Conventions::default();
            let place = |name: &str| Conventions::NAMES.iter().position(|known| *known == name);
            assert!(preset.choices.is_sorted_by(|a, b| place(a.setting) < place(b.setting)), "{}", preset.key);
            for Choice { setting, value, source, meaning } in preset.choices {
                assert_eq!(conventions.set(setting, value), Ok(()), "{}: {setting}", preset.key);
                // Who says so, and where.
                assert!(source.contains(", ") || source.starts_with("metrics.md"), "{source}");
                for text in [meaning.en, meaning.de] {
                    assert!(text.ends_with('.') && !text.contains(" Sie "), "{text}");
                }
            }
            assert_eq!(preset.conventions(), conventions, "{}", preset.key);
        }
    }

    #[test]
    fn our_own_preset_is_the_default() {
        assert_eq!(Preset::parse("keeprate").map(Preset::conventions), Some(Conventions::default()));
        assert_eq!(Preset::parse("Stripe"), None);
    }
}
