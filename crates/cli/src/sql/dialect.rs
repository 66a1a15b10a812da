//! What the databases spell differently. Everything else of a statement is the same for all of them.

/// The spellings of one database. In a template `{0}` and `{1}` stand for what is put in.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// The name used in options.
    pub(crate) name: &'static str,
    /// What stands around a name.
    quote: char,
    /// Whether the database stores names that were written without quotes in upper case.
    stores_upper_case: bool,
    /// The type of text.
    text: &'static str,
    /// The type of rates.
    float: &'static str,
    /// The type of a date with a time of day and without a zone.
    instant: &'static str,
    /// An exact amount, rounded half away from zero to the eighth decimal.
    money: &'static str,
    /// The first day of a date's month.
    month_of: &'static str,
    /// The first day of a date's quarter.
    quarter_of: &'static str,
    /// The first day of a date's year.
    year_of: &'static str,
    /// A date and a number of months.
    plus_months: &'static str,
    /// The day after a date.
    next_day: &'static str,
    /// A table with the numbers from 0 on in its column `step`, enough for the months of two centuries.
    steps: &'static str,
    /// Days from the second date to the first.
    days_between: &'static str,
    /// A date as `2025-06`.
    month_label: &'static str,
    /// A date as `2025`.
    year_label: &'static str,
}

/// Every dialect.
pub(crate) const ALL: [Dialect; 4] = [
    Dialect {
        name: "duckdb",
        quote: '"',
        stores_upper_case: false,
        text: "VARCHAR",
        float: "DOUBLE",
        instant: "TIMESTAMP",
        money: "CAST({0} AS DECIMAL(38, 8))",
        month_of: "DATE_TRUNC('month', {0})",
        quarter_of: "DATE_TRUNC('quarter', {0})",
        year_of: "DATE_TRUNC('year', {0})",
        plus_months: "CAST({0} + {1} * INTERVAL '1 month' AS DATE)",
        next_day: "({0} + 1)",
        steps: "RANGE(0, 2400) AS steps(step)",
        days_between: "({0} - {1})",
        month_label: "STRFTIME({0}, '%Y-%m')",
        year_label: "STRFTIME({0}, '%Y')",
    },
    Dialect {
        name: "postgres",
        quote: '"',
        stores_upper_case: false,
        text: "VARCHAR",
        float: "DOUBLE PRECISION",
        instant: "TIMESTAMP",
        money: "CAST({0} AS NUMERIC(38, 8))",
        month_of: "CAST(DATE_TRUNC('month', {0}) AS DATE)",
        quarter_of: "CAST(DATE_TRUNC('quarter', {0}) AS DATE)",
        year_of: "CAST(DATE_TRUNC('year', {0}) AS DATE)",
        plus_months: "CAST({0} + {1} * INTERVAL '1 month' AS DATE)",
        next_day: "({0} + 1)",
        steps: "GENERATE_SERIES(0, 2399) AS steps(step)",
        days_between: "({0} - {1})",
        month_label: "TO_CHAR({0}, 'YYYY-MM')",
        year_label: "TO_CHAR({0}, 'YYYY')",
    },
    Dialect {
        name: "bigquery",
        quote: '`',
        stores_upper_case: false,
        text: "STRING",
        float: "FLOAT64",
        instant: "DATETIME",
        money: "ROUND(CAST({0} AS NUMERIC), 8)",
        month_of: "DATE_TRUNC({0}, MONTH)",
        quarter_of: "DATE_TRUNC({0}, QUARTER)",
        year_of: "DATE_TRUNC({0}, YEAR)",
        plus_months: "DATE_ADD({0}, INTERVAL {1} MONTH)",
        next_day: "DATE_ADD({0}, INTERVAL 1 DAY)",
        steps: "UNNEST(GENERATE_ARRAY(0, 2399)) AS step",
        days_between: "DATE_DIFF({0}, {1}, DAY)",
        month_label: "FORMAT_DATE('%Y-%m', {0})",
        year_label: "FORMAT_DATE('%Y', {0})",
    },
    Dialect {
        name: "snowflake",
        quote: '"',
        stores_upper_case: true,
        text: "VARCHAR",
        float: "DOUBLE",
        instant: "TIMESTAMP_NTZ",
        money: "CAST({0} AS NUMBER(38, 8))",
        month_of: "DATE_TRUNC('month', {0})",
        quarter_of: "DATE_TRUNC('quarter', {0})",
        year_of: "DATE_TRUNC('year', {0})",
        plus_months: "DATEADD(month, {1}, {0})",
        next_day: "DATEADD(day, 1, {0})",
        steps: "(SELECT ROW_NUMBER() OVER (ORDER BY NULL) - 1 AS step FROM TABLE(GENERATOR(ROWCOUNT => 2400))) AS steps",
        days_between: "DATEDIFF(day, {1}, {0})",
        month_label: "TO_CHAR({0}, 'YYYY-MM')",
        year_label: "TO_CHAR({0}, 'YYYY')",
    },
];

