//! The command line.

use crate::sql::{self, Dialect, TableShape};
use crate::{check, metrics, presets, report, zone};
use keeprate_ingest::{
    DateSystem, Encoding, Field, LONGEST_GAP, Language, Options, Rate, SCALES, Shape, meanings, parse_scale, parse_year,
};
use keeprate_metrics::catalogue::Key;
use keeprate_metrics::money::Currency;
use keeprate_metrics::period::{Day, Month};
use keeprate_metrics::planning::Target;
use keeprate_metrics::presets::{PRESETS, Preset};
use keeprate_metrics::report::{Every, Settings};
use lexopt::{Arg, Parser};
use std::ffi::OsString;
use std::path::PathBuf;

/// The overview.
const HELP: &str = "
Usage: keeprate COMMAND [OPTION]...

  report FILE...   retention KPIs of a CSV file, or of several joined on the customer
  check FILE       how a file is read, and what is doubtful or wrong in it
  metrics [KEY]    the catalogue: key, name, formula, unit, source
  presets [NAME]   how other products count: settings, what they mean, source
  sql              the SQL of metrics, for the database that holds the rows

keeprate COMMAND --help tells more about one of them. FILE is - for standard input.

Exit status: 0 computed; 1 computed, but rows have errors and --strict was given; 2 bad usage;
3 a file cannot be used (one line on standard error, its code first).
";

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Show a text.
    Show(String),
    /// `keeprate report`
    Report(Box<ReportArguments>),
    /// `keeprate check`
    Check(Box<CheckArguments>),
    /// `keeprate metrics`
    Metrics(MetricsArguments),
    /// `keeprate presets`
    Presets(PresetsArguments),
    /// `keeprate sql`
    Sql(Box<SqlArguments>),
}

/// The file, and what is said about how to read it.
#[derive(Debug)]
pub(crate) struct Intake {
    /// The file; `-` for standard input.
    pub(crate) file: PathBuf,
    /// How to read it.
    pub(crate) options: Options,
    /// Row errors give exit status 1.
    pub(crate) strict: bool,
    /// Where to write instead of standard output.
    pub(crate) out: Option<PathBuf>,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// For programs: the document of report.md.
    Json,
    /// For people.
    Table,
    /// For spreadsheets.
    Csv,
}

/// The arguments of `keeprate report`.
#[derive(Debug)]
pub(crate) struct ReportArguments {
    /// The file.
    pub(crate) intake: Intake,
    /// Files that are joined with it.
    pub(crate) others: Vec<PathBuf>,
    /// First month.
    pub(crate) from: Option<Month>,
    /// Last month.
    pub(crate) to: Option<Month>,
    /// The grid.
    pub(crate) every: Option<Every>,
    /// Data are complete up to here.
    pub(crate) as_of: Option<Day>,
    /// `COLUMN` or `COLUMN=VALUE`, told apart once the columns are known.
    pub(crate) segments: Vec<String>,
    /// Targets beside the usual ones.
    pub(crate) targets: Vec<Target>,
    /// Settings.
    pub(crate) settings: Settings,
    /// What to explain the difference to, with its settings.
    pub(crate) against: Option<(Against, Settings)>,
    /// An earlier export, whose movements up to this one are reconstructed.
    pub(crate) previous: Option<Previous>,
    /// How to write the result.
    pub(crate) output: Output,
}

/// An earlier export of the same subscriptions.
#[derive(Debug)]
pub(crate) struct Previous {
    /// The file.
    pub(crate) file: PathBuf,
    /// It is complete up to here.
    pub(crate) as_of: Option<Day>,
}

/// The two ends of a bridge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Against {
    /// Where it starts.
    pub(crate) from: &'static Preset,
    /// Where it ends.
    pub(crate) to: &'static Preset,
}

/// The arguments of `keeprate presets`.
#[derive(Debug)]
pub(crate) struct PresetsArguments {
    /// The one preset to show; without it, all are listed.
    pub(crate) preset: Option<&'static Preset>,
    /// The language.
    pub(crate) language: Language,
}

