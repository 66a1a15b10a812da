//! `keeprate presets [NAME]`: how other products count.

use crate::arguments::PresetsArguments;
use crate::format::{Align, pick, table};
use crate::problem::Problem;
use crate::{Outcome, write};
use keeprate_ingest::Language;
use keeprate_metrics::conventions::Conventions;
use keeprate_metrics::presets::{Choice, PRESETS, Preset};

/// The help text.
pub(crate) const HELP: &str = "
Usage: keeprate presets [NAME] [--locale de|en]

Lists the presets that report --preset and --against take: how each product counts, as far as it has
documented it. With a NAME, its settings with what they mean and the source, and below all settings
that --set takes with the values that hold under this preset.
";

/// Shows the list, or one preset.
pub(crate) fn run(arguments: &PresetsArguments) -> Result<Outcome, Problem> {
    let text = match arguments.preset {
        Some(preset) => entry(preset, arguments.language),
        None => list(arguments.language),
    };
    write::result(&text, None)?;
    Ok(Outcome::Done)
}

fn list(language: Language) -> String {
    let usual = Conventions::default();
    let row = |preset: &Preset| {
        let conventions = preset.conventions();
        let differs = |name: &&&str| conventions.get(name) != usual.get(name);
        let set = |name: &&str| format!("{name}={}", conventions.get(name));
        let settings: Vec<String> = Conventions::NAMES.iter().filter(differs).map(set).collect();
        vec![preset.key.to_owned(), preset.name.to_owned(), settings.join(" ")]
    };
    let columns = [
        (pick(language, "Preset", "Voreinstellung"), Align::Left),
        (pick(language, "Product", "Produkt"), Align::Left),
        (pick(language, "Settings that differ from ours", "Einstellungen, die von unseren abweichen"), Align::Left),
    ];
    table(&columns, &PRESETS.iter().map(row).collect::<Vec<_>>())
}

fn entry(preset: &Preset, language: Language) -> String {
    let row = |choice: &Choice| {
        let meaning = pick(language, choice.meaning.en, choice.meaning.de);
        [choice.setting, choice.value, meaning, choice.source].map(str::to_owned).to_vec()
    };
    let columns = [
        (pick(language, "Setting", "Einstellung"), Align::Left),
        (pick(language, "Value", "Wert"), Align::Left),
        (pick(language, "Meaning", "Bedeutung"), Align::Left),
        (pick(language, "Source", "Quelle"), Align::Left),
    ];
    let documented = table(&columns, &preset.choices.iter().map(row).collect::<Vec<_>>());
    let conventions = preset.conventions();
    let all: Vec<Vec<String>> =
        Conventions::NAMES.iter().map(|name| vec![(*name).to_owned(), conventions.get(name)]).collect();
    let all = table(&columns[..2], &all);
    format!("{}\n\n{documented}\n{all}", preset.name)
}
