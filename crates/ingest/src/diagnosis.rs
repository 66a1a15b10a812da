//! What is wrong with a file, where, and what to do about it (metrics.md 6.9).

use borsh::{BorshDeserialize, BorshSerialize};
use keeprate_metrics::order::ordered;
use keeprate_metrics::period::{Day, Month};
use keeprate_metrics::sorted_map::SortedMap;
use serde::{Deserialize, Serialize};

/// The language of messages; it also breaks ties between readings of numbers and dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Language {
    /// German: decimal comma, day before month.
    De,
    /// English: decimal point, month before day.
    #[default]
    En,
}

/// How much a finding matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row, or the whole file, is not used.
    Error,
    /// It is used, and the reading may be wrong.
    Warning,
    /// Good to know.
    Info,
}

/// How much of a file an error spoils.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The import stops.
    File,
    /// The import goes on.
    Row,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $text:literal $severity:ident $level:ident $en:literal $de:literal;)*) => {
        /// What can be found in a file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
        pub enum Code {
            $(
                $(#[$doc])*
                #[serde(rename = $text)]
                $name,
            )*
        }

        impl Code {
            /// Every code, in the order in which findings are listed.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The code as it is written, how bad it is and what it is about: apart from the messages, so that a program that
            /// shows what was said carries none of them.
            fn row(self) -> (&'static str, Severity, Level) {
                match self {
                    $(Code::$name => ($text, Severity::$severity, Level::$level),)*
                }
            }

            /// The message in English and German, with names in braces for what it is about.
            fn templates(self) -> (&'static str, &'static str) {
                match self {
                    $(Code::$name => ($en, $de),)*
                }
            }
        }
    };
}