/// The arguments of `keeprate check`.
#[derive(Debug)]
pub(crate) struct CheckArguments {
    /// The file.
    pub(crate) intake: Intake,
    /// Write JSON instead of text.
    pub(crate) json: bool,
}

/// The arguments of `keeprate metrics`.
#[derive(Debug)]
pub(crate) struct MetricsArguments {
    /// The one metric to show; without it, all are listed.
    pub(crate) key: Option<Key>,
    /// The language.
    pub(crate) language: Language,
}

/// The arguments of `keeprate sql`.
#[derive(Debug)]
pub(crate) struct SqlArguments {
    /// The database.
    pub(crate) dialect: &'static Dialect,
    /// What a row of the table is.
    pub(crate) shape: TableShape,
    /// The metrics, at least one, all of this shape.
    pub(crate) metrics: Vec<Key>,
    /// The name of the table, part by part.
    pub(crate) table: Vec<String>,
    /// Fields whose columns have other names.
    pub(crate) columns: Vec<(&'static str, String)>,
    /// First month.
    pub(crate) from: Option<Month>,
    /// Last month.
    pub(crate) to: Option<Month>,
    /// The length of the periods.
    pub(crate) every: Every,
    /// Data are complete up to here.
    pub(crate) as_of: Option<Day>,
    /// The language of the comments.
    pub(crate) language: Language,
}

/// Reads the command line. The error says in one line what is wrong with it.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut parser = Parser::from_args(arguments);
    match next(&mut parser)? {
        Some(Argument::Option(name)) => match name.as_str() {
            "help" | "h" => Ok(show(HELP)),
            "version" | "V" => Ok(Command::Show(format!("keeprate {}\n", env!("CARGO_PKG_VERSION")))),
            _ => Err(format!("unknown option {}; see keeprate --help", dashed(&name))),
        },
        Some(Argument::Value(name)) => match name.to_str() {
            Some("report") => parse_report(parser),
            Some("check") => parse_check(parser),
            Some("metrics") => parse_metrics(parser),
            Some("presets") => parse_presets(parser),
            Some("sql") => parse_sql(parser),
            Some("help") => Ok(show(HELP)),
            _ => Err(format!("there is no command {}; see keeprate --help", name.to_string_lossy())),
        },
        None => Err("a command is needed; see keeprate --help".to_owned()),
    }
}