impl Dialect {
    /// The dialect of a name.
    pub(crate) fn parse(name: &str) -> Option<&'static Dialect> {
        ALL.iter().find(|dialect| dialect.name == name)
    }

    /// A name as an identifier: never anything else, because [`super::name`] lets no quote and no control character in.
    pub(crate) fn identifier(&self, name: &str) -> String {
        let is_plain =
            name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
        let stored = if self.stores_upper_case && is_plain { name.to_ascii_uppercase() } else { name.to_owned() };
        format!("{0}{stored}{0}", self.quote)
    }

    pub(crate) fn as_text(&self, value: &str) -> String {
        format!("CAST({value} AS {})", self.text)
    }

    pub(crate) fn as_float(&self, value: &str) -> String {
        format!("CAST({value} AS {})", self.float)
    }

    pub(crate) fn as_instant(&self, value: &str) -> String {
        format!("CAST({value} AS {})", self.instant)
    }

    pub(crate) fn as_money(&self, value: &str) -> String {
        self.money.replace("{0}", value)
    }

    pub(crate) fn month_of(&self, date: &str) -> String {
        self.month_of.replace("{0}", date)
    }

    pub(crate) fn quarter_of(&self, date: &str) -> String {
        self.quarter_of.replace("{0}", date)
    }

    pub(crate) fn year_of(&self, date: &str) -> String {
        self.year_of.replace("{0}", date)
    }

    /// A date so many months later; `months` is a number or a column of numbers.
    pub(crate) fn plus_months(&self, date: &str, months: &str) -> String {
        self.plus_months.replace("{1}", months).replace("{0}", date)
    }

    pub(crate) fn next_day(&self, date: &str) -> String {
        self.next_day.replace("{0}", date)
    }

    /// A table to join with, whose column `step` counts from 0.
    pub(crate) fn steps(&self) -> &'static str {
        self.steps
    }

    /// Whole days from the earlier date to the later one.
    pub(crate) fn days_between(&self, later: &str, earlier: &str) -> String {
        self.days_between.replace("{1}", earlier).replace("{0}", later)
    }

    pub(crate) fn month_label(&self, date: &str) -> String {
        self.month_label.replace("{0}", date)
    }

    pub(crate) fn year_label(&self, date: &str) -> String {
        self.year_label.replace("{0}", date)
    }

    /// `part ÷ whole` as a rate, empty where the whole is 0.
    pub(crate) fn rate(&self, part: &str, whole: &str) -> String {
        format!("{} / {}", self.as_float(part), self.as_float(&format!("NULLIF({whole}, 0)")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_the_database_stores_them() {
        for (dialect, name, expected) in [
            ("duckdb", "month", "\"month\""),
            ("postgres", "Kunden Nr", "\"Kunden Nr\""),
            ("bigquery", "my-project", "`my-project`"),
            ("snowflake", "month", "\"MONTH\""),
            ("snowflake", "Month", "\"Month\""),
        ] {
            let dialect = Dialect::parse(dialect).expect("a dialect");
            assert_eq!(dialect.identifier(name), expected);
        }
    }

    #[test]
    fn dates_are_put_where_the_database_wants_them() {
        for (dialect, later, days) in [
            ("duckdb", "CAST(a + -1 * INTERVAL '1 month' AS DATE)", "(a - b)"),
            ("postgres", "CAST(a + -1 * INTERVAL '1 month' AS DATE)", "(a - b)"),
            ("bigquery", "DATE_ADD(a, INTERVAL -1 MONTH)", "DATE_DIFF(a, b, DAY)"),
            ("snowflake", "DATEADD(month, -1, a)", "DATEDIFF(day, b, a)"),
        ] {
            let dialect = Dialect::parse(dialect).expect("a dialect");
            assert_eq!(
                (dialect.plus_months("a", "-1"), dialect.days_between("a", "b")),
                (later.to_owned(), days.to_owned())
            );
        }
    }
}