codes! {
    /// Another kind of file, or nothing at all.
    NotCsv "E-NOT-CSV" Error File
        "This is not a CSV file. Save the table as CSV and open that file."
        "Das ist keine CSV-Datei. Bitte die Tabelle als CSV speichern und diese Datei öffnen.";
    /// A spreadsheet or an archive that cannot be opened.
    Container "E-CONTAINER" Error File
        "The spreadsheet or archive cannot be opened: it is damaged, protected by a password or of a kind that is not known here. Save the table as CSV and open that file."
        "Die Arbeitsmappe oder das Archiv lässt sich nicht öffnen: beschädigt, mit Kennwort geschützt oder von unbekannter Art. Abhilfe: die Tabelle als CSV speichern und diese Datei öffnen.";
    /// A spreadsheet or an archive without a table.
    NoTable "E-NO-TABLE" Error File
        "There is no table in it. Choose a sheet or a file that has rows."
        "Darin ist keine Tabelle. Abhilfe: ein Blatt oder eine Datei mit Zeilen wählen.";
    /// A sheet that does not fit the memory.
    SheetTooLarge "E-SHEET-TOO-LARGE" Error File
        "The sheet has more cells than fit the memory. Save it as CSV and open that file: CSV is read piece by piece."
        "Das Blatt hat mehr Zellen, als in den Speicher passen. Abhilfe: es als CSV speichern und diese Datei öffnen, denn CSV wird stückweise gelesen.";
    /// The table does not fit the memory.
    TooLarge "E-TOO-LARGE" Error File
        "The table is too large for the memory: {detail}. Split the file, for example by year."
        "Die Tabelle ist zu groß für den Speicher: {detail}. Abhilfe: die Datei aufteilen, etwa nach Jahren.";
    /// A zero character.
    Nul "E-NUL" Error File
        "The file holds a zero character, so it is damaged or not text. Export it again."
        "Die Datei enthält ein Nullzeichen, ist also beschädigt oder kein Text. Abhilfe: neu exportieren.";
    /// No delimiter makes a table.
    Delimiter "E-DELIM" Error File
        "No delimiter makes a table of at least two columns. Separate the columns by semicolon, tab, comma or bar."
        "Kein Trennzeichen ergibt eine Tabelle mit mindestens zwei Spalten. Abhilfe: Spalten durch Semikolon, Tabulator, Komma oder senkrechten Strich trennen.";
    /// A quoted cell does not end.
    Quote "E-QUOTE" Error File
        "A quotation mark opens a cell here and is never closed. Close it or remove it."
        "Hier öffnet ein Anführungszeichen eine Zelle, die nicht mehr endet. Abhilfe: das Zeichen schließen oder entfernen.";
    /// No header was found.
    NoHeader "E-NO-HEADER" Error File
        "No record looks like a header. Put the names of the columns in the first line."
        "Keine Zeile sieht wie eine Kopfzeile aus. Abhilfe: die Spaltennamen in die erste Zeile schreiben.";
    /// The columns fit no shape.
    Shape "E-SHAPE" Error File
        "The columns fit no known table. {detail}. Rename the columns or assign them by hand."
        "Die Spalten passen zu keiner bekannten Tabellenform. {detail}. Abhilfe: Spalten umbenennen oder von Hand zuordnen.";
    /// Customers without what they pay or do.
    CustomersAlone "E-CUSTOMERS-ALONE" Error File
        "The table says who the customers are, but not what they pay or do. Open it together with a table of subscriptions, payments, usage or answers: its columns then tell those customers apart."
        "Die Tabelle sagt, wer die Kunden sind, aber nicht, was sie zahlen oder tun. Abhilfe: zusammen mit einer Tabelle mit Abonnements, Zahlungen, Nutzung oder Antworten öffnen; ihre Spalten unterscheiden dann deren Kunden.";
    /// One column has two decimal separators.
    NumberMixed "E-NUM-MIXED" Error File
        "“{value}” and “{detail}” (record {other}) use different decimal separators in one column. Use the same one in all cells."
        "„{value}“ und „{detail}“ (Datensatz {other}) verwenden in derselben Spalte verschiedene Dezimalzeichen. Abhilfe: in allen Zellen dasselbe verwenden.";
    /// One column has two orders of day and month.
    DateMixed "E-DATE-MIXED" Error File
        "“{value}” and “{detail}” (record {other}) put day and month in different order in one column. Use one order in all cells."
        "„{value}“ und „{detail}“ (Datensatz {other}) ordnen Tag und Monat in derselben Spalte verschieden. Abhilfe: überall dieselbe Reihenfolge verwenden.";
    /// A month has no year.
    MonthYear "E-MONTH-YEAR" Error File
        "“{value}” is a month without a year. Say which year it is, or add it, for example “Jan 2025”."
        "„{value}“ ist ein Monat ohne Jahr. Abhilfe: das Jahr angeben oder ergänzen, etwa „Jan 2025“.";
    /// Two columns are the same month.
    MonthDuplicate "E-MONTH-DUP" Error File
        "“{value}” and “{detail}” are the same month. Keep one of the two columns."
        "„{value}“ und „{detail}“ sind derselbe Monat. Abhilfe: nur eine der beiden Spalten behalten.";
    /// A report without totals.
    NoTotals "E-NO-TOTALS" Error File
        "This report holds no totals by period, from which its figures would follow. Open the file that it was made from."
        "Dieser Bericht enthält keine Summen je Zeitraum, aus denen seine Kennzahlen folgen würden. Abhilfe: die Datei öffnen, aus der er entstanden ist.";
    /// Several currencies and no rates.
    CurrencyMixed "E-CURRENCY-MIXED" Error File
        "The amounts are in {value} and in {detail}, and there is no exchange rate. Enter a rate, or load one currency at a time."
        "Die Beträge sind in {value} und in {detail} angegeben, ein Wechselkurs fehlt. Abhilfe: einen Kurs angeben oder die Währungen einzeln laden.";
    /// Scores that more than one question could have.
    Scale "E-SCALE" Error File
        "The scores {value} can be read in more than one way. Choose the scale, or name their column for what was asked: {detail}."
        "Die Werte {value} lassen sich verschieden lesen. Abhilfe: die Skala wählen oder ihre Spalte nach der Frage benennen: {detail}.";
    /// More cells than columns.
    FieldCount "E-FIELD-COUNT" Error Row
        "The record has {value} cells, the header {detail}. The row is left out; quote cells that contain the delimiter."
        "Der Datensatz hat {value} Zellen, die Kopfzeile {detail}. Die Zeile bleibt unberücksichtigt; Zellen mit Trennzeichen gehören in Anführungszeichen.";
    /// Not a number.
    Number "E-NUM" Error Row
        "“{value}” is not a number. The row is left out; enter digits only."
        "„{value}“ ist keine Zahl. Die Zeile bleibt unberücksichtigt; Abhilfe: nur Ziffern eintragen.";
    /// Not a date.
    Date "E-DATE" Error Row
        "“{value}” is not a date or a month. The row is left out; write it like 2025-01-31 or 2025-01."
        "„{value}“ ist weder Datum noch Monat. Die Zeile bleibt unberücksichtigt; Abhilfe: schreiben wie 31.01.2025 oder 01.2025.";
    /// A spreadsheet's error.
    ExcelError "E-EXCEL-ERROR" Error Row
        "“{value}” is an error of the spreadsheet. The row is left out; correct the formula and export again."
        "„{value}“ ist ein Fehler der Tabellenkalkulation. Die Zeile bleibt unberücksichtigt; Abhilfe: die Formel berichtigen und neu exportieren.";
    /// No customer.
    IdEmpty "E-ID-EMPTY" Error Row
        "The row names no customer and is left out. Fill in the customer."
        "Die Zeile nennt keinen Kunden und bleibt unberücksichtigt. Abhilfe: den Kunden eintragen.";
    /// An id that a spreadsheet rounded.
    IdScientific "E-ID-SCIENTIFIC" Error Row
        "“{value}” is an id that a spreadsheet has rounded. The row is left out; format the column as text and export again."
        "„{value}“ ist eine Kennung, die eine Tabellenkalkulation gerundet hat. Die Zeile bleibt unberücksichtigt; Abhilfe: die Spalte als Text formatieren und neu exportieren.";
    /// A second row of a customer who can have one only.
    CustomerRepeated "E-ID-DUP" Error Row
        "“{value}” has a row already. This one is left out; keep one row for each customer."
        "„{value}“ hat schon eine Zeile. Diese bleibt unberücksichtigt; Abhilfe: je Kunde eine Zeile behalten.";
    /// More customers lost than there were.
    AggregateRange "E-AGG-RANGE" Error Row
        "{value} lost customers are more than the {detail} at the start. The row is left out; check both numbers."
        "{value} verlorene Kunden sind mehr als die {detail} zu Beginn. Die Zeile bleibt unberücksichtigt; Abhilfe: beide Zahlen prüfen.";
    /// No score of its scale.
    Score "E-SCORE" Error Row
        "“{value}” is no answer on the scale {detail}. The row is left out; enter a whole number of the scale."
        "„{value}“ ist keine Antwort auf der Skala {detail}. Die Zeile bleibt unberücksichtigt; Abhilfe: eine ganze Zahl der Skala eintragen.";
    /// Not a billing interval.
    Interval "E-INTERVAL" Error Row
        "“{value}” is no billing interval. The row is left out; say what it means, or write it like month, quarter, year or 3 months."
        "„{value}“ ist kein Abrechnungsintervall. Die Zeile bleibt unberücksichtigt; Abhilfe: angeben, was es bedeutet, oder schreiben wie Monat, Quartal, Jahr oder 3 Monate.";
    /// A service that ends before it starts.
    EndBeforeStart "E-END-BEFORE-START" Error Row
        "The end, {value}, lies before the start. The row is left out; check both dates."
        "Das Ende, {value}, liegt vor dem Beginn. Die Zeile bleibt unberücksichtigt; Abhilfe: beide Daten prüfen.";
    /// A service that is over, nobody knows since when.
    EndMissing "E-END-MISSING" Error Row
        "The status is “{value}”, but no date says since when. The row is left out; fill in the date."
        "Der Status ist „{value}“, aber kein Datum sagt, seit wann. Die Zeile bleibt unberücksichtigt; Abhilfe: das Datum eintragen.";
    /// The encoding is a guess.
    EncodingGuess "W-ENC-GUESS" Warning File
        "The file does not say its encoding; it was read as {detail}, so that this cell is “{value}”. If that looks wrong, choose another encoding."
        "Die Datei nennt ihre Zeichenkodierung nicht; sie wurde als {detail} gelesen, diese Zelle lautet also „{value}“. Falls das falsch aussieht: eine andere Kodierung wählen.";
    /// Text was encoded twice.
    Mojibake "W-MOJIBAKE" Warning File
        "“{value}” was encoded twice. Read the file as UTF-8 ×2, or export it again as UTF-8."
        "„{value}“ wurde doppelt kodiert. Abhilfe: die Datei als UTF-8 ×2 lesen oder neu als UTF-8 exportieren.";
    /// A quote in mid-field.
    StrayQuote "W-QUOTE" Warning Row
        "A quotation mark stands inside a cell and was taken literally. Quote the whole cell and double the marks in it."
        "Ein Anführungszeichen steht mitten in einer Zelle und wurde wörtlich genommen. Abhilfe: die ganze Zelle einschließen und Zeichen darin verdoppeln.";
    /// Fewer cells than columns.
    FewFields "W-FIELD-COUNT" Warning Row
        "The record has {value} cells, the header {detail}. Missing cells count as empty."
        "Der Datensatz hat {value} Zellen, die Kopfzeile {detail}. Fehlende Zellen gelten als leer.";
    /// Two columns have one name.
    DuplicateHeader "W-DUP-HEADER" Warning File
        "The header “{value}” occurs more than once; the later column is now “{detail}”. Give each column its own name."
        "Der Spaltenname „{value}“ kommt mehrfach vor; die spätere Spalte heißt nun „{detail}“. Abhilfe: jeder Spalte einen eigenen Namen geben.";
    /// Rows that are equal in all that is read.
    DuplicateRow "W-DUP-ROW" Warning Row
        "{count} rows repeat an earlier row exactly. They count as well; remove them if they are copies."
        "{count} Zeilen wiederholen eine frühere Zeile genau und zählen mit. Falls es Kopien sind: entfernen.";
    /// A number that can be read two ways.
    NumberAmbiguous "W-NUM-AMBIGUOUS" Warning Row
        "“{value}” was read as {detail}. If that is wrong, choose the other decimal separator."
        "„{value}“ wurde als {detail} gelesen. Falls das falsch ist: das andere Dezimalzeichen wählen.";
    /// A percentage without its sign.
    PercentScale "W-PERCENT-SCALE" Warning Row
        "“{value}” has no percent sign and was read as a fraction, {detail}. Add the sign if it means percent."
        "„{value}“ hat kein Prozentzeichen und wurde als Anteil gelesen, {detail}. Falls Prozent gemeint sind: das Zeichen ergänzen.";
    /// Whole amounts that may be in cents.
    MinorUnits "W-MINOR-UNITS" Warning File
        "“{value}” is a price in cents, as all in this column could be. If that is wrong, choose amounts as written."
        "„{value}“ wurde als Preis in Cent gelesen, wie alle in dieser Spalte. Falls das falsch ist: Beträge wie geschrieben wählen.";
    /// A date that can be read two ways.
    DateAmbiguous "W-DATE-AMBIGUOUS" Warning Row
        "“{value}” was read as {detail}. If that is wrong, choose the other order of day and month."
        "„{value}“ wurde als {detail} gelesen. Falls das falsch ist: die andere Reihenfolge von Tag und Monat wählen.";
    /// An unusual year.
    DateRange "W-DATE-RANGE" Warning Row
        "“{value}” lies outside the years 1990 to 2100. Check the year."
        "„{value}“ liegt außerhalb der Jahre 1990 bis 2100. Abhilfe: das Jahr prüfen.";
    /// Months without a row.
    Gap "W-GAP" Warning Row
        "Missing months between two months of a customer: {count}. Each counts as 0; if that is wrong, add the rows, or let short gaps keep the last amount."
        "Fehlende Monate zwischen zwei Monaten eines Kunden: {count}. Jeder zählt als 0; falls das falsch ist: Zeilen ergänzen oder kurze Lücken den letzten Betrag behalten lassen.";
    /// Months of which no row is.
    MonthMissing "W-MONTH-MISSING" Warning File
        "Months without any row between the first and the last: {count}, beginning with {value}. They stay empty and do not count as 0; if that is wrong, add the rows."
        "Monate ohne jede Zeile zwischen dem ersten und dem letzten: {count}, zuerst {value}. Solche Monate bleiben leer und zählen nicht als 0; falls das falsch ist: Zeilen ergänzen.";
    /// Missing months that keep the last amount.
    GapFilled "I-GAP-FILLED" Info Row
        "{count} missing months of customers keep the amount of the month before, as chosen."
        "{count} fehlende Monate von Kunden behalten wie gewählt den Betrag des Monats davor.";
    /// A row or column of sums.
    TotalRow "W-TOTAL-ROW" Warning Row
        "“{value}” holds sums, so it is not read as a customer or a month. Remove it to be sure."
        "„{value}“ enthält Summen und wird nicht als Kunde oder Monat gelesen. Zur Sicherheit entfernen.";
    /// A sum that is not ours.
    TotalMismatch "W-TOTAL-MISMATCH" Warning Row
        "The file says {value}, the rows add up to {detail}. Check whether rows are missing."
        "Die Datei nennt {value}, die Zeilen ergeben {detail}. Abhilfe: prüfen, ob Zeilen fehlen.";
    /// A negative amount.
    NegativeMrr "W-NEG-MRR" Warning Row
        "{count} times the MRR of a customer in a month is negative. It counts as 0; check credit notes."
        "{count}-mal ist der MRR eines Kunden in einem Monat negativ. Er zählt als 0; Abhilfe: Gutschriften prüfen.";
    /// A row without currency among rows with one.
    CurrencyEmpty "W-CURRENCY-EMPTY" Warning Row
        "{count} rows name no known currency and count as {detail}. Fill in the currency."
        "{count} Zeilen nennen keine bekannte Währung und gelten als {detail}. Abhilfe: die Währung eintragen.";
    /// An unknown status word.
    StatusUnknown "W-STATUS-UNKNOWN" Warning Row
        "“{value}” is no known status; the row counts as active or paid. Say what it means, or use a word like active, cancelled or paid."
        "„{value}“ ist kein bekannter Status; die Zeile gilt als aktiv oder bezahlt. Abhilfe: angeben, was es bedeutet, oder ein Wort wie aktiv, gekündigt oder bezahlt eintragen.";
    /// Amounts with tax, and nothing says how much.
    TaxIncluded "W-TAX-INCLUDED" Warning File
        "The header says that the amounts include tax, and no column says how much. They count as they are until a tax rate is set."
        "Laut Kopfzeile enthalten die Beträge Steuer, keine Spalte sagt wie viel. Bis ein Steuersatz eingestellt ist, zählen die Beträge, wie sie sind.";
    /// A discount whose duration is not understood.
    DiscountUnknown "W-DISCOUNT-UNKNOWN" Warning Row
        "“{value}” does not say how long the discount holds; it counts as long as the subscription. Write once, forever or 3 months, or fill in its end."
        "„{value}“ sagt nicht, wie lange der Rabatt gilt; er zählt, solange das Abonnement läuft. Abhilfe: einmalig, dauerhaft oder 3 Monate eintragen oder sein Ende.";
    /// A service of no day.
    EmptyInterval "W-EMPTY-INTERVAL" Warning Row
        "{count} subscriptions start and end on the same day. They do not count; check the dates."
        "{count} Abonnements beginnen und enden am selben Tag und zählen nicht mit. Abhilfe: die Daten prüfen.";
    /// Ids that nearly agree.
    IdSimilar "W-ID-SIMILAR" Warning Row
        "“{value}” and “{detail}” differ only in case or outer spaces. Use one spelling if they are the same customer."
        "„{value}“ und „{detail}“ unterscheiden sich nur in Groß- und Kleinschreibung oder äußeren Leerzeichen. Falls derselbe Kunde gemeint ist: eine Schreibweise verwenden.";
    /// Totals that do not add up.
    Identity "W-IDENTITY" Warning Row
        "The end is {value}, but start and changes give {detail}. Check the numbers of this row."
        "Der Endbestand ist {value}, Anfang und Veränderungen ergeben aber {detail}. Abhilfe: die Zahlen dieser Zeile prüfen.";
    /// Movements of a period that is longer than a month.
    Waterfall "W-WATERFALL" Warning Row
        "“{value}” is longer than a month. If its movements are sums over the months, customers who came in between count in NRR and GRR as if they had been there at the start. One row per month avoids that."
        "„{value}“ ist länger als ein Monat. Falls die Bewegungen Summen über die Monate sind, zählen in NRR und GRR auch Kunden mit, die erst zwischendurch kamen. Abhilfe: eine Zeile je Monat.";
    /// A lifetime beyond all data.
    LifetimeHorizon "W-LTV-HORIZON" Warning Row
        "{value} of {detail} customers lost would mean a lifetime of more than 60 months, which no data prove. For the customer lifetime value, prefer the amount of the first 60 months."
        "{value} von {detail} Kunden verloren: Das ergäbe eine Lebensdauer von mehr als 60 Monaten, die keine Daten belegen. Abhilfe: beim Kundenwert den Betrag der ersten 60 Monate verwenden.";
    /// More answers than invitations.
    ResponsesExceed "W-RESPONSES-EXCEED" Warning Row
        "{value} answers are more than the {detail} invitations that arrived. Check both numbers."
        "{value} Antworten sind mehr als die {detail} zugestellten Einladungen. Abhilfe: beide Zahlen prüfen.";
    /// No score is 0, as on a scale from 1.
    ScaleFromOne "W-SCALE-1-10" Warning Row
        "No answer is 0. If the scale was 1 to 10, this is no NPS; name the column “CSAT” then."
        "Keine Antwort ist 0. Falls die Skala von 1 bis 10 ging, ist das kein NPS; dann die Spalte „CSAT“ nennen.";
    /// Refunds of payments that are not there.
    RefundUnmatched "W-REFUND-UNMATCHED" Warning Row
        "{count} refunds give back more than the payments of this file that they belong to. What is missing is not subtracted; add the earlier payments."
        "{count} Erstattungen übersteigen die zugehörigen Zahlungen dieser Datei. Der Rest wird nicht abgezogen; Abhilfe: frühere Zahlungen ergänzen.";
    /// Two files of a kind that can be joined but once.
    JoinSecond "E-JOIN-SECOND" Error File
        "There is a file of this kind already: one file of billing can be joined with answers, events and attributes. Put both into one file."
        "Eine Datei dieser Art ist schon dabei: Mit einer Datei mit Umsätzen lassen sich Antworten, Nutzung und Merkmale verbinden. Abhilfe: beide zu einer Datei zusammenfassen.";
    /// Totals, which name no customers.
    JoinTotals "E-JOIN-TOTALS" Error File
        "Totals by period name no customers to join by. Open this file alone."
        "Summen je Zeitraum nennen keine Kunden, über die sich Dateien verbinden lassen. Abhilfe: diese Datei allein öffnen.";
    /// Answers or events without billing.
    JoinNoBase "E-JOIN-NO-BASE" Error File
        "There is nothing to join this file with. Add a file of subscriptions, payments or MRR."
        "Es gibt nichts, womit sich diese Datei verbinden lässt. Abhilfe: eine Datei mit Abonnements, Zahlungen oder MRR dazunehmen.";
    /// Customers of a file that the base of a join does not have.
    JoinUnmatched "W-JOIN-UNMATCHED" Warning File
        "Customers of this file that {detail} does not have: {count} ({value}). They count in the figures of this file alone; check that both files name customers alike."
        "Kunden dieser Datei, die in {detail} nicht vorkommen: {count} ({value}). Nur in den Zahlen dieser Datei zählen sie mit; Abhilfe: prüfen, ob beide Dateien Kunden gleich benennen.";
    /// Several rows of a customer and a month.
    DuplicatesSummed "I-DUP-SUMMED" Info Row
        "{count} rows belong to a customer and month that already had one; their amounts were added."
        "{count} Zeilen gehören zu einem Kunden und Monat, für den es schon eine gab; ihre Beträge wurden addiert.";
    /// Rows that have never been paid for.
    RowsNotActive "I-ROWS-NOT-ACTIVE" Info Row
        "{count} subscriptions have never been paid for (trial, draft, failed). They do not count."
        "{count} Abonnements wurden nie bezahlt (Testphase, Entwurf, fehlgeschlagen) und zählen nicht mit.";
    /// Rows that are no money received.
    NotReceived "I-ROWS-NOT-RECEIVED" Info Row
        "{count} rows are no payment that was received (failed, void, draft, open, without an amount). They do not count."
        "{count} Zeilen sind keine eingegangene Zahlung (fehlgeschlagen, storniert, Entwurf, offen, ohne Betrag) und zählen nicht mit.";
    /// Rows of a known export that are about something else.
    SetAside "I-ROWS-SET-ASIDE" Info Row
        "{count} rows of this export are about something else (test mode, other kinds of activity, unfinished answers, further header lines, figures that are computed anew). They do not count."
        "{count} Zeilen dieses Exports betreffen anderes (Testmodus, andere Vorgänge, unfertige Antworten, weitere Kopfzeilen, Kennzahlen, die neu berechnet werden) und zählen nicht mit.";
    /// Services that have not begun.
    FutureStart "I-FUTURE-START" Info Row
        "{count} subscriptions start later than the data reach. They do not count yet."
        "{count} Abonnements beginnen erst nach dem Ende der Daten und zählen noch nicht mit.";
    /// Events that have not happened.
    FutureEvent "I-FUTURE-EVENT" Info Row
        "{count} rows are from today or later. Only days that are over count."
        "{count} Zeilen sind von heute oder später. Nur abgeschlossene Tage zählen.";
    /// Events of users who had not signed up yet.
    EventBeforeSignup "I-EVENT-BEFORE-SIGNUP" Info Row
        "Events before their user's sign-up: {count}, first one of “{value}”. Activation and returns count from the sign-up on; check the times if that is wrong."
        "Ereignisse vor der Registrierung ihres Nutzers: {count}, zuerst eines von „{value}“. Aktivierung und Rückkehr zählen ab der Registrierung; falls das falsch ist: die Zeitpunkte prüfen.";
    /// The last month of the data is not over.
    MonthNotOver "I-MONTH-NOT-OVER" Info File
        "The data reach up to {value}, so that {detail} is not over. It is left out."
        "Die Daten reichen bis {value}, {detail} ist also noch nicht vorbei und bleibt unberücksichtigt.";
    /// Rows without a score.
    ScoreEmpty "I-SCORE-EMPTY" Info Row
        "{count} rows have no score. They do not count for it, neither as 0 nor as neutral."
        "{count} Zeilen haben keinen Wert und zählen dafür nicht mit, weder als 0 noch als neutral.";
    /// Several rows of a response.
    ResponseRepeated "I-DUP-RESPONSE" Info Row
        "{count} rows have the id of another one. Of each response the complete row counts, else the later one."
        "{count} Zeilen tragen die Kennung einer anderen. Von jeder Antwort zählt die vollständige Zeile, sonst die spätere.";
}