fn parse_report(mut parser: Parser) -> Result<Command, String> {
    let mut common = Common::default();
    let mut arguments = ReportArguments {
        intake: Intake { file: PathBuf::new(), options: Options::default(), strict: false, out: None },
        others: Vec::new(),
        from: None,
        to: None,
        every: None,
        as_of: None,
        segments: Vec::new(),
        targets: Vec::new(),
        settings: Settings::default(),
        against: None,
        previous: None,
        output: Output::Table,
    };
    let (mut previous, mut previous_as_of) = (None, None);
    let (mut from_preset, mut to_preset, mut changes) = (None, None, Vec::new());
    while let Some(argument) = next(&mut parser)? {
        let name = match argument {
            Argument::Value(file) => {
                common.files.push(file);
                continue;
            }
            Argument::Option(name) => name,
        };
        match name.as_str() {
            "help" | "h" => return Ok(show(report::HELP)),
            "from" => arguments.from = Some(month(&value(&mut parser)?)?),
            "to" => arguments.to = Some(month(&value(&mut parser)?)?),
            "every" => arguments.every = Some(every(&value(&mut parser)?)?),
            "as-of" => arguments.as_of = Some(as_of(&value(&mut parser)?)?),
            "segment" => arguments.segments.push(value(&mut parser)?),
            "target" => {
                let text = value(&mut parser)?;
                let target = Target::parse(&text);
                arguments.targets.push(target.ok_or_else(|| {
                    format!("--target {text}: a key, <, <=, > or >= and a number, like nrr>1.0; see keeprate metrics")
                })?);
            }
            "set" => {
                let text = value(&mut parser)?;
                split(&text, "--set KEY=VALUE")?;
                changes.push(text);
            }
            "previous" => previous = Some(PathBuf::from(parser.value().map_err(|error| error.to_string())?)),
            "previous-as-of" => {
                let text = value(&mut parser)?;
                let day = Day::parse_iso(&text);
                previous_as_of = Some(day.ok_or_else(|| format!("--previous-as-of {text}: a day like 2025-06-01"))?);
            }
            "preset" => from_preset = Some(preset("--preset", &value(&mut parser)?)?),
            "against" => to_preset = Some(preset("--against", &value(&mut parser)?)?),
            "format" => {
                arguments.output = match value(&mut parser)?.as_str() {
                    "json" => Output::Json,
                    "table" => Output::Table,
                    "csv" => Output::Csv,
                    other => return Err(format!("--format {other}: json, table or csv")),
                };
            }
            _ => common.take(&name, &mut parser, "report")?,
        }
    }
    in_order(arguments.from, arguments.to)?;
    // What is set by hand holds for any preset.
    arguments.settings = settings(from_preset, &changes)?;
    if let Some(to) = to_preset {
        let from = from_preset.or(Preset::parse("keeprate")).unwrap_or(to);
        arguments.against = Some((Against { from, to }, settings(Some(to), &changes)?));
        refuse_beside_bridge(&arguments)?;
    }
    if previous.is_none() && previous_as_of.is_some() {
        return Err("--previous-as-of needs --previous FILE".to_owned());
    }
    arguments.previous = previous.map(|file| Previous { file, as_of: previous_as_of });
    if arguments.previous.is_some() {
        refuse_beside_previous(&arguments)?;
    }
    if common.files.len() > 1 {
        arguments.others = common.files.drain(1..).map(PathBuf::from).collect();
        common.options.beside_others = true;
        refuse_beside_others(&arguments, &common)?;
    }
    arguments.intake = common.finish("report")?;
    if arguments.previous.as_ref().is_some_and(|previous| previous.file == arguments.intake.file) {
        return Err("--previous is the FILE itself; two exports, please".to_owned());
    }
    // Rows that do not name months become months up to there.
    arguments.intake.options.as_of = arguments.as_of;
    Ok(Command::Report(Box::new(arguments)))
}

/// Settings of a preset, changed by `--set`.
fn settings(preset: Option<&Preset>, changes: &[String]) -> Result<Settings, String> {
    let mut settings = Settings::default();
    if let Some(preset) = preset {
        settings.conventions = preset.conventions();
    }
    for text in changes {
        let (name, value) = split(text, "--set KEY=VALUE")?;
        settings.set(name, value).map_err(|right| format!("--set {text}: {right}"))?;
    }
    Ok(settings)
}

fn preset(option: &str, name: &str) -> Result<&'static Preset, String> {
    Preset::parse(name).ok_or_else(|| {
        let known: Vec<&str> = PRESETS.iter().map(|preset| preset.key).collect();
        format!("{option} {name}: {}", known.join(", "))
    })
}

/// What is said of one file alone, and which files cannot be read beside each other.
fn refuse_beside_others(arguments: &ReportArguments, common: &Common) -> Result<(), String> {
    let given = [
        ("--shape", common.options.shape.is_some()),
        ("--against", arguments.against.is_some()),
        ("--previous", arguments.previous.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
        return Err(format!("{option} takes one FILE"));
    }
    let first = common.files.first().map(PathBuf::from);
    let files: Vec<&PathBuf> = first.iter().chain(&arguments.others).collect();
    let twice = files.iter().enumerate().find(|(place, file)| files.iter().take(*place).any(|other| other == *file));
    match twice {
        Some((_, file)) => Err(format!("{} is given twice; a file is joined with others", file.display())),
        None => Ok(()),
    }
}

/// A bridge has one period and all customers.
fn refuse_beside_bridge(arguments: &ReportArguments) -> Result<(), String> {
    let given = [
        ("--segment", !arguments.segments.is_empty()),
        ("--target", !arguments.targets.is_empty()),
        ("--every", arguments.every.is_some()),
        ("--format csv", arguments.output == Output::Csv),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(format!("{option} does not go with --against")),
        None => Ok(()),
    }
}

/// Two exports are compared as a whole, and a table of metrics has no room for it.
fn refuse_beside_previous(arguments: &ReportArguments) -> Result<(), String> {
    let given = [
        ("--segment", !arguments.segments.is_empty()),
        ("--against", arguments.against.is_some()),
        ("--format csv", arguments.output == Output::Csv),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(format!("{option} does not go with --previous")),
        None => Ok(()),
    }
}

fn parse_presets(mut parser: Parser) -> Result<Command, String> {
    let mut arguments = PresetsArguments { preset: None, language: Language::default() };
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Argument::Option(name) => match name.as_str() {
                "help" | "h" => return Ok(show(presets::HELP)),
                "locale" => arguments.language = locale(&value(&mut parser)?)?,
                _ => return Err(format!("unknown option {}; see keeprate presets --help", dashed(&name))),
            },
            Argument::Value(_) if arguments.preset.is_some() => return Err("one NAME at a time, please".to_owned()),
            Argument::Value(name) => arguments.preset = Some(preset("there is no preset", &name.to_string_lossy())?),
        }
    }
    Ok(Command::Presets(arguments))
}

