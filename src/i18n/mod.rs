//! Every sentence of the app, typed, in both languages: a message that lacks one does not compile.

mod words;

pub use keeprate_ingest::Language;
use keeprate_metrics::catalogue::{Definition, Text, definition, term};
use keeprate_metrics::result::{MetricResult, Status};

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
            _ => self.field_other(),
        }
    }

    /// The short name of a metric.
    pub fn short(self, result: &MetricResult) -> &'static str {
        let definition: &Definition = definition(result.key);
        self.text(definition.short)
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
