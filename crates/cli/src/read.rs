//! Reads a file chunk by chunk into a data set. A file of any size takes the memory of one chunk; a stream that cannot
//! be rewound is kept, because a later cell may disprove how an earlier one was read.

use crate::arguments::Intake;
use crate::problem::Problem;
use crate::progress::ProgressLine;
use keeprate_ingest::{Decisions, Import, Imported, Input, Language, Options, Severity, Stop};
use keeprate_metrics::period::Day;
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Bytes that are read at once.
const CHUNK: usize = 256 * 1024;

/// Where the bytes come from.
enum Source {
    /// A file, read again from its start where that is needed.
    File(File),
    /// A stream, and what has come out of it so far.
    Stream(Box<dyn Read>, Vec<u8>),
}

/// Why a pass over the source ended early.
enum Interruption {
    Stop(Stop),
    Unreadable(Error),
}

/// The date of today in Greenwich: the standard library knows no other.
fn today() -> Option<Day> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    i32::try_from(seconds / 86_400).ok().map(Day)
}

/// Reads a file into a data set.
pub(crate) fn read(intake: &Intake) -> Result<Imported, Problem> {
    let language = intake.options.language;
    let name = name_of(&intake.file);
    let unreadable = |error: &Error| Problem::File { code: "E-READ", message: explain(&name, error, language) };
    let (mut source, total) = open(&intake.file).map_err(|error| unreadable(&error))?;
    if intake.file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        source = source.into_table().map_err(|error| unreadable(&error))?.ok_or(Problem::File {
            code: "E-NOT-CSV",
            message: match language {
                Language::En => format!("{name}: this JSON is no list of answers (keeprate.response/1)."),
                Language::De => format!("{name}: Dieses JSON ist keine Liste von Antworten (keeprate.response/1)."),
            },
        })?;
    }
    let mut progress = ProgressLine::new(language, total);
    let mut decisions = Decisions::default();
    let options = Options { today: today(), ..intake.options.clone() };
    loop {
        let import = Import::new(options.clone(), decisions);
        match source.pass(import, &mut progress) {
            Ok(mut imported) => {
                imported.input.name = name;
                if !intake.options.beside_others {
                    check_mapping(intake, &[&imported])?;
                }
                return Ok(imported);
            }
            Err(Interruption::Stop(Stop::Restart(better))) => decisions = *better,
            Err(Interruption::Stop(Stop::File(failure))) => {
                return Err(Problem::File { code: failure.error.code.text(), message: failure.message(language) });
            }
            Err(Interruption::Unreadable(error)) => return Err(unreadable(&error)),
        }
    }
}

/// The import takes a mapping that fits no column for granted; here it is a typing error. Of several files one has to
/// have the column.
pub(crate) fn check_mapping(intake: &Intake, files: &[&Imported]) -> Result<(), Problem> {
    let map = &intake.options.map;
    for (field, header) in map {
        let wanted = if files.len() > 1 { 1 } else { map.iter().filter(|(mapped, _)| mapped == field).count() };
        let fits = |imported: &&&Imported| {
            imported.input.columns.iter().filter(|column| column.field == Some(*field)).count() >= wanted
        };
        if !files.iter().any(|imported| fits(&imported)) {
            let columns = files.iter().flat_map(|imported| &imported.input.columns);
            let headers: Vec<&str> = columns.map(|column| column.header.as_str()).collect();
            let shapes: Vec<&str> = files.iter().map(|imported| imported.input.shape.key()).collect();
            let (headers, field, shape) = (headers.join(", "), field.key(), shapes.join(", "));
            return Err(Problem::Usage(match intake.options.language {
                Language::En => format!(
                    "--map {field}={header}: {shape} takes no such field, or no such column is there; columns: {headers}"
                ),
                Language::De => format!(
                    "--map {field}={header}: {shape} kennt das Feld nicht, oder die Spalte fehlt; Spalten: {headers}"
                ),
            }));
        }
    }
    Ok(())
}

/// Whether rows were left out for errors.
pub(crate) fn has_row_errors(input: &Input) -> bool {
    input.left_out > 0 || input.diagnostics.iter().any(|found| found.severity == Severity::Error)
}

fn open(path: &Path) -> Result<(Source, Option<u64>), Error> {
    if path == Path::new("-") {
        return Ok((Source::Stream(Box::new(std::io::stdin()), Vec::new()), None));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() {
        return Ok((Source::File(file), Some(metadata.len())));
    }
    Ok((Source::Stream(Box::new(file), Vec::new()), None))
}

impl Source {
    /// The table of a JSON document of answers; `None` if it is something else.
    fn into_table(self) -> Result<Option<Source>, Error> {
        let mut json = Vec::new();
        match self {
            Source::File(mut file) => file.read_to_end(&mut json)?,
            Source::Stream(mut stream, _) => stream.read_to_end(&mut json)?,
        };
        let csv = keeprate_documents::answers_to_csv(&json);
        // A stream of nothing, all of which has come out.
        Ok(csv.map(|csv| Source::Stream(Box::new(std::io::empty()), csv.into_bytes())))
    }

    /// Reads the source from its start to its end.
    fn pass(&mut self, mut import: Import, progress: &mut ProgressLine) -> Result<Imported, Interruption> {
        let mut push = |import: &mut Import, bytes: &[u8]| -> Result<(), Interruption> {
            progress.show(import.push(bytes).map_err(Interruption::Stop)?);
            Ok(())
        };
        let mut buffer = vec![0; CHUNK];
        match self {
            Source::File(file) => {
                file.seek(SeekFrom::Start(0)).map_err(Interruption::Unreadable)?;
                while let Some(bytes) = next(file, &mut buffer)? {
                    push(&mut import, bytes)?;
                }
            }
            Source::Stream(stream, kept) => {
                for bytes in kept.chunks(CHUNK) {
                    push(&mut import, bytes)?;
                }
                while let Some(bytes) = next(stream, &mut buffer)? {
                    kept.extend_from_slice(bytes);
                    push(&mut import, bytes)?;
                }
            }
        }
        import.finish().map_err(Interruption::Stop)
    }
}

/// The next bytes; `None` at the end.
fn next<'a>(stream: &mut impl Read, buffer: &'a mut [u8]) -> Result<Option<&'a [u8]>, Interruption> {
    loop {
        match stream.read(buffer) {
            Ok(0) => return Ok(None),
            Ok(length) => return Ok(buffer.get(..length)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Interruption::Unreadable(error)),
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn explain(name: &str, error: &Error, language: Language) -> String {
    let (english, german) = match error.kind() {
        ErrorKind::NotFound => ("There is no such file.", "Eine solche Datei gibt es nicht."),
        ErrorKind::PermissionDenied => ("Reading it is not permitted.", "Das Lesen ist nicht erlaubt."),
        ErrorKind::IsADirectory => ("This is a folder, not a file.", "Das ist ein Ordner, keine Datei."),
        _ => return format!("{name}: {error}."),
    };
    format!("{name}: {}", if language == Language::De { german } else { english })
}