fn parse_check(mut parser: Parser) -> Result<Command, String> {
    let mut common = Common::default();
    let mut json = false;
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Argument::Value(file) => common.files.push(file),
            Argument::Option(name) => match name.as_str() {
                "help" | "h" => return Ok(show(check::HELP)),
                "format" => {
                    json = match value(&mut parser)?.as_str() {
                        "json" => true,
                        "table" => false,
                        other => return Err(format!("--format {other}: json or table")),
                    };
                }
                _ => common.take(&name, &mut parser, "check")?,
            },
        }
    }
    Ok(Command::Check(Box::new(CheckArguments { intake: common.finish("check")?, json })))
}

fn parse_metrics(mut parser: Parser) -> Result<Command, String> {
    let mut arguments = MetricsArguments { key: None, language: Language::default() };
    while let Some(argument) = next(&mut parser)? {
        match argument {
            Argument::Option(name) => match name.as_str() {
                "help" | "h" => return Ok(show(metrics::HELP)),
                "locale" => arguments.language = locale(&value(&mut parser)?)?,
                _ => return Err(format!("unknown option {}; see keeprate metrics --help", dashed(&name))),
            },
            Argument::Value(_) if arguments.key.is_some() => return Err("one KEY at a time, please".to_owned()),
            Argument::Value(name) => {
                let name = name.to_string_lossy();
                let key = Key::parse(&name);
                arguments.key = Some(key.ok_or_else(|| format!("there is no metric {name}; see keeprate metrics"))?);
            }
        }
    }
    Ok(Command::Metrics(arguments))
}

fn parse_sql(mut parser: Parser) -> Result<Command, String> {
    let (mut dialect, mut shape, mut table) = (None, None, None);
    let (mut metrics, mut map) = (Vec::new(), Vec::new());
    let (mut from, mut to, mut grid, mut complete) = (None, None, None, None);
    let mut language = Language::default();
    while let Some(argument) = next(&mut parser)? {
        let name = match argument {
            Argument::Value(word) => {
                return Err(format!(
                    "sql takes options alone, not {}; see keeprate sql --help",
                    word.to_string_lossy()
                ));
            }
            Argument::Option(name) => name,
        };
        match name.as_str() {
            "help" | "h" => return Ok(show(sql::HELP)),
            "dialect" => {
                let text = value(&mut parser)?;
                let parsed = Dialect::parse(&text);
                dialect = Some(parsed.ok_or_else(|| format!("--dialect {text}: {}", dialects()))?);
            }
            "metric" => {
                let text = value(&mut parser)?;
                metrics.push(sql_metric(&text)?);
            }
            "shape" => {
                let text = value(&mut parser)?;
                let known: Vec<&str> = TableShape::ALL.iter().map(|shape| shape.key()).collect();
                let parsed = TableShape::parse(&text);
                shape = Some(parsed.ok_or_else(|| format!("--shape {text}: {} have SQL", known.join(", ")))?);
            }
            "table" => {
                let text = value(&mut parser)?;
                let parsed = sql::table_name(&text);
                table =
                    Some(parsed.ok_or_else(|| format!("--table {text:?}: a name like billing.mrr, without quotes"))?);
            }
            "map" => map.push(value(&mut parser)?),
            "from" => from = Some(month(&value(&mut parser)?)?),
            "to" => to = Some(month(&value(&mut parser)?)?),
            "every" => grid = Some(every(&value(&mut parser)?)?),
            "as-of" => complete = Some(as_of(&value(&mut parser)?)?),
            "locale" => language = locale(&value(&mut parser)?)?,
            _ => return Err(format!("unknown option {}; see keeprate sql --help", dashed(&name))),
        }
    }
    in_order(from, to)?;
    let dialect = dialect.ok_or_else(|| format!("sql needs --dialect: {}", dialects()))?;
    let shape = sql_shape(shape, &mut metrics)?;
    if grid.is_some() && !metrics.iter().any(|metric| sql::has_periods(*metric)) {
        return Err("--every: neither cohorts nor n_day_retention have periods".to_owned());
    }
    let columns: Vec<(&str, String)> = map.iter().map(|text| sql_column(text, shape)).collect::<Result<_, _>>()?;
    let is_repeated =
        |(place, (field, _)): (usize, &(&str, String))| columns.iter().take(place).any(|(known, _)| known == field);
    if columns.iter().enumerate().any(is_repeated) {
        return Err("--map names a field twice".to_owned());
    }
    Ok(Command::Sql(Box::new(SqlArguments {
        dialect,
        shape,
        metrics,
        table: table.unwrap_or_else(|| vec![shape.key().to_owned()]),
        columns,
        from,
        to,
        every: grid.unwrap_or_default(),
        as_of: complete,
        language,
    })))
}

