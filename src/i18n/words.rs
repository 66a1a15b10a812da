//! The messages, each in both languages.

use super::Messages;
use keeprate_ingest::Language;

macro_rules! messages {
    ($($name:ident $(($($argument:ident),+))? { en: $en:literal, de: $de:literal })*) => {
        impl Messages {
            $(messages! { @one $name ($($($argument),+)?) $en $de })*
        }
    };
    (@one $name:ident () $en:literal $de:literal) => {
        #[doc = $en]
        pub fn $name(self) -> &'static str {
            match self.language {
                Language::En => $en,
                Language::De => $de,
            }
        }
    };
    (@one $name:ident ($($argument:ident),+) $en:literal $de:literal) => {
        #[doc = $en]
        pub fn $name(self, $($argument: &str),+) -> String {
            match self.language {
                Language::En => format!($en),
                Language::De => format!($de),
            }
        }
    };
}

messages! {
    // The page
    document_title { en: "Keeprate – SaaS retention", de: "Keeprate – SaaS-Kundenbindung" }
    page_list { en: "Pages", de: "Seiten" }
    dashboard { en: "Dashboard", de: "Übersicht" }
    calculators { en: "Calculators", de: "Rechner" }
    survey { en: "Survey", de: "Umfrage" }
    glossary { en: "Glossary", de: "Glossar" }
    language_choice { en: "Language", de: "Sprache" }
    theme_choice { en: "Theme", de: "Darstellung" }
    light { en: "Light", de: "Hell" }
    dark { en: "Dark", de: "Dunkel" }
    as_the_system { en: "As the system", de: "Wie das System" }
    footer { en: "Everything is computed in this tab. No account, no cookie, no request with data.", de: "Alles wird in diesem Tab berechnet. Kein Konto, kein Cookie, keine Anfrage mit Daten." }
    close { en: "Close", de: "Schließen" }
    cancel { en: "Cancel", de: "Abbrechen" }
    starting { en: "Preparing the sample …", de: "Die Beispieldaten werden vorbereitet …" }
    page_unknown { en: "There is no such page.", de: "Diese Seite gibt es nicht." }
    to_dashboard { en: "To the dashboard", de: "Zur Übersicht" }

    // Why a figure has no value
    no_base { en: "– (no base)", de: "– (keine Basis)" }
    not_meaningful { en: "– (not meaningful)", de: "– (nicht sinnvoll)" }
    no_losses { en: "∞ (no losses)", de: "∞ (keine Verluste)" }
    no_earlier_period { en: "– (no earlier period)", de: "– (kein Vorzeitraum)" }
    month_missing { en: "– (month missing)", de: "– (Monat fehlt)" }
    needs_input { en: "– (input missing)", de: "– (Eingabe fehlt)" }
    needs_field(field) { en: "– (needs {field})", de: "– (benötigt: {field})" }
    too_little_data { en: "– (too little data)", de: "– (zu wenig Daten)" }
    not_reached { en: "not reached", de: "nicht erreicht" }
    never { en: "never", de: "nie" }
    contradictory { en: "– (numbers contradict each other)", de: "– (Zahlen widersprechen sich)" }
    field_month { en: "data by month", de: "Daten je Monat" }
    field_tenure { en: "a tenure column", de: "eine Spalte mit der Laufzeit" }
    field_mrr { en: "a revenue column", de: "eine Umsatzspalte" }
    field_customers_start { en: "customers at start", de: "Kunden am Anfang" }
    field_customers_end { en: "customers at end", de: "Kunden am Ende" }
    field_customers_lost { en: "lost customers", de: "verlorene Kunden" }
    field_mrr_start { en: "MRR at start", de: "MRR am Anfang" }
    field_mrr_new { en: "new MRR", de: "neues MRR" }
    field_mrr_expansion { en: "expansion MRR", de: "Erweiterungs-MRR" }
    field_mrr_contraction { en: "contraction MRR", de: "Herabstufungs-MRR" }
    field_mrr_churn { en: "churned MRR", de: "verlorenes MRR" }
    field_mrr_end { en: "MRR at end", de: "MRR am Ende" }
    field_activation_event { en: "an activation event", de: "ein Aktivierungsereignis" }
    field_onboarding_steps { en: "onboarding steps", de: "Onboarding-Schritte" }
    field_gross_margin { en: "a gross margin", de: "eine Bruttomarge" }
    field_sent { en: "invitations sent", de: "verschickte Einladungen" }
    field_service_start { en: "the time that payments are for", de: "den Zeitraum, für den Zahlungen sind" }
    field_other { en: "a further column", de: "eine weitere Spalte" }

    // Bringing data in
    your_data { en: "Your data", de: "Eigene Daten" }
    drop_paste_choose { en: "Drop, paste or choose a table", de: "Tabelle ablegen, einfügen oder auswählen" }
    intake_hint { en: "Subscriptions, payments, MRR by month, customers with a churn flag, what users did, answers to surveys (also JSON), or totals by period. CSV, Excel or OpenDocument, German or English. Several files at once are joined on the customer.", de: "Abonnements, Zahlungen, MRR je Monat, Kunden mit Kündigungsmerkmal, Ereignisse von Nutzern, Antworten auf Umfragen (auch JSON) oder Summen je Zeitraum. CSV, Excel oder OpenDocument, deutsch oder englisch. Mehrere Dateien zugleich werden über den Kunden verbunden." }
    choose_file { en: "Choose files", de: "Dateien auswählen" }
    paste_here { en: "Paste a table here", de: "Tabelle hier einfügen" }
    show_sample { en: "Show sample", de: "Beispiel zeigen" }
    leaves_this_tab { en: "Leaves this tab: 0 bytes", de: "Verlässt diesen Tab: 0 Byte" }
    sample_on { en: "Sample: a fictional company, two years", de: "Beispiel: ein erfundenes Unternehmen, zwei Jahre" }
    reading_file(name) { en: "Reading {name}", de: "{name} wird gelesen" }
    read_so_far(bytes, size, records) { en: "{bytes} of {size}, {records} rows", de: "{bytes} von {size}, {records} Zeilen" }
    seconds_left(seconds) { en: "about {seconds} s left", de: "noch etwa {seconds} s" }
    cannot_use(name) { en: "{name} cannot be used.", de: "{name} lässt sich nicht verwenden." }
    cancelled(name) { en: "Reading of {name} was cancelled.", de: "Das Lesen von {name} wurde abgebrochen." }
    nothing_there { en: "There was nothing to read.", de: "Es war nichts zu lesen da." }
    nothing_there_hint { en: "Copy the cells with their header in the spreadsheet and paste again, or choose the file.", de: "Die Zellen samt Kopfzeile in der Tabelle kopieren und erneut einfügen oder die Datei auswählen." }
    unreadable(name) { en: "The browser could not read {name} to its end.", de: "Der Browser konnte {name} nicht bis zum Ende lesen." }
    unreadable_hint { en: "The file was changed, moved or locked meanwhile. Close it in other programs and choose it again.", de: "Die Datei wurde währenddessen geändert, verschoben oder gesperrt. In anderen Programmen schließen und erneut auswählen." }
    no_answers_hint { en: "This JSON is no list of answers (keeprate.response/1). Open the file of answers, or a table as CSV.", de: "Dieses JSON ist keine Liste von Antworten (keeprate.response/1). Die Datei mit den Antworten öffnen oder eine Tabelle als CSV." }
    worker_lost { en: "The calculation stopped unexpectedly and was started again.", de: "Die Berechnung ist unerwartet abgebrochen und wurde neu gestartet." }
    not_loaded { en: "A part of Keeprate could not be loaded.", de: "Ein Teil von Keeprate konnte nicht geladen werden." }
    not_loaded_hint { en: "Check the connection and try again.", de: "Die Verbindung prüfen und es noch einmal versuchen." }
    loading { en: "Loading …", de: "Wird geladen …" }
    worker_lost_hint { en: "Open the file once more. If it happens again the file may be too large for this browser's memory.", de: "Die Datei noch einmal öffnen. Geschieht es wieder, ist sie womöglich zu groß für den Speicher dieses Browsers." }
    loaded_data_stays { en: "What was loaded before is still shown.", de: "Die zuvor geladenen Daten werden weiter angezeigt." }
    first_rows { en: "First rows", de: "Erste Zeilen" }
    what_was_found { en: "What was found", de: "Befunde" }
    understood { en: "How the file was understood", de: "So wurde die Datei verstanden" }
    encoding(name) { en: "encoding {name}", de: "Kodierung {name}" }
    separator(sign) { en: "{sign} separator", de: "Trennzeichen {sign}" }
    tab { en: "tab", de: "Tabulator" }
    decimal_comma { en: "decimal comma", de: "Dezimalkomma" }
    decimal_point { en: "decimal point", de: "Dezimalpunkt" }
    day_first { en: "day before month", de: "Tag vor Monat" }
    month_first { en: "month before day", de: "Monat vor Tag" }
    scale_of_scores(reading, range) { en: "{reading} {range}", de: "{reading} {range}" }
    scores_nps { en: "NPS", de: "NPS" }
    scores_satisfaction { en: "satisfaction", de: "Zufriedenheit" }
    scores_grade { en: "school grades", de: "Schulnoten" }
    scores_easy { en: "ease", de: "Leichtigkeit" }
    scores_effort { en: "effort", de: "Aufwand" }
    best_is(score) { en: "{score} is best", de: "{score} ist am besten" }
    amounts_as_written { en: "amounts as written", de: "Beträge wie geschrieben" }
    amounts_in_cents { en: "amounts in cents", de: "Beträge in Cent" }
    days_since(year) { en: "dates as days since {year}", de: "Datum als Tage seit {year}" }
    proved_by(record, text) { en: "row {record} “{text}” proves it", de: "Zeile {record} „{text}“ beweist es" }
    rows_used(accepted, left_out) { en: "{accepted} rows used, {left_out} left out", de: "{accepted} Zeilen verwendet, {left_out} ausgelassen" }
    rows_all_used(accepted) { en: "{accepted} rows, all used", de: "{accepted} Zeilen, alle verwendet" }
    incomplete { en: "More than 5 % of the rows were left out: the figures are incomplete.", de: "Mehr als 5 % der Zeilen wurden ausgelassen: Die Zahlen sind unvollständig." }
    save_findings { en: "Save as CSV", de: "Als CSV sichern" }
    findings_file { en: "findings", de: "Befunde" }
    finding_code { en: "Code", de: "Code" }
    finding_severity { en: "Severity", de: "Schwere" }
    finding_record { en: "Record", de: "Datensatz" }
    finding_line { en: "Line", de: "Zeile" }
    finding_header { en: "Header", de: "Kopfzeile" }
    finding_value { en: "Value", de: "Wert" }
    finding_count { en: "Count", de: "Anzahl" }
    finding_message { en: "Message", de: "Meldung" }
    severity_error { en: "error", de: "Fehler" }
    severity_warning { en: "warning", de: "Warnung" }
    severity_info { en: "note", de: "Hinweis" }
    why_others_differ { en: "Why other products show other figures", de: "Warum andere Produkte andere Zahlen zeigen" }
    why_others_note { en: "Setting by setting, from these figures to those of another product. Start and steps add up to the end.", de: "Einstellung für Einstellung, von diesen Zahlen zu denen eines anderen Produkts. Anfang und Schritte ergeben das Ende." }
    compare_with { en: "Product to compare with", de: "Produkt zum Vergleich" }
    choose_product { en: "Choose a product …", de: "Produkt wählen …" }
    metric { en: "Metric", de: "Kennzahl" }
    customer { en: "Customer", de: "Kunde" }
    start_before { en: "Start, before", de: "Anfang, vorher" }
    start_after { en: "Start, after", de: "Anfang, nachher" }
    end_before { en: "End, before", de: "Ende, vorher" }
    end_after { en: "End, after", de: "Ende, nachher" }
    customers_changed(count) { en: "customers changed: {count}", de: "veränderte Kunden: {count}" }
    others_add(count, start, end) { en: "{count} others add {start} at the start and {end} at the end.", de: "{count} weitere tragen am Anfang {start} und am Ende {end} bei." }
    convention_tax { en: "Tax in amounts", de: "Steuer in Beträgen" }
    convention_end { en: "Day of the end", de: "Tag des Endes" }
    convention_invoices { en: "Annual invoices spread", de: "Jahresrechnungen verteilt" }
    convention_recognition { en: "When a customer is lost", de: "Wann ein Kunde verloren ist" }
    convention_pause { en: "Pauses", de: "Pausen" }
    convention_gap { en: "Gaps that are bridged, in days", de: "Überbrückte Lücken in Tagen" }
    convention_free { en: "Free plans count", de: "Kostenlose Tarife zählen" }
    convention_discounts { en: "Discounts", de: "Rabatte" }
    convention_negative { en: "Credits", de: "Gutschriften" }
    convention_days { en: "Weeks and days in a month", de: "Wochen und Tage im Monat" }
    convention_rounding { en: "Rounding", de: "Rundung" }
    convention_churn { en: "What churn is divided by", de: "Wodurch die Abwanderung geteilt wird" }
    convention_movements { en: "What a movement is", de: "Was eine Bewegung ist" }
    convention_reactivation { en: "NRR with reactivation", de: "NRR mit Reaktivierung" }
    convention_quick_ratio { en: "Quick ratio with reactivation", de: "Quick Ratio mit Reaktivierung" }
    invoices_title { en: "Amounts that look like invoices for more than a month", de: "Beträge, die wie Rechnungen für mehr als einen Monat aussehen" }
    invoices_of(yearly, quarterly) { en: "Customers who pay by the year: {yearly}; by the quarter: {quarterly}.", de: "Kunden mit Jahresbeträgen: {yearly}; mit Quartalsbeträgen: {quarterly}." }
    invoices_are_not_spread(stands, spread) { en: "In all months, customers were lost {stands} times as the file stands, {spread} times if such amounts are spread over their months.", de: "Über alle Monate gehen nach der Datei {stands}-mal Kunden verloren; auf ihre Monate verteilt {spread}-mal." }
    invoices_are_spread(spread, stands) { en: "They are spread over their months: in all months, customers were lost {spread} times; {stands} times as the file stands.", de: "Sie sind auf ihre Monate verteilt: Über alle Monate gehen {spread}-mal Kunden verloren, nach der Datei {stands}-mal." }
    spread_invoices { en: "Spread them", de: "Verteilen" }
    leave_invoices { en: "Leave them as they stand", de: "Lassen, wie sie sind" }
    which_table { en: "Which table", de: "Welche Tabelle" }
    what_a_row_is { en: "What a row is", de: "Was eine Zeile ist" }
    what_separates { en: "What separates the columns", de: "Was die Spalten trennt" }
    what_bytes_mean { en: "Encoding", de: "Kodierung" }
    decimal_separator { en: "Decimal separator", de: "Dezimalzeichen" }
    order_of_day_and_month { en: "Order of day and month", de: "Reihenfolge von Tag und Monat" }
    join_another { en: "Add a file of the same customers", de: "Datei zu denselben Kunden hinzufügen" }
    join_hint { en: "Answers, events or attributes, joined by customer or e-mail address.", de: "Antworten, Nutzung oder Merkmale, verbunden über Kunde oder E-Mail-Adresse." }
    joined_by_customer(matched, all, covered, customers) { en: "Joined by customer: {matched} of {all} in this file were found. It covers {covered} of {customers} customers.", de: "Verbunden über den Kunden: {matched} von {all} aus dieser Datei gefunden. Sie deckt {covered} von {customers} Kunden ab." }
    joined_by_email(matched, all, covered, customers) { en: "Joined by e-mail address: {matched} of {all} in this file were found. It covers {covered} of {customers} customers.", de: "Verbunden über die E-Mail-Adresse: {matched} von {all} aus dieser Datei gefunden. Sie deckt {covered} von {customers} Kunden ab." }
    save_unmatched { en: "Save who was not found", de: "Nicht Gefundene speichern" }
    go_on_without { en: "Go on without this file", de: "Ohne diese Datei weiter" }
    customers_at_risk { en: "Customers at risk", de: "Gefährdete Kunden" }
    risk_note { en: "A rule with reasons, not a probability", de: "Eine Regel mit Gründen, keine Wahrscheinlichkeit" }
    risk_unknown { en: "Too little is known of the customers: usage, answers or payments past due are missing.", de: "Über die Kunden ist zu wenig bekannt: Nutzung, Antworten oder überfällige Zahlungen fehlen." }
    churn_risk { en: "Churn risk", de: "Abwanderungsrisiko" }
    risk_share { en: "Share of MRR", de: "Anteil am MRR" }
    risk_tested { en: "Left within three months, in hindsight", de: "Im Rückblick binnen drei Monaten gegangen" }
    risk_points { en: "Points of possible ones", de: "Punkte von möglichen" }
    risk_reasons { en: "Reasons", de: "Gründe" }
    risk_further(count) { en: "{count} further customers are in the exported JSON.", de: "{count} weitere Kunden stehen im exportierten JSON." }
    risk_leaving { en: "leaving", de: "Kündigung liegt vor" }
    risk_high { en: "high", de: "hoch" }
    risk_medium { en: "medium", de: "mittel" }
    risk_low { en: "low", de: "niedrig" }
    risk_none { en: "too little known", de: "zu wenig bekannt" }
    risk_inactive(days) { en: "{days} days without activity", de: "{days} Tage ohne Aktivität" }
    risk_usage_drop(share) { en: "usage down by {share}", de: "Nutzung gesunken um {share}" }
    risk_critical { en: "critical answer", de: "kritische Antwort" }
    risk_undecided { en: "undecided answer", de: "unentschiedene Antwort" }
    risk_overdue { en: "payment past due", de: "Zahlung überfällig" }
    risk_contraction(days) { en: "pays less since {days} days", de: "zahlt seit {days} Tagen weniger" }
    risk_renewal(days) { en: "renewal in {days} days", de: "Verlängerung in {days} Tagen" }
    risk_tenure(days) { en: "customer for {days} days", de: "Kunde seit {days} Tagen" }
    risk_rules { en: "Points and limits", de: "Punkte und Grenzen" }
    risk_rule_wrong { en: "Whole numbers, as before: 30:25, 14:15", de: "Ganze Zahlen, wie zuvor: 30:25, 14:15" }
    risk_rule_inactivity { en: "Days without activity: points", de: "Tage ohne Aktivität: Punkte" }
    risk_rule_usage_drop { en: "Usage down by percent: points", de: "Nutzung gesunken um Prozent: Punkte" }
    risk_rule_feedback { en: "Critical, undecided answer: points", de: "Kritische, unentschiedene Antwort: Punkte" }
    risk_rule_payment { en: "Payment past due: points", de: "Zahlung überfällig: Punkte" }
    risk_rule_contraction { en: "Days since paying less: points", de: "Tage seit der Herabstufung: Punkte" }
    risk_rule_renewal { en: "Days to the renewal: points", de: "Tage bis zur Verlängerung: Punkte" }
    risk_rule_tenure { en: "Customer for fewer days than: points", de: "Kunde seit weniger Tagen als: Punkte" }
    risk_rule_needed { en: "Points that must be possible", de: "Punkte, die möglich sein müssen" }
    risk_rule_levels { en: "Score of a high, of a medium risk", de: "Wert für hohes, für mittleres Risiko" }
    own_definitions { en: "Own", de: "Eigene" }
    movements_counted { en: "Movements counted", de: "Bewegungen gezählt" }
    movements_by_closing { en: "from closing to closing", de: "von Stichtag zu Stichtag" }
    movements_by_event { en: "every change by itself", de: "jede Veränderung für sich" }
    churn_counted { en: "Churn is a share of", de: "Abwanderung als Anteil an" }
    churn_of_start { en: "customers at the start", de: "Kunden am Anfang" }
    churn_of_exposed { en: "start and new customers", de: "Anfang und Neukunden" }
    churn_of_average { en: "the mean of start and end", de: "Mittel aus Anfang und Ende" }
    churn_by_day { en: "each day’s customers, added up", de: "Kunden jedes Tages, addiert" }
    in_this_order { en: "only in this order", de: "nur in dieser Reihenfolge" }
    internal_domains { en: "Domains of internal users", de: "Domains interner Nutzer" }
    internal_domains_hint { en: "Domains like example.com, separated by commas.", de: "Domains wie example.com, durch Kommas getrennt." }
    rate_of(from, into) { en: "1 {from} in {into}", de: "1 {from} in {into}" }
    year_of_months { en: "Year of the first month that names none", de: "Jahr des ersten Monats ohne Jahr" }
    year_wrong { en: "A year from 1990 to 2100.", de: "Ein Jahr von 1990 bis 2100." }
    gap_fill { en: "Months without a row that keep a customer's last amount, at most", de: "Monate ohne Zeile, die den letzten Betrag eines Kunden behalten, höchstens" }
    gap_fill_wrong { en: "A whole number from 0 to 12.", de: "Eine ganze Zahl von 0 bis 12." }
    rate_wrong { en: "A number above 0, such as 0.92.", de: "Eine Zahl über 0, etwa 0,92." }
    what_amounts_are_in { en: "What amounts are in", de: "Einheit der Beträge" }
    which_scale(column) { en: "On which scale are the scores of column {column}?", de: "Auf welcher Skala liegen die Werte der Spalte {column}?" }
    what_scores_answer { en: "What the scores answer", de: "Was die Werte beantworten" }
    what_serials_count_from { en: "What numbers that stand for days count from", de: "Womit die Zählung von Tagen beginnt" }
    zone_of_times { en: "Time zone of days and months", de: "Zeitzone der Tage und Monate" }
    local_time { en: "local time", de: "Ortszeit" }
    as_found { en: "as found in the file", de: "wie in der Datei gefunden" }
    read_it_otherwise { en: "Read it in another way", de: "Anders lesen" }
    read_as_before { en: "Read as you decided for a file with the same columns before.", de: "Gelesen, wie zuvor für eine Datei mit denselben Spalten entschieden." }
    read_afresh { en: "Decide anew from the file", de: "Neu aus der Datei entscheiden" }
    which_reading(column) { en: "Column {column} can be read in two ways. Which one is right?", de: "Spalte {column} lässt sich auf zwei Arten lesen. Welche stimmt?" }
    no_reading { en: "left out", de: "ausgelassen" }
    left_out_of(rows, customers) { en: "Left out: rows {rows}, customers concerned {customers}", de: "Ausgelassen: Zeilen {rows}, betroffene Kunden {customers}" }
    left_out_amounts(amounts) { en: ", amounts {amounts}", de: ", Beträge {amounts}" }
    what_words_mean { en: "What words mean", de: "Was Wörter bedeuten" }
    what_word_means(word) { en: "What “{word}” means", de: "Was „{word}“ bedeutet" }
    word { en: "Word", de: "Wort" }
    meaning_of_word { en: "Means", de: "Bedeutet" }
    rows { en: "Rows", de: "Zeilen" }
    unknown_word { en: "not known", de: "nicht bekannt" }
    what_columns_hold { en: "What the columns hold", de: "Was die Spalten enthalten" }
    what_column_holds(column) { en: "What the column {column} holds", de: "Was die Spalte {column} enthält" }
    column { en: "Column", de: "Spalte" }
    holds { en: "Holds", de: "Enthält" }
    first_values { en: "First values", de: "Erste Werte" }
    a_month { en: "A month", de: "Einen Monat" }
    a_sum { en: "A sum", de: "Eine Summe" }
    an_attribute { en: "An attribute to compare by", de: "Ein Merkmal zum Vergleichen" }
    not_used { en: "Not used", de: "Nicht verwendet" }

    // Controls
    what_to_look_at { en: "What to look at", de: "Auswahl" }
    period { en: "Period", de: "Zeitraum" }
    row { en: "Row", de: "Zeile" }
    grid { en: "By", de: "Raster" }
    monthly { en: "Month", de: "Monat" }
    quarterly { en: "Quarter", de: "Quartal" }
    yearly { en: "Year", de: "Jahr" }
    compared_with { en: "Against", de: "Vergleich" }
    previous_period { en: "Period before", de: "Vorzeitraum" }
    year_before { en: "Year before", de: "Vorjahr" }
    nothing_to_compare { en: "Nothing", de: "Keiner" }
    segment { en: "Segment", de: "Segment" }
    all_customers { en: "All customers", de: "Alle Kunden" }
    definitions { en: "Definitions", de: "Definitionen" }
    preset_note(name) { en: "Counted as {name} documents it, instead of Keeprate’s own way", de: "Gezählt, wie {name} es dokumentiert, statt nach Keeprates eigener Art" }
    setting { en: "Setting", de: "Einstellung" }
    what_it_means { en: "What it means", de: "Was das heißt" }
    all_users { en: "All users", de: "Alle Nutzer" }
    all_responses { en: "All responses", de: "Alle Antworten" }
    without_value { en: "(none)", de: "(ohne)" }
    share { en: "Share", de: "Teilen" }
    export_json { en: "Export JSON", de: "JSON sichern" }

    // Cards
    group_retention { en: "Retention", de: "Bindung" }
    group_revenue { en: "Revenue", de: "Umsatz" }
    group_customers { en: "Customers and their value", de: "Kunden und ihr Wert" }
    group_usage { en: "Usage", de: "Nutzung" }
    group_economics { en: "Money per customer", de: "Geld je Kunde" }
    group_planning { en: "Planning", de: "Planung" }
    group_feedback { en: "Feedback", de: "Rückmeldungen" }
    margin_of(margin) { en: "margin of error ± {margin} points", de: "Fehlerspanne ± {margin} Punkte" }
    mean_of(mean) { en: "mean {mean}", de: "Mittelwert {mean}" }
    complete_responses { en: "complete ÷ begun responses", de: "vollständige ÷ begonnene Antworten" }
    proof { en: "Proof", de: "Nachweis" }
    proof_of(name) { en: "Proof: {name}", de: "Nachweis: {name}" }
    against(difference, period) { en: "{difference} vs. {period}", de: "{difference} ggü. {period}" }
    better { en: "better:", de: "besser:" }
    worse { en: "worse:", de: "schlechter:" }
    no_provable_change { en: "no provable change", de: "keine nachweisbare Änderung" }
    target(operator, figure) { en: "Target {operator} {figure}", de: "Ziel {operator} {figure}" }
    target_met { en: "met", de: "erreicht" }
    target_missed { en: "missed", de: "verfehlt" }
    target_met_unsure { en: "met, within the margin", de: "erreicht, innerhalb der Schwankungsbreite" }
    target_missed_unsure { en: "missed, within the margin", de: "verfehlt, innerhalb der Schwankungsbreite" }
    target_undecided { en: "too few customers to say", de: "zu wenige Kunden für eine Aussage" }
    interval_of(level, low, high) { en: "{level}: {low} to {high}", de: "{level}: {low} bis {high}" }
    interval_meaning { en: "Range of variation: how much the figure would vary if customers decide independently.", de: "Schwankungsbreite: wie stark die Zahl schwanken würde, wenn Kunden unabhängig entscheiden." }
    months_up_to(months, last) { en: "{months} months to {last}", de: "{months} Monate bis {last}" }
    over_period(period, month) { en: "{period}; last month alone {month}", de: "{period}; letzter Monat allein {month}" }
    amount_lost(amount) { en: "{amount} lost", de: "{amount} verloren" }
    active_daily(daily, users) { en: "{daily} of {users} users on a mean day", de: "{daily} von {users} Nutzern am mittleren Tag" }
    within_days(days) { en: "within {days} days", de: "binnen {days} Tagen" }
    on_day(day) { en: "day {day}", de: "Tag {day}" }
    from_day_on(day) { en: "from day {day} on", de: "ab Tag {day}" }
    on_days(first, last) { en: "days {first} to {last}", de: "Tag {first} bis {last}" }
    sign_ups_of_months(months) { en: "sign-ups of {months} months", de: "Registrierungen aus {months} Monaten" }
    months_after_start(months) { en: "{months} months after the start, all cohorts", de: "{months} Monate nach dem Start, alle Kohorten" }
    at_interest(rate) { en: "discounted at {rate} a year", de: "abgezinst mit {rate} im Jahr" }
    in_months(months, customers) { en: "MRR in {months} months, with {customers} customers", de: "MRR in {months} Monaten, mit {customers} Kunden" }
    if_churn_went(from, to) { en: "more MRR in a year if churn went from {from} to {to}", de: "mehr MRR in einem Jahr, sänke die Abwanderung von {from} auf {to}" }
    assumptions { en: "Assumptions", de: "Annahmen" }
    assumptions_note { en: "No file says them, and the value of a customer rests on them", de: "Keine Datei nennt sie, und der Wert eines Kunden hängt davon ab" }
    gross_margin_percent { en: "Gross margin, %", de: "Bruttomarge, %" }
    annual_discount_percent { en: "Discount rate a year, %", de: "Zinssatz im Jahr, %" }
    percent_wrong { en: "0 to 100", de: "0 bis 100" }
    forecast { en: "If the last six months go on", de: "Wenn die letzten sechs Monate so weitergehen" }
    forecast_note { en: "An extrapolation at constant rates, no prediction", de: "Eine Fortschreibung mit konstanten Raten, keine Vorhersage" }
    ended_within_7_days { en: "subscriptions ended within 7 days", de: "Abonnements, die binnen 7 Tagen endeten" }
    terms_renewed(renewed, due) { en: "{renewed} of {due} terms renewed", de: "{renewed} von {due} Laufzeiten verlängert" }
    growth(growth) { en: "growth {growth}", de: "Wachstum {growth}" }
    comings_and_goings(new, back, lost) { en: "{new} new, {back} back, {lost} lost", de: "{new} neu, {back} zurück, {lost} verloren" }
    median_of(figure) { en: "median {figure}", de: "Median {figure}" }
    largest_customer(share) { en: "largest customer {share}", de: "größter Kunde {share}" }
    after_a_year(share) { en: "{share} still there after 12 months", de: "nach 12 Monaten noch {share} da" }
    within_horizon(horizon) { en: "mean within {horizon}", de: "Mittel innerhalb von {horizon}" }
    at_constant_churn { en: "at constant churn", de: "bei gleichbleibender Abwanderung" }
    revenue_not_margin { en: "revenue, without margin", de: "Umsatz, ohne Marge" }
    contribution_margin { en: "contribution margin", de: "Deckungsbeitrag" }
    revenue_of_ended(ended) { en: "revenue, mean of {ended} ended customers", de: "Umsatz, Mittel von {ended} beendeten Kunden" }
    share_of_covered(share, coverage) { en: "{share} of MRR; {coverage} of it is of customers who answered", de: "{share} des MRR; {coverage} stammen von Kunden mit Antwort" }
    includes_new_accounts { en: "incl. new accounts", de: "inkl. Neukonten" }
    last_three_months(ratio) { en: "last 3 months: {ratio}", de: "letzte 3 Monate: {ratio}" }
    if_churn_stays { en: "if churn stays", de: "falls die Abwanderung so bleibt" }

    // Charts
    as_table { en: "Table", de: "Tabelle" }
    bridge { en: "MRR bridge", de: "MRR-Brücke" }
    bridge_summary(start, end) { en: "MRR from {start} to {end}, class by class", de: "MRR von {start} nach {end}, Klasse für Klasse" }
    closes_to_zero { en: "Closes to 0.00.", de: "Geht auf 0,00 auf." }
    axis_cut { en: " The axis does not start at zero.", de: " Die Achse beginnt nicht bei null." }
    mrr_at_start { en: "MRR at start", de: "MRR am Anfang" }
    mrr_at_end { en: "MRR at end", de: "MRR am Ende" }
    movement { en: "Movement", de: "Bewegung" }
    class_new { en: "New", de: "Neu" }
    class_reactivation { en: "Reactivation", de: "Reaktivierung" }
    class_expansion { en: "Expansion", de: "Erweiterung" }
    class_contraction { en: "Contraction", de: "Herabstufung" }
    class_churn { en: "Churn", de: "Abwanderung" }
    mrr { en: "MRR", de: "MRR" }
    customers { en: "Customers", de: "Kunden" }
    trend { en: "MRR and customers over time", de: "MRR und Kunden im Zeitverlauf" }
    trend_summary { en: "MRR and customers by period; arrow keys read out the values", de: "MRR und Kunden je Zeitraum; die Pfeiltasten lesen die Werte vor" }
    movements { en: "MRR movements", de: "MRR-Bewegungen" }
    movements_summary { en: "MRR movements by period, gains above zero, losses below; arrow keys read out the values", de: "MRR-Bewegungen je Zeitraum, Zugewinne über null, Verluste darunter; die Pfeiltasten lesen die Werte vor" }
    from_to(first, last) { en: "{first} to {last}", de: "{first} bis {last}" }
    point_at_chart { en: "Point at the chart or use the arrow keys to read values.", de: "Auf das Diagramm zeigen oder die Pfeiltasten nutzen, um Werte abzulesen." }
    survival { en: "Customer survival", de: "Kundenüberleben" }
    survival_note { en: "Share of customers still there, with 95 % band", de: "Anteil der Kunden, die noch da sind, mit 95-%-Band" }
    survival_summary { en: "Survival curve; arrow keys read out the values", de: "Überlebenskurve; die Pfeiltasten lesen die Werte vor" }
    months_since_start { en: "Months since start", de: "Monate seit Beginn" }
    events { en: "Which events count", de: "Welche Ereignisse zählen" }
    signup_event { en: "Sign-up", de: "Registrierung" }
    return_event { en: "Return", de: "Wiederkehr" }
    activation_event { en: "Activation", de: "Aktivierung" }
    onboarding_steps { en: "Onboarding steps", de: "Onboarding-Schritte" }
    first_event { en: "by its name, else the first event", de: "nach Namen, sonst erstes Ereignis" }
    any_event { en: "any event", de: "jedes Ereignis" }
    chosen_by_name { en: "by its name", de: "nach Namen" }
    days_for_activation { en: "Days for activation and onboarding", de: "Tage für Aktivierung und Onboarding" }
    counting_days { en: "Counting days", de: "Zählung der Tage" }
    calendar_days { en: "calendar days", de: "Kalendertage" }
    exact_24_hours { en: "24 hours from the first event", de: "je 24 Stunden ab dem ersten Ereignis" }
    hours_from_full_hour { en: "24 hours from its full hour", de: "je 24 Stunden ab dessen voller Stunde" }
    brackets_wrong { en: "ascending, without overlap: 0–0, 1–7, 8–14", de: "aufsteigend, ohne Überschneidung: 0–0, 1–7, 8–14" }
    days_wrong { en: "1 to 365", de: "1 bis 365" }
    brackets { en: "Brackets of days", de: "Zeitfenster in Tagen" }
    retention_by_day { en: "Retention by day", de: "Retention nach Tagen" }
    retention_by_bracket { en: "Retention by bracket", de: "Retention nach Zeitfenstern" }
    onboarding { en: "Onboarding, step by step", de: "Onboarding Schritt für Schritt" }
    started_in(period) { en: "Users who started in {period}", de: "Nutzer mit Start in {period}" }
    retention_summary { en: "Share of users who come back, by days after their start", de: "Anteil der Nutzer, die wiederkommen, nach Tagen seit ihrem Start" }
    brackets_summary { en: "Share of users who come back in a bracket of days", de: "Anteil der Nutzer, die in einem Zeitfenster wiederkommen" }
    on_the_day { en: "On the day", de: "An dem Tag" }
    on_or_after_the_day { en: "On that day or later", de: "An dem Tag oder später" }
    days_since_start { en: "Days since the start", de: "Tage seit dem Start" }
    nobody_observed_long_enough { en: "nobody observed long enough", de: "niemand lange genug beobachtet" }
    part_of(part, whole) { en: "{part} of {whole}", de: "{part} von {whole}" }
    day { en: "Day", de: "Tag" }
    days { en: "Days", de: "Tage" }
    users { en: "Users", de: "Nutzer" }
    returned { en: "Came back", de: "Wiedergekommen" }
    step { en: "Step", de: "Schritt" }
    still_there(share) { en: "{share} still there", de: "noch {share} da" }
    share_still_there { en: "Still there", de: "Noch da" }
    range(low, high) { en: "{low} to {high}", de: "{low} bis {high}" }
    at_risk { en: "At risk", de: "Unter Beobachtung" }
    left { en: "Left", de: "Gegangen" }
    interval { en: "95 % interval", de: "95-%-Intervall" }
    cohorts { en: "Cohorts", de: "Kohorten" }
    cohorts_note { en: "Customers by month of their first MRR: how many are still there", de: "Kunden nach dem Monat ihres ersten MRR: wie viele noch da sind" }
    cohort { en: "Start", de: "Beginn" }
    cells { en: "Cells", de: "Zellen" }
    percent { en: "Percent", de: "Prozent" }
    count { en: "Count", de: "Anzahl" }
    weighted { en: "Weighted", de: "Gewichtet" }
    month_number(month) { en: "Month {month}", de: "Monat {month}" }
    left_truncated { en: "Mixes all customers from before the data begin; not in the weighted row", de: "Mischt alle Kunden aus der Zeit vor Beginn der Daten; nicht in der gewichteten Zeile" }
    cohort_cell(cohort, month, count, size, share) { en: "{cohort}, month {month}: {count} of {size}, {share}", de: "{cohort}, Monat {month}: {count} von {size}, {share}" }
    cohort_cell_unknown(cohort, month) { en: "{cohort}, month {month}: no data", de: "{cohort}, Monat {month}: keine Daten" }
    month_unknown_note { en: "–: no data, the file does not have this month.", de: "–: keine Daten, der Monat fehlt in der Datei." }
    cohorts_of_users_note { en: "Users by month of their start: how many came back in each month since", de: "Nutzer nach dem Monat ihres Starts: wie viele in jedem Monat seither wiederkamen" }
    segments { en: "Segments side by side", de: "Segmente im Vergleich" }
    segments_note(period) { en: "{period}; segment as at the start of the period", de: "{period}; Segment wie zu Beginn des Zeitraums" }
    by_column { en: "By", de: "Nach" }
    customers_at_start { en: "Customers at start", de: "Kunden am Anfang" }
    customer_churn { en: "Customer churn", de: "Kundenabwanderung" }
    against_the_rest { en: "Against the rest", de: "Gegen den Rest" }
    no_provable_difference { en: "no provable difference", de: "kein nachweisbarer Unterschied" }
    leaves_more_often { en: "leaves more often", de: "geht häufiger" }
    returns_more_often { en: "returns more often", de: "kommt häufiger wieder" }
    returns_less_often { en: "returns less often", de: "kommt seltener wieder" }
    stays_more_often { en: "stays more often", de: "bleibt häufiger" }
    other_values(count) { en: "{count} others", de: "{count} weitere" }

    // Answers to surveys
    distribution { en: "Distribution of answers", de: "Verteilung der Antworten" }
    distribution_summary { en: "Answers per point of the scale; arrow keys read out the values", de: "Antworten je Punkt der Skala; die Pfeiltasten lesen die Werte vor" }
    group_size(name, count, share) { en: "{name}: {count} ({share})", de: "{name}: {count} ({share})" }
    score { en: "Score", de: "Wert" }
    score_of(score) { en: "Score {score}", de: "Wert {score}" }
    group { en: "Group", de: "Gruppe" }
    answers(count) { en: "{count} answers", de: "{count} Antworten" }
    promoters { en: "Promoters", de: "Promotoren" }
    passives { en: "Passives", de: "Indifferente" }
    detractors { en: "Detractors", de: "Kritiker" }
    satisfied { en: "Satisfied", de: "Zufrieden" }
    dissatisfied { en: "Dissatisfied", de: "Unzufrieden" }
    easy { en: "Easy", de: "Einfach" }
    difficult { en: "Difficult", de: "Schwierig" }
    neutral { en: "Neutral", de: "Neutral" }
    scores { en: "Score over time", de: "Ergebnis im Zeitverlauf" }
    scores_note { en: "95 % interval; gap: no answers; axis cut to the values", de: "95-%-Intervall; Lücke: keine Antworten; Achse nach den Werten" }
    scores_summary { en: "Score by period with its interval; arrow keys read out the values", de: "Ergebnis je Zeitraum mit Intervall; die Pfeiltasten lesen die Werte vor" }
    no_answers { en: "no answers", de: "keine Antworten" }
    responses { en: "Responses", de: "Antworten" }
    change { en: "Change", de: "Änderung" }
    risen { en: "up", de: "gestiegen" }
    fallen { en: "down", de: "gefallen" }
    scores_higher { en: "higher", de: "höher" }
    scores_lower { en: "lower", de: "niedriger" }
    comments { en: "Comments", de: "Kommentare" }
    all_comments { en: "All", de: "Alle" }
    comments_shown(shown, all) { en: "{shown} of {all}, newest first. Comments stay in this tab: no link and no export holds them.", de: "{shown} von {all}, neueste zuerst. Kommentare bleiben in diesem Tab: kein Link und kein Export enthält sie." }
    more_comments { en: "Show more", de: "Mehr zeigen" }

    // Proof
    formula { en: "Formula", de: "Formel" }
    with_the_numbers { en: "With the numbers", de: "Mit den Zahlen" }
    result { en: "Result", de: "Ergebnis" }
    definition_used { en: "Definition", de: "Definition" }
    source { en: "Source", de: "Quelle" }
    other_readings { en: "The same facts, read otherwise", de: "Dieselben Fakten, anders gelesen" }
    left_out { en: "Left out", de: "Ausgelassen" }
    nothing_left_out { en: "No row was left out.", de: "Keine Zeile wurde ausgelassen." }

    // Calculators
    calculators_note { en: "One figure each, from totals. The link holds the inputs.", de: "Je eine Kennzahl, aus Summen. Der Link enthält die Eingaben." }
    all_calculators { en: "All calculators", de: "Alle Rechner" }
    other_calculators { en: "Other calculators", de: "Weitere Rechner" }
    answers_of_point(point) { en: "Answers “{point}”", de: "Antworten „{point}“" }
    optional { en: "(optional)", de: "(freiwillig)" }
    enter_a_number { en: "A number is needed here.", de: "Hier wird eine Zahl gebraucht." }
    not_a_number { en: "This is not a number. Write 1,234.56 or 1234.56.", de: "Das ist keine Zahl. Richtig ist zum Beispiel 1.234,56 oder 1234,56." }
    not_negative { en: "A negative number makes no sense here.", de: "Eine negative Zahl ergibt hier keinen Sinn." }
    whole_number { en: "Only whole numbers count here.", de: "Hier zählen nur ganze Zahlen." }
    number_too_large { en: "This number is too large to stay exact.", de: "Diese Zahl ist zu groß, um genau zu bleiben." }
    fill_in_all { en: "The result appears when all inputs are numbers.", de: "Das Ergebnis erscheint, sobald alle Eingaben Zahlen sind." }
    calculate { en: "Calculate", de: "Berechnen" }
    copy_link { en: "Copy link", de: "Link kopieren" }
    copied { en: "Copied.", de: "Kopiert." }
    copy_by_hand { en: "The browser did not allow copying. Copy the link from the field.", de: "Der Browser hat das Kopieren nicht erlaubt. Den Link aus dem Feld kopieren." }

    // Glossary
    search_term { en: "Search", de: "Suchen" }
    terms_found(count) { en: "{count} terms", de: "{count} Begriffe" }

    // Sharing
    share_report { en: "Share this report", de: "Diesen Bericht teilen" }
    link { en: "Link", de: "Link" }
    reveals(aggregates, names) { en: "The link reveals {aggregates} aggregates and {names} customer names.", de: "Der Link verrät {aggregates} Summenwerte und {names} Kundennamen." }
    scores_only { en: "Of the answers it holds the scores with their intervals, but neither distribution nor trend nor comments. Distribution and trend are in the JSON.", de: "Von den Antworten enthält er die Ergebnisse samt Intervall, aber weder Verteilung noch Verlauf noch Kommentare. Verteilung und Verlauf stehen in der JSON-Datei." }
    link_leaves_out(names) { en: "Not in the link: {names}", de: "Nicht im Link: {names}" }
    suppressed(count) { en: "{count} small values are left out.", de: "{count} kleine Werte sind ausgelassen." }
    link_contains { en: "The link contains", de: "Der Link enthält" }
    with_history { en: "the history by period", de: "den Verlauf je Zeitraum" }
    with_cohorts { en: "cohorts and survival", de: "Kohorten und Überleben" }
    with_segments { en: "segments", de: "Segmente" }
    without_small_cells(count) { en: "no values that rest on fewer than {count} customers", de: "keine Werte, die auf weniger als {count} Kunden beruhen" }
    characters(count) { en: "{count} characters", de: "{count} Zeichen" }
    link_short { en: "fits everywhere", de: "passt überall" }
    link_long { en: "too long for some chats", de: "zu lang für manche Chats" }
    link_very_long { en: "some programs will cut it", de: "manche Programme kürzen ihn" }
    link_over_limit { en: "too long for a link: leave something out or export the JSON", de: "zu lang für einen Link: etwas weglassen oder das JSON sichern" }
    shared_report { en: "Shared report", de: "Geteilter Bericht" }
    shared_report_note { en: "These figures came with the link. It holds aggregates only; no customer data were loaded.", de: "Diese Zahlen kamen mit dem Link. Er enthält nur Summenwerte; Kundendaten wurden nicht geladen." }
    to_own_data { en: "Try it with own data", de: "Mit eigenen Daten ausprobieren" }
    link_cannot_be_read { en: "This link cannot be read", de: "Dieser Link lässt sich nicht lesen" }
    link_empty { en: "It holds no report.", de: "Er enthält keinen Bericht." }
    link_newer { en: "It was made by a newer version of Keeprate.", de: "Er stammt von einer neueren Version von Keeprate." }
    link_cut { en: "Its end is missing.", de: "Sein Ende fehlt." }
    link_damaged { en: "Characters in it were changed.", de: "Zeichen darin wurden verändert." }
    link_too_large { en: "It claims to hold more than a report can.", de: "Er gibt vor, mehr zu enthalten, als ein Bericht enthalten kann." }
    link_ask_again { en: "Ask for a new one.", de: "Um einen neuen bitten." }
    link_reload { en: "Reload this page to get the newest version.", de: "Diese Seite neu laden, um die neueste Version zu erhalten." }
    link_copy_whole { en: "Copy the whole link from where it came and open it again.", de: "Den ganzen Link aus der Quelle kopieren und erneut öffnen." }

    // The survey builder
    contraction_rate { en: "contraction rate", de: "Herabstufungsrate" }
    expansion_rate { en: "expansion rate", de: "Erweiterungsrate" }
    new_mrr_monthly { en: "new MRR per month", de: "neues MRR je Monat" }
    new_customers_monthly { en: "new customers per month", de: "neue Kunden je Monat" }
    price_monthly { en: "price per month", de: "Preis je Monat" }
    signups_before { en: "sign-ups in the period before", de: "Registrierungen im Zeitraum davor" }
    days_of_use { en: "days of use, all users together", de: "Nutzungstage aller Nutzer zusammen" }
    days_of_period { en: "days of the period", de: "Tage des Zeitraums" }
    did_not_return { en: "did not come back", de: "nicht wiedergekommen" }
    earlier(what) { en: "{what}, period before", de: "{what}, Zeitraum davor" }

    survey_title { en: "Ask your customers", de: "Kunden fragen" }
    survey_lead { en: "NPS, CSAT, CES or an open question in your own app: choose, see it live, copy the lines. It weighs 16 KB, asks for nothing before a score is chosen, and keeps an answer that was given offline.", de: "NPS, CSAT, CES oder eine offene Frage in der eigenen App: auswählen, live ansehen, Zeilen kopieren. Sie wiegt 16 KB, fragt nichts ab, bevor eine Bewertung gewählt ist, und bewahrt eine offline gegebene Antwort." }
    survey_preview { en: "Preview", de: "Vorschau" }
    survey_again { en: "Begin anew", de: "Von vorn beginnen" }
    survey_embed { en: "Embed", de: "Einbetten" }
    survey_copy_lines { en: "Copy lines", de: "Zeilen kopieren" }
    survey_policy { en: "What the page’s policy must allow", de: "Was die Richtlinie der Seite erlauben muss" }
    survey_policy_note { en: "Only for pages with a Content-Security-Policy. Without WebAssembly a translation takes over.", de: "Nur für Seiten mit einer Content-Security-Policy. Ohne WebAssembly springt eine Übersetzung ein." }
    survey_share { en: "Share this survey", de: "Diese Umfrage teilen" }
    survey_share_note { en: "The link holds the whole definition.", de: "Der Link enthält die ganze Definition." }
    survey_group_question { en: "Question", de: "Frage" }
    survey_group_texts { en: "Words", de: "Texte" }
    survey_group_look { en: "Look and place", de: "Aussehen und Ort" }
    survey_group_rules { en: "Who is asked, and when", de: "Wer wann gefragt wird" }
    survey_group_delivery { en: "Where answers go", de: "Wohin Antworten gehen" }
    survey_kind { en: "Kind", de: "Art" }
    survey_symbols { en: "Symbols (CSAT)", de: "Symbole (CSAT)" }
    survey_name { en: "Name of the survey", de: "Name der Umfrage" }
    survey_product { en: "Product", de: "Produkt" }
    survey_locale { en: "Language", de: "Sprache" }
    survey_question { en: "Question", de: "Frage" }
    survey_low { en: "Lowest score means", de: "Niedrigste Bewertung heißt" }
    survey_high { en: "Highest score means", de: "Höchste Bewertung heißt" }
    survey_follow_up { en: "Open question after the score", de: "Offene Frage nach der Bewertung" }
    survey_thanks { en: "Thank-you", de: "Dank" }
    survey_consent { en: "Consent line", de: "Einwilligung" }
    survey_privacy { en: "Address of the privacy notice", de: "Adresse der Datenschutzerklärung" }
    survey_place { en: "Place", de: "Ort" }
    survey_theme { en: "Colours", de: "Farben" }
    survey_accent { en: "Accent colour", de: "Akzentfarbe" }
    survey_trigger { en: "Shown", de: "Erscheint" }
    survey_sample { en: "Share of people asked, in percent", de: "Anteil der Gefragten in Prozent" }
    survey_cool_down { en: "Days of rest after an answer", de: "Tage Ruhe nach einer Antwort" }
    survey_cool_down_dismissed { en: "Days of rest after a dismissal", de: "Tage Ruhe nach dem Schließen" }
    survey_from { en: "From", de: "Von" }
    survey_until { en: "Until", de: "Bis" }
    survey_pages { en: "Pages (path, * for anything)", de: "Seiten (Pfad, * für alles)" }
    survey_endpoint { en: "Address that takes answers; without it the page hears of them", de: "Adresse, die Antworten annimmt; ohne sie erfährt sie die Seite" }
    survey_open_question { en: "Open question", de: "Offene Frage" }
    survey_numbers { en: "Numbers", de: "Zahlen" }
    survey_stars { en: "Stars", de: "Sterne" }
    survey_faces { en: "Faces", de: "Gesichter" }
    survey_as_the_page { en: "As the page", de: "Wie die Seite" }
    survey_inline { en: "In the text", de: "Im Text" }
    survey_popover { en: "Corner", de: "Ecke" }
    survey_bar { en: "Bar", de: "Leiste" }
    survey_modal { en: "Dialog", de: "Dialog" }
    survey_now { en: "At once", de: "Sofort" }
    survey_delay { en: "After 30 seconds", de: "Nach 30 Sekunden" }
    survey_scroll { en: "Half-way down the page", de: "Auf halber Höhe der Seite" }
    survey_exit { en: "When the pointer leaves the window", de: "Wenn der Zeiger das Fenster verlässt" }
    survey_code { en: "Only by show() from code", de: "Nur durch show() im Code" }
}
