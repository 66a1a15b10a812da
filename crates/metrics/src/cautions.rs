//! What the flags and warnings of a result say: a word to stand beside the figure, and a sentence for who asks.
//!
//! Page, calculators and command line read them here, so that all say the same.
//!
//! ```
//! use keeprate_metrics::{cautions::cautions, customers::lifetime_from_churn, result::{Scope, Unit}};
//!
//! let lifetime = lifetime_from_churn(&Scope::default(), 0.03, Unit::Months, None);
//! assert_eq!(cautions(&lifetime).first().map(|caution| caution.word.en), Some("estimate"));
//! ```

use crate::catalogue::{Family, Key, Text, definition};
use crate::result::{Flag, MetricResult, Status};

/// What is to be borne in mind about a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caution {
    /// A few words, to stand beside the figure.
    pub word: Text,
    /// A sentence or two.
    pub sentence: Text,
}

/// What a flag says.
pub fn of_flag(flag: Flag) -> Caution {
    match flag {
        Flag::LowN => Caution {
            word: Text { en: "n < 30", de: "n < 30" },
            sentence: Text {
                en: "Rests on fewer than 30 observations: a few more or fewer can move it far.",
                de: "Beruht auf weniger als 30 Beobachtungen: Schon einzelne können die Zahl deutlich verschieben.",
            },
        },
        Flag::VeryLowN => Caution {
            word: Text { en: "n < 5", de: "n < 5" },
            sentence: Text {
                en: "Rests on fewer than 5 observations: too few for a verdict or for a target.",
                de: "Beruht auf weniger als 5 Beobachtungen: zu wenige für ein Urteil oder ein Ziel.",
            },
        },
        Flag::PartialPeriod => Caution {
            word: Text { en: "incomplete period", de: "unvollständiger Zeitraum" },
            sentence: Text {
                en: "The period ends later than the data do: the figure is not final.",
                de: "Der Zeitraum endet später als die Daten: Die Zahl ist noch nicht endgültig.",
            },
        },
        Flag::Estimate => Caution {
            word: Text { en: "estimate", de: "Schätzung" },
            sentence: Text {
                en: "Rests on an assumption that no data prove, such as rates that stay as they are.",
                de: "Beruht auf einer Annahme, die keine Daten belegen, etwa dass Raten so bleiben.",
            },
        },
        Flag::LeftTruncated => Caution {
            word: Text { en: "began before the data", de: "Beginn vor den Daten" },
            sentence: Text {
                en: "Some of those counted may have begun before the data do, so that they are no beginners.",
                de: "Unter den Gezählten sind womöglich solche, die schon vor Beginn der Daten da waren, also keine Anfänger.",
            },
        },
        Flag::MixedScale => Caution {
            word: Text { en: "answers on another scale left out", de: "ohne Antworten auf anderer Skala" },
            sentence: Text {
                en: "Answers on another scale are left out, because scores of two scales do not add up.",
                de: "Antworten auf einer anderen Skala zählen nicht mit, weil sich Werte zweier Skalen nicht zusammenrechnen lassen.",
            },
        },
        Flag::LowCoverage => Caution {
            word: Text { en: "few customers answered", de: "wenige Kunden haben geantwortet" },
            sentence: Text {
                en: "The customers who answered stand for less than 30 % of the MRR. Of the others nothing is known.",
                de: "Die Kunden mit Antworten stehen für weniger als 30 % des MRR. Über die übrigen ist nichts bekannt.",
            },
        },
    }
}

/// What a warning says about a metric; nothing where the code is not one that calculations raise.
pub fn of_warning(key: Key, code: &str) -> Option<Caution> {
    let (word, sentence) = match code {
        "W-IDENTITY" => {
            let sentence = if definition(key).family == Family::Revenue {
                Text {
                    en: "Start and movements do not give the end. Check whether all movements are there and losses are positive.",
                    de: "Anfang und Bewegungen ergeben nicht das Ende. Zu prüfen ist, ob alle Bewegungen da und Verluste positiv sind.",
                }
            } else {
                Text {
                    en: "Start − lost + new does not give the end. Count only new customers who are still there at the end.",
                    de: "Anfang − verloren + neu ergibt nicht das Ende. Nur neue Kunden zählen, die am Ende noch da sind.",
                }
            };
            (Text { en: "does not add up", de: "geht nicht auf" }, sentence)
        }
        "W-LTV-HORIZON" => (
            Text { en: "beyond 60 months", de: "über 60 Monate" },
            Text {
                en: "The lifetime is beyond 60 months: nobody has data for that. The value within 60 months stands beside it.",
                de: "Die Lebensdauer liegt über 60 Monaten: Dafür hat niemand Daten. Der Wert innerhalb von 60 Monaten steht daneben.",
            },
        ),
        "W-WATERFALL" => (
            Text { en: "sums over months", de: "Summen über Monate" },
            Text {
                en: "The period is longer than a month. If its movements are sums over the months, customers who came in between count as if they had been there at the start.",
                de: "Der Zeitraum ist länger als ein Monat. Falls die Bewegungen Summen über die Monate sind, zählen auch Kunden mit, die erst zwischendurch kamen.",
            },
        ),
        "W-RESPONSES-EXCEED" => (
            Text { en: "more answers than invitations", de: "mehr Antworten als Einladungen" },
            Text {
                en: "There are more answers than invitations that arrived. Check both numbers.",
                de: "Es gibt mehr Antworten als zugestellte Einladungen. Zu prüfen sind beide Zahlen.",
            },
        ),
        "I-FEWER-THAN-N" => (
            Text { en: "fewer customers than asked for", de: "weniger Kunden als gefragt" },
            Text {
                en: "There are fewer customers than are asked for as the largest ones: all of them are in the share.",
                de: "Es gibt weniger Kunden, als nach den größten gefragt sind: Im Anteil sind alle.",
            },
        ),
        "E-AGG-RANGE" => (
            Text { en: "impossible numbers", de: "unmögliche Zahlen" },
            Text {
                en: "These numbers cannot stand together: more is lost than there was, or a share lies outside 0 to 100 %.",
                de: "Diese Zahlen passen nicht zusammen: Es ging mehr verloren, als da war, oder ein Anteil liegt außerhalb von 0 bis 100 %.",
            },
        ),
        _ => return None,
    };
    Some(Caution { word, sentence })
}

/// What is to be borne in mind about a result: warnings first, then flags. Of a result without a value that is what may
/// explain it, not what qualifies a figure that is not there.
pub fn cautions(result: &MetricResult) -> Vec<Caution> {
    let defined = result.status == Status::Ok;
    let explains = |flag: &&Flag| defined || matches!(flag, Flag::MixedScale | Flag::PartialPeriod);
    let warnings = result.warnings.iter().filter_map(|warning| of_warning(result.key, &warning.code));
    warnings.chain(result.flags.iter().filter(explains).map(|flag| of_flag(*flag))).collect()
}

/// The words of [`cautions`] beside a figure, or beside the reason why there is none: what that reason says already is not
/// repeated.
pub fn words(result: &MetricResult) -> Vec<Text> {
    let shown = if result.status == Status::Error { Vec::new() } else { cautions(result) };
    shown.into_iter().map(|caution| caution.word).collect()
}