/// The column of a field.
fn sql_column(text: &str, shape: TableShape) -> Result<(&'static str, String), String> {
    let (field, column) = split(text, "--map FIELD=COLUMN")?;
    let known = shape.fields().iter().find(|known| **known == field).ok_or_else(|| {
        format!("--map {text:?}: {} has no field {field}; there are {}", shape.key(), shape.fields().join(", "))
    })?;
    let column = sql::name(column).ok_or_else(|| format!("--map {text:?}: a column's name, without quotes"))?;
    Ok((known, column))
}

fn dialects() -> String {
    let names: Vec<&str> = sql::DIALECTS.iter().map(|dialect| dialect.name).collect();
    names.join(", ")
}

/// A metric that has SQL.
fn sql_metric(text: &str) -> Result<Key, String> {
    let has_sql = |key: &Key| TableShape::of(*key).is_some();
    let known = || Key::ALL.iter().filter(|key| has_sql(key)).map(|key| key.name()).collect::<Vec<&str>>().join(", ");
    match Key::parse(text) {
        Some(key) if has_sql(&key) => Ok(key),
        Some(_) => Err(format!("--metric {text}: it has no SQL; there are {}", known())),
        None => Err(format!("there is no metric {text}; see keeprate sql --help")),
    }
}

/// The shape that all metrics come from; without a metric those that it gives are asked for.
fn sql_shape(shape: Option<TableShape>, metrics: &mut Vec<Key>) -> Result<TableShape, String> {
    let shape = match (shape, metrics.first().and_then(|metric| TableShape::of(*metric))) {
        (Some(shape), _) | (None, Some(shape)) => shape,
        (None, None) => return Err("sql needs a --metric or a --shape; see keeprate sql --help".to_owned()),
    };
    if metrics.is_empty() {
        metrics.extend(shape.metrics());
    }
    let foreign = metrics.iter().find(|metric| !shape.metrics().contains(metric));
    match foreign.and_then(|metric| Some((metric, TableShape::of(*metric)?))) {
        Some((metric, needed)) => Err(format!(
            "{} comes from --shape {} ({}), not from {}; one shape at a time, please",
            metric.name(),
            needed.key(),
            needed.fields().join(", "),
            shape.key()
        )),
        None => Ok(shape),
    }
}

/// What `report` and `check` share.
#[derive(Default)]
struct Common {
    files: Vec<OsString>,
    options: Options,
    strict: bool,
    out: Option<PathBuf>,
}