impl Code {
    /// As it is written: `E-NUM`.
    pub fn text(self) -> &'static str {
        self.row().0
    }

    /// How much it matters.
    pub fn severity(self) -> Severity {
        self.row().1
    }

    /// Whether it concerns the whole file; errors that do stop the import.
    pub fn level(self) -> Level {
        self.row().2
    }
}

/// Entries that are listed per code.
pub const MOST_LISTED: usize = 100;
const MOST_VALUE: usize = 80;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Diagnostic {
    /// What was found.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// The record as a spreadsheet numbers it: 1 is the first of the file, blank lines count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// The line of the file on which the record starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column's letters as in a spreadsheet; `letter` in JSON.
    #[serde(default, rename = "letter", skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The column's header; `column` in JSON.
    #[serde(default, rename = "column", skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The offending text, at most 80 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What else the message needs: the contradicting cell, the expected sum, the missing fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The record of the contradicting cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_record: Option<u64>,
    /// How often the code occurs in the file. At most [`MOST_LISTED`] entries are listed, each with this total.
    pub count: u64,
    /// The messages in English and German, once they are told.
    #[serde(skip)]
    pub said: Option<(String, String)>,
}

impl Diagnostic {
    /// A finding about the file as a whole.
    pub fn new(code: Code) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity(),
            record: None,
            line: None,
            column: None,
            header: None,
            value: None,
            detail: None,
            other_record: None,
            count: 1,
            said: None,
        }
    }

    pub(crate) fn value(mut self, value: &str) -> Diagnostic {
        self.value = Some(shorten(value));
        self
    }

    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Diagnostic {
        self.detail = Some(detail.into());
        self
    }

    pub(crate) fn count(mut self, count: u64) -> Diagnostic {
        self.count = count;
        self
    }

    /// What value and detail hold. What stands in the file is quoted as it stands there.
    fn holds(&self) -> (Holds, Holds) {
        match self.code {
            Code::EndBeforeStart => (Holds::Date, Holds::Text),
            Code::MonthNotOver => (Holds::Date, Holds::Date),
            Code::MonthMissing => (Holds::Date, Holds::Text),
            Code::DateAmbiguous => (Holds::Text, Holds::Date),
            Code::NumberAmbiguous => (Holds::Text, Holds::Number),
            Code::TotalMismatch | Code::Identity => (Holds::Number, Holds::Number),
            _ => (Holds::Text, Holds::Text),
        }
    }

    /// Puts the messages beside the finding, for whoever has not the texts of all codes.
    pub fn tell(&mut self) {
        self.said = Some((self.message(Language::En), self.message(Language::De)));
    }

    /// The message that was put beside the finding; empty where none was.
    pub fn said(&self, language: Language) -> &str {
        self.said.as_ref().map_or("", |(en, de)| if language == Language::De { de } else { en })
    }

    /// What is wrong, where, and what to do about it.
    pub fn message(&self, language: Language) -> String {
        let (en, de) = self.code.templates();
        let (template, record, column) = match language {
            Language::De => (de, "Datensatz", "Spalte"),
            Language::En => (en, "Record", "column"),
        };
        let mut message = String::new();
        for piece in template.split_inclusive(['{', '}']) {
            let name = piece.strip_suffix('}');
            match name {
                Some("value") => message.push_str(&spelled(&self.value, self.holds().0, language)),
                Some("detail") => message.push_str(&spelled(&self.detail, self.holds().1, language)),
                Some("count") => message.push_str(&self.count.to_string()),
                Some("other") => {
                    message.push_str(&self.other_record.map(|record| record.to_string()).unwrap_or_default())
                }
                _ => message.push_str(piece.strip_suffix('{').unwrap_or(piece)),
            }
        }
        let place = match (self.record, &self.column, &self.header) {
            (Some(number), Some(letter), Some(header)) => format!("{record} {number}, {column} {letter} ({header}): "),
            (Some(number), ..) => format!("{record} {number}: "),
            (None, Some(letter), Some(header)) => {
                let column = if language == Language::En { "Column" } else { column };
                format!("{column} {letter} ({header}): ")
            }
            _ => String::new(),
        };
        place + &message
    }
}

