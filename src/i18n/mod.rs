//! Every sentence of the app, typed, in both languages: a message that lacks one does not compile.

mod words;

use crate::queries::builder::Group;
use crate::queries::reading::Decision;
pub use keeprate_ingest::Language;
use keeprate_ingest::{Shape, parse_scale};
use keeprate_metrics::catalogue::{Family, Key, Text, term};
use keeprate_metrics::feedback::{Group as Answers, Reading};
use keeprate_metrics::result::{MetricResult, Status};
use keeprate_metrics::risk::RiskLevel;

/// The messages in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Messages {
    /// The language.
    pub language: Language,
}

impl Messages {
    /// A wording of the catalogue in this language.
    pub fn text(self, text: Text) -> &'static str {
        match self.language {
            Language::De => text.de,
            Language::En => text.en,
        }
    }

    /// The name of a part of a result.
    pub fn term(self, name: &str) -> String {
        term(name).map_or_else(|| name.to_owned(), |text| self.text(text).to_owned())
    }

    /// The language as HTML and `Intl` name it.
    pub fn tag(self) -> &'static str {
        match self.language {
            Language::De => "de",
            Language::En => "en",
        }
    }

    /// Why a result has no value (metrics.md 3.7).
    pub fn reason(self, result: &MetricResult) -> String {
        match result.status {
            Status::Ok => String::new(),
            Status::UndefinedZeroBase => self.no_base().to_owned(),
            Status::UndefinedNonpositiveBase => self.not_meaningful().to_owned(),
            Status::Infinite => self.no_losses().to_owned(),
            Status::NoPriorPeriod => self.no_earlier_period().to_owned(),
            Status::MissingPeriod => self.month_missing().to_owned(),
            Status::MissingInput => match &result.needs {
                Some(field) => self.needs_field(self.field(field)),
                None => self.needs_input().to_owned(),
            },
            Status::InsufficientData => self.too_little_data().to_owned(),
            Status::NotReached => self.not_reached().to_owned(),
            Status::Never => self.never().to_owned(),
            Status::Error => self.contradictory().to_owned(),
        }
    }

    /// A field of metrics.md 5.3 as a person would call the column.
    fn field(self, name: &str) -> &'static str {
        match name {
            "month" => self.field_month(),
            "tenure" => self.field_tenure(),
            "mrr" => self.field_mrr(),
            "customers_start" => self.field_customers_start(),
            "customers_end" => self.field_customers_end(),
            "customers_lost" => self.field_customers_lost(),
            "mrr_start" => self.field_mrr_start(),
            "mrr_new" => self.field_mrr_new(),
            "mrr_expansion" => self.field_mrr_expansion(),
            "mrr_contraction" => self.field_mrr_contraction(),
            "mrr_churn" => self.field_mrr_churn(),
            "mrr_end" => self.field_mrr_end(),
            "gross_margin" => self.field_gross_margin(),
            "sent" => self.field_sent(),
            "service_start" => self.field_service_start(),
            "activation_event" => self.field_activation_event(),
            "onboarding_steps" => self.field_onboarding_steps(),
            _ => self.field_other(),
        }
    }

    /// A word of a decision.
    pub fn decided(self, decision: Decision, word: &str) -> String {
        match (decision, word) {
            (Decision::Shape, key) => {
                Shape::parse(key).map(|shape| shape.name(self.language)).unwrap_or_default().to_owned()
            }
            (Decision::Encoding, name) => self.encoding(name),
            (Decision::Delimiter, "tab") => self.separator(self.tab()),
            (Decision::Delimiter, "comma") => self.separator(","),
            (Decision::Delimiter, "bar") => self.separator("|"),
            (Decision::Delimiter, _) => self.separator(";"),
            (Decision::Decimal, "comma") => self.decimal_comma().to_owned(),
            (Decision::Decimal, _) => self.decimal_point().to_owned(),
            (Decision::DateOrder, "day_first") => self.day_first().to_owned(),
            (Decision::DateOrder, _) => self.month_first().to_owned(),
            (Decision::DateSystem, year) => self.days_since(year),
            (Decision::MinorUnits, "cents") => self.amounts_in_cents().to_owned(),
            (Decision::MinorUnits, _) => self.amounts_as_written().to_owned(),
            (Decision::Scale, word) => match parse_scale(word) {
                Some(scale) => {
                    let range = [scale.low().to_string(), scale.high().to_string()].join("–");
                    self.scale_of_scores(self.reading_of_scores(scale.reading), &range)
                }
                None => String::new(),
            },
            (Decision::TimeZone, "utc") => "UTC".to_owned(),
            (Decision::TimeZone, _) => self.local_time().to_owned(),
        }
    }

    /// What is decided, as a question to who cannot see where it stands.
    pub fn decision(self, decision: Decision) -> &'static str {
        match decision {
            Decision::Shape => self.what_a_row_is(),
            Decision::Delimiter => self.what_separates(),
            Decision::Encoding => self.what_bytes_mean(),
            Decision::Decimal => self.decimal_separator(),
            Decision::DateOrder => self.order_of_day_and_month(),
            Decision::DateSystem => self.what_serials_count_from(),
            Decision::MinorUnits => self.what_amounts_are_in(),
            Decision::Scale => self.what_scores_answer(),
            Decision::TimeZone => self.zone_of_times(),
        }
    }

    /// What scores say.
    fn reading_of_scores(self, reading: Reading) -> &'static str {
        match reading {
            Reading::Nps => self.scores_nps(),
            Reading::Satisfaction => self.scores_satisfaction(),
            Reading::SchoolGrade => self.scores_grade(),
            Reading::Easy => self.scores_easy(),
            Reading::Effort => self.scores_effort(),
        }
    }

    /// How likely a customer is to leave, by the rules; `None` where too little is known.
    pub fn risk_level(self, level: Option<RiskLevel>) -> &'static str {
        match level {
            Some(RiskLevel::Leaving) => self.risk_leaving(),
            Some(RiskLevel::High) => self.risk_high(),
            Some(RiskLevel::Medium) => self.risk_medium(),
            Some(RiskLevel::Low) => self.risk_low(),
            None => self.risk_none(),
        }
    }

    /// A rule of the churn risk, by its name among the settings.
    pub fn risk_rule(self, name: &str) -> &'static str {
        match name {
            "risk_inactivity" => self.risk_rule_inactivity(),
            "risk_usage_drop" => self.risk_rule_usage_drop(),
            "risk_feedback" => self.risk_rule_feedback(),
            "risk_payment" => self.risk_rule_payment(),
            "risk_contraction" => self.risk_rule_contraction(),
            "risk_renewal" => self.risk_rule_renewal(),
            "risk_tenure" => self.risk_rule_tenure(),
            "risk_needed" => self.risk_rule_needed(),
            _ => self.risk_rule_levels(),
        }
    }

    /// A setting of how subscriptions are counted, by its name.
    pub fn convention(self, name: &str) -> &'static str {
        match name {
            "amounts_include_tax" => self.convention_tax(),
            "end_is_first_day_without_service" => self.convention_end(),
            "spread_invoices" => self.convention_invoices(),
            "churn_recognition" => self.convention_recognition(),
            "pause_policy" => self.convention_pause(),
            "bridge_gap" => self.convention_gap(),
            "zero_mrr_is_active" => self.convention_free(),
            "discounts" => self.convention_discounts(),
            "negative_recurring_lines" => self.convention_negative(),
            "day_factors" => self.convention_days(),
            "rounding" => self.convention_rounding(),
            "movement_basis" => self.convention_movements(),
            "incl_reactivation" => self.convention_reactivation(),
            "quick_ratio" => self.convention_quick_ratio(),
            _ => self.convention_churn(),
        }
    }

    /// A family of metrics.
    pub fn family(self, family: Family) -> &'static str {
        match family {
            Family::Customers => self.customers(),
            Family::Usage => self.group_usage(),
            Family::Revenue => self.group_revenue(),
            Family::Economics => self.group_economics(),
            Family::Feedback => self.group_feedback(),
            Family::Planning => self.group_planning(),
        }
    }

    /// A group of the answers of a metric.
    pub fn answer_group(self, key: Key, group: Answers) -> &'static str {
        match (key, group) {
            (Key::Nps, Answers::Good) => self.promoters(),
            (Key::Nps, Answers::Neutral) => self.passives(),
            (Key::Nps, Answers::Bad) => self.detractors(),
            (Key::Csat, Answers::Good) => self.satisfied(),
            (Key::Csat, Answers::Bad) => self.dissatisfied(),
            (_, Answers::Good) => self.easy(),
            (_, Answers::Neutral) => self.neutral(),
            (_, Answers::Bad) => self.difficult(),
        }
    }

    /// What a group of the survey builder's fields is about.
    pub fn survey_group(self, group: Group) -> &'static str {
        match group {
            Group::Question => self.survey_group_question(),
            Group::Texts => self.survey_group_texts(),
            Group::Look => self.survey_group_look(),
            Group::Rules => self.survey_group_rules(),
            Group::Delivery => self.survey_group_delivery(),
        }
    }

    /// A field of the survey builder by its attribute.
    pub fn survey_field(self, name: &str) -> &'static str {
        match name {
            "kind" => self.survey_kind(),
            "symbols" => self.survey_symbols(),
            "product" => self.survey_product(),
            "locale" => self.survey_locale(),
            "question" => self.survey_question(),
            "low" => self.survey_low(),
            "high" => self.survey_high(),
            "follow-up" => self.survey_follow_up(),
            "thanks" => self.survey_thanks(),
            "consent" => self.survey_consent(),
            "privacy" => self.survey_privacy(),
            "place" => self.survey_place(),
            "theme" => self.survey_theme(),
            "accent" => self.survey_accent(),
            "trigger" => self.survey_trigger(),
            "sample" => self.survey_sample(),
            "cool-down" => self.survey_cool_down(),
            "cool-down-dismissed" => self.survey_cool_down_dismissed(),
            "from" => self.survey_from(),
            "until" => self.survey_until(),
            "pages" => self.survey_pages(),
            "endpoint" => self.survey_endpoint(),
            _ => self.survey_name(),
        }
    }

    /// A value that the survey builder offers.
    pub fn survey_choice(self, value: &str) -> &'static str {
        match value {
            "nps" => "NPS",
            "csat" => "CSAT",
            "ces" => "CES",
            "en" => "English",
            "de" => "Deutsch",
            "text" => self.survey_open_question(),
            "numbers" => self.survey_numbers(),
            "stars" => self.survey_stars(),
            "faces" => self.survey_faces(),
            "inline" => self.survey_inline(),
            "popover" => self.survey_popover(),
            "bar" => self.survey_bar(),
            "modal" => self.survey_modal(),
            "auto" => self.as_the_system(),
            "light" => self.light(),
            "dark" => self.dark(),
            "now" => self.survey_now(),
            "delay:30" => self.survey_delay(),
            "scroll:50" => self.survey_scroll(),
            "exit" => self.survey_exit(),
            "code" => self.survey_code(),
            _ => self.survey_as_the_page(),
        }
    }
}

/// The language of a browser's language list: German if it comes first, else English.
pub fn preferred<'a>(mut tags: impl Iterator<Item = &'a str>) -> Language {
    let known = tags.find_map(|tag| match tag.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("de") => Some(Language::De),
        Some("en") => Some(Language::En),
        _ => None,
    });
    known.unwrap_or(Language::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_wins() {
        for (tags, language) in [
            (vec!["de-AT", "en"], Language::De),
            (vec!["fr", "DE"], Language::De),
            (vec!["en-GB", "de"], Language::En),
            (vec!["fr", "x"], Language::En),
            (vec![], Language::En),
        ] {
            assert_eq!(preferred(tags.into_iter()), language);
        }
    }
}