impl Common {
    /// Takes an option and its value.
    fn take(&mut self, name: &str, parser: &mut Parser, command: &str) -> Result<(), String> {
        match name {
            "shape" => {
                let text = value(parser)?;
                self.options.shape = Some(Shape::parse(&text).ok_or_else(|| {
                    let known: Vec<&str> = Shape::ALL.iter().map(|shape| shape.key()).collect();
                    format!("--shape {text}: {} can be read so far", known.join(", "))
                })?);
            }
            "map" => {
                let text = value(parser)?;
                let (field, header) = split(&text, "--map FIELD=HEADER")?;
                let parsed = Field::parse(field).ok_or_else(|| {
                    let known: Vec<&str> = Field::ALL.iter().map(|field| field.key()).collect();
                    format!("--map {text}: there is no field {field}; there are {}", known.join(", "))
                })?;
                self.options.map.push((parsed, header.to_owned()));
            }
            "currency" => self.options.currency = Some(currency(&value(parser)?)?),
            "rate" => {
                let text = value(parser)?;
                let (code, rate) = split(&text, "--rate USD=0.5")?;
                let rate = Rate::parse(rate).ok_or_else(|| {
                    format!("--rate {text}: a positive number with a point and at most nine decimals, like USD=0.5")
                })?;
                self.options.rates.push((currency(code)?, rate));
            }
            "gap-fill" => {
                let text = value(parser)?;
                let months = text.parse().ok().filter(|months| *months <= LONGEST_GAP);
                self.options.gap_fill =
                    months.ok_or_else(|| format!("--gap-fill {text}: months, from 0 to {LONGEST_GAP}"))?;
            }
            "encoding" => {
                let text = value(parser)?;
                let encoding = Encoding::parse(&text).ok_or_else(|| {
                    format!("--encoding {text}: utf-8, utf-8-twice, windows-1252, utf-16le or utf-16be")
                })?;
                self.options.encoding = Some(encoding);
            }
            "date-system" => {
                let text = value(parser)?;
                let system = DateSystem::parse(&text).ok_or_else(|| format!("--date-system {text}: 1900 or 1904"))?;
                self.options.date_system = Some(system);
            }
            "scale" => {
                let text = value(parser)?;
                let names = SCALES.map(|(name, _)| name).join(", ");
                let scale = parse_scale(&text).ok_or_else(|| format!("--scale {text}: one of {names}"))?;
                self.options.scale = Some(scale);
            }
            "amounts" => {
                let text = value(parser)?;
                self.options.minor_units = Some(match text.as_str() {
                    "cents" => true,
                    "written" => false,
                    _ => return Err(format!("--amounts {text}: written or cents")),
                });
            }
            "word" => {
                let text = value(parser)?;
                let (word, meaning) = text.rsplit_once('=').ok_or("--word WORD=MEANING, like --word fortnight=week")?;
                if !words().any(|known| known == meaning) {
                    return Err(format!(
                        "--word {text}: {meaning} is none of {}",
                        words().collect::<Vec<_>>().join(", ")
                    ));
                }
                self.options.words.push((word.to_owned(), meaning.to_owned()));
            }
            "year" => {
                let text = value(parser)?;
                let year = parse_year(&text).ok_or_else(|| format!("--year {text}: a year from 1990 to 2100"))?;
                self.options.year = Some(year);
            }
            "time-zone" => {
                let text = value(parser)?;
                self.options.time_zone = zone::parse(&text).ok_or_else(|| {
                    format!("--time-zone {text}: a name of the time zone database, like Europe/Berlin")
                })?;
            }
            "locale" => self.options.language = locale(&value(parser)?)?,
            "strict" => self.strict = true,
            "out" => self.out = Some(PathBuf::from(parser.value().map_err(|error| error.to_string())?)),
            _ => return Err(format!("unknown option {}; see keeprate {command} --help", dashed(name))),
        }
        Ok(())
    }

    fn finish(self, command: &str) -> Result<Intake, String> {
        let mut files = self.files.into_iter();
        let Some(file) = files.next() else {
            return Err(format!("{command} needs a FILE, or - for standard input"));
        };
        if files.next().is_some() {
            return Err(format!("{command} takes one FILE at a time"));
        }
        Ok(Intake { file: PathBuf::from(file), options: self.options, strict: self.strict, out: self.out })
    }
}