/// What a value or a detail of a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// Text of the file, or a word.
    Text,
    /// Our reading of a day or a month, in ISO form.
    Date,
    /// Our reading of a number, with a point.
    Number,
}

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// A value or a detail as a sentence of the language writes it: in German 31.01.2025, Januar 2025 and 1,5.
fn spelled(text: &Option<String>, holds: Holds, language: Language) -> String {
    let text = text.clone().unwrap_or_default();
    match (language, holds) {
        (Language::En, _) | (_, Holds::Text) => text,
        (Language::De, Holds::Number) => text.replace('.', ","),
        (Language::De, Holds::Date) if Day::parse_iso(&text).is_some() => {
            let mut parts: Vec<&str> = text.split('-').collect();
            parts.reverse();
            parts.join(".")
        }
        (Language::De, Holds::Date) => {
            let named = Month::parse_iso(&text).and_then(|month| {
                let (year, month) = month.to_civil();
                let name = GERMAN_MONTHS.get(month.checked_sub(1)? as usize)?;
                Some([name, " ", &year.to_string()].concat())
            });
            named.unwrap_or(text)
        }
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(MOST_VALUE) {
        None => text.to_owned(),
        Some(_) => text.chars().take(MOST_VALUE - 1).chain(['…']).collect(),
    }
}

/// A column's letters: 0 is A, 26 is AA.
pub fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// Collects findings: the first hundred of each code, and how many there were.
#[derive(Clone, Debug, Default)]
pub(crate) struct Diagnostics {
    entries: Vec<Diagnostic>,
    counts: SortedMap<Code, (usize, u64)>,
}

impl Diagnostics {
    /// Counts a finding; whether it is to be listed as well.
    pub(crate) fn count(&mut self, code: Code, count: u64) -> bool {
        let (listed, total) = self.counts.get_or_insert(code, (0, 0));
        *total += count;
        *listed += 1;
        *listed <= MOST_LISTED
    }

    /// Lists a finding that was counted.
    pub(crate) fn list(&mut self, diagnostic: Diagnostic) {
        self.entries.push(diagnostic);
    }

    /// Counts and lists a finding.
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        if self.count(diagnostic.code, diagnostic.count) {
            self.list(diagnostic);
        }
    }

    /// All findings: errors first, then by code and place.
    pub(crate) fn sorted(&self) -> Vec<Diagnostic> {
        let mut entries = self.entries.clone();
        for entry in &mut entries {
            entry.count = self.counts.get(&entry.code).map_or(1, |(_, total)| *total);
        }
        let column = |entry: &Diagnostic| entry.column.as_ref().map(String::len);
        let place = |entry: &Diagnostic| (entry.severity, entry.code, entry.record, column(entry));
        ordered(&entries, |a, b| place(a).cmp(&place(b)).then_with(|| a.column.cmp(&b.column)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_messages_that_use_known_places_only() {
        for code in Code::ALL {
            let ((text, severity, _), (en, de)) = (code.row(), code.templates());
            let initial = match severity {
                Severity::Error => "E-",
                Severity::Warning => "W-",
                Severity::Info => "I-",
            };
            assert!(text.starts_with(initial), "{text}");
            for language in [Language::De, Language::En] {
                let message = Diagnostic::new(*code).value("V").detail("D").message(language);
                assert!(!message.contains(['{', '}', '!']), "{text}: {message}");
                assert!(message.len() > 20, "{text}: {message}");
            }
            for name in ["{value}", "{detail}", "{count}", "{other}"] {
                assert_eq!(en.contains(name), de.contains(name), "{text}: {name}");
            }
            for word in [" du ", " dein", " Sie ", " Ihre"] {
                assert!(!de.contains(word), "{text}: {word}");
            }
        }
    }

    #[test]
    fn messages_name_the_place() {
        let mut diagnostic = Diagnostic::new(Code::Number).value("abc");
        diagnostic.record = Some(17);
        diagnostic.column = Some(column_letters(2));
        diagnostic.header = Some("MRR".to_owned());
        assert_eq!(
            diagnostic.message(Language::En),
            "Record 17, column C (MRR): “abc” is not a number. The row is left out; enter digits only."
        );
        assert_eq!(
            diagnostic.message(Language::De),
            "Datensatz 17, Spalte C (MRR): „abc“ ist keine Zahl. Die Zeile bleibt unberücksichtigt; Abhilfe: nur Ziffern eintragen."
        );
    }

    #[test]
    fn german_sentences_write_dates_and_numbers_the_german_way() {
        for (code, value, detail, german, english) in [
            (Code::EndBeforeStart, "2025-01-31", "", "Das Ende, 31.01.2025, liegt", "The end, 2025-01-31, lies"),
            (
                Code::MonthNotOver,
                "2025-03-05",
                "2025-03",
                "bis 05.03.2025, März 2025 ist",
                "up to 2025-03-05, so that 2025-03 is",
            ),
            (
                Code::DateAmbiguous,
                "2025-01-02",
                "2025-02-01",
                "„2025-01-02“ wurde als 01.02.2025",
                "read as 2025-02-01",
            ),
            (Code::NumberAmbiguous, "1.234", "1.234", "„1.234“ wurde als 1,234 gelesen", "“1.234” was read as 1.234."),
            (Code::TotalMismatch, "1030.00", "1020.00", "nennt 1030,00, die Zeilen ergeben 1020,00", "says 1030.00"),
            (Code::Identity, "-0.50", "12", "ist -0,50, Anfang und Veränderungen ergeben aber 12.", "is -0.50, but"),
            // What the file says is quoted as it stands there.
            (Code::Number, "2025-01-31", "", "„2025-01-31“ ist keine Zahl", "“2025-01-31” is not a number"),
            (Code::Waterfall, "2025", "", "„2025“ ist länger", "“2025” is longer"),
        ] {
            let diagnostic = Diagnostic::new(code).value(value).detail(detail);
            for (language, words) in [(Language::De, german), (Language::En, english)] {
                let message = diagnostic.message(language);
                assert!(message.contains(words), "{message}");
            }
        }
    }

    #[test]
    fn letters_go_on_after_z() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn a_hundred_are_listed_and_all_are_counted() {
        let mut diagnostics = Diagnostics::default();
        for _ in 0..250 {
            diagnostics.add(Diagnostic::new(Code::Number));
        }
        let sorted = diagnostics.sorted();
        assert_eq!((sorted.len(), sorted[0].count), (100, 250));
    }
}