/// An argument that no longer borrows the parser.
enum Argument {
    Option(String),
    Value(OsString),
}

fn next(parser: &mut Parser) -> Result<Option<Argument>, String> {
    let argument = parser.next().map_err(|error| error.to_string())?;
    Ok(argument.map(|argument| match argument {
        Arg::Short(letter) => Argument::Option(letter.to_string()),
        Arg::Long(name) => Argument::Option(name.to_owned()),
        Arg::Value(value) => Argument::Value(value),
    }))
}

fn value(parser: &mut Parser) -> Result<String, String> {
    let value = parser.value().map_err(|error| error.to_string())?;
    value.into_string().map_err(|value| format!("{} is not valid Unicode", value.to_string_lossy()))
}

/// An option as it was typed.
fn dashed(name: &str) -> String {
    format!("{}{name}", if name.chars().count() == 1 { "-" } else { "--" })
}

fn show(help: &str) -> Command {
    Command::Show(help.trim_start().to_owned())
}

fn split<'a>(text: &'a str, form: &str) -> Result<(&'a str, &'a str), String> {
    text.split_once('=').ok_or_else(|| format!("{text} is not of the form {form}"))
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse_iso(text).ok_or_else(|| format!("{text} is not a month like 2025-06"))
}

fn every(text: &str) -> Result<Every, String> {
    match text {
        "month" => Ok(Every::Month),
        "quarter" => Ok(Every::Quarter),
        "year" => Ok(Every::Year),
        _ => Err(format!("--every {text}: month, quarter or year")),
    }
}

fn as_of(text: &str) -> Result<Day, String> {
    Day::parse_iso(text).ok_or_else(|| format!("--as-of {text}: a day like 2025-06-01"))
}

fn in_order(from: Option<Month>, to: Option<Month>) -> Result<(), String> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(format!("--from {} lies after --to {}", from.to_iso(), to.to_iso())),
        _ => Ok(()),
    }
}

fn currency(code: &str) -> Result<Currency, String> {
    Currency::parse(code).ok_or_else(|| format!("{code} is not a currency code like EUR"))
}

fn locale(text: &str) -> Result<Language, String> {
    match text {
        "de" => Ok(Language::De),
        "en" => Ok(Language::En),
        _ => Err(format!("--locale {text}: de or en")),
    }
}

/// What words of statuses and intervals can mean.
fn words() -> impl Iterator<Item = &'static str> {
    let fields = [Field::Status, Field::Interval, Field::Churned];
    Shape::ALL.iter().flat_map(move |shape| fields.map(|field| meanings(*shape, field))).flatten().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: &str) -> String {
        match parse(line.split_whitespace().map(OsString::from)) {
            Ok(command) => panic!("{line}: {command:?}"),
            Err(error) => error,
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, named) in [
            ("", "a command"),
            ("reprot", "reprot"),
            ("--frm", "--frm"),
            ("report", "FILE"),
            ("report a.csv b.csv a.csv", "a.csv is given twice"),
            ("report a.csv b.csv --shape survey", "--shape"),
            ("report a.csv b.csv --previous c.csv", "--previous"),
            ("check a.csv b.csv", "one FILE"),
            ("report a.csv --frm 2025-01", "--frm"),
            ("report a.csv -x", "-x"),
            ("report a.csv --from", "--from"),
            ("report a.csv --from 2025-13", "2025-13"),
            ("report a.csv --from 2025-02 --to 2025-01", "after"),
            ("report a.csv --every week", "week"),
            ("report a.csv --as-of 2025-06", "2025-06"),
            ("report a.csv --shape invoices", "mrr_long"),
            ("report a.csv --map kunde=Kunde", "customers_start"),
            ("report a.csv --map customer", "FIELD=HEADER"),
            ("report a.csv --rate USD=0,5", "USD=0,5"),
            ("report a.csv --currency EURO", "EURO"),
            ("report a.csv --time-zone Berlin", "Europe/Berlin"),
            ("report a.csv --gap-fill 13", "0 to 12"),
            ("check a.csv --gap-fill some", "0 to 12"),
            ("report a.csv --year 25", "1990 to 2100"),
            ("check a.csv --year 2101", "1990 to 2100"),
            ("check a.csv --date-system 1901", "1900 or 1904"),
            ("check a.csv --scale stars", "grade_6"),
            ("check a.csv --amounts pounds", "written or cents"),
            ("check a.csv --word weird=odd", "half year"),
            ("check a.csv --word weird", "WORD=MEANING"),
            ("check a.csv --encoding latin-1", "windows-1252"),
            ("report a.csv --set confidence_level=97", "80, 90, 95 or 99"),
            ("report a.csv --set fiscal_year=3", "gross_margin"),
            ("report a.csv --set pause_policy=stop", "suspend or keep"),
            ("report a.csv --set bridge_gap", "KEY=VALUE"),
            ("report a.csv --preset moondata", "chartmogul"),
            ("report a.csv --against stripe --format csv", "--format csv"),
            ("report a.csv --against stripe --segment plan", "--segment"),
            ("report a.csv --previous b.csv --against stripe", "--against"),
            ("report a.csv --previous b.csv --segment plan", "--segment"),
            ("report a.csv --previous b.csv --format csv", "--format csv"),
            ("report a.csv --previous a.csv", "two exports"),
            ("report a.csv --previous b.csv --previous-as-of 2025-06", "2025-06-01"),
            ("report a.csv --previous-as-of 2025-06-01", "--previous FILE"),
            ("presets stripe recurly", "one NAME"),
            ("presets moondata", "chartmogul"),
            ("report a.csv --target nrr>=1,0", "nrr>=1,0"),
            ("report a.csv --target nps2>1", "keeprate metrics"),
            ("report a.csv --locale fr", "fr"),
            ("report a.csv --format xml", "xml"),
            ("report a.csv --strict=yes", "--strict"),
            ("check", "FILE"),
            ("check a.csv --format csv", "csv"),
            ("check a.csv --from 2025-01", "--from"),
            ("metrics nrrr", "nrrr"),
            ("metrics nrr grr", "one KEY"),
            ("metrics --format json", "--format"),
            ("sql --metric nrr", "duckdb, postgres, bigquery, snowflake"),
            ("sql --dialect oracle", "duckdb, postgres, bigquery, snowflake"),
            ("sql --dialect duckdb", "--metric or a --shape"),
            ("sql --dialect duckdb nrr", "nrr"),
            ("sql --dialect duckdb --metric nrrr", "nrrr"),
            ("sql --dialect duckdb --metric ltv_cac", "mrr_movements"),
            ("sql --dialect duckdb --metric nps --shape mrr_long", "--shape survey (respondent, date, score)"),
            ("sql --dialect duckdb --metric nrr --metric n_day_retention", "--shape events (user, timestamp)"),
            ("sql --dialect duckdb --shape invoices", "mrr_long"),
            ("sql --dialect duckdb --metric nrr --map amount=mrr", "customer, month, mrr"),
            ("sql --dialect duckdb --metric nrr --map mrr", "FIELD=COLUMN"),
            ("sql --dialect duckdb --metric nrr --map mrr=a --map mrr=b", "twice"),
            ("sql --dialect duckdb --metric nps --shape subscriptions", "--shape survey"),
            ("sql --dialect duckdb --metric nrr --map mrr=\"x", "without quotes"),
            ("sql --dialect duckdb --metric nrr --map mrr=", "a column's name"),
            ("sql --dialect duckdb --metric nrr --table a.b.c.d", "billing.mrr"),
            ("sql --dialect duckdb --metric nrr --table a;`", "billing.mrr"),
            ("sql --dialect duckdb --metric nrr --from 2025-02 --to 2025-01", "after"),
            ("sql --dialect duckdb --metric cohort_logo_retention --every year", "periods"),
            ("sql --dialect duckdb --metric nrr --every week", "week"),
            ("sql --dialect duckdb --metric nrr --as-of 2025", "2025-06-01"),
            ("sql --dialect duckdb --metric nrr --format json", "--format"),
        ] {
            let error = error(line);
            assert!(error.contains(named), "{line}: {error}");
            assert!(!error.contains('\n'), "{line}: {error}");
        }
    }
}
