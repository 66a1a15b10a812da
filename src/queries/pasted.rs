//! What is read of a clipboard that may hold the same table twice: as text and as HTML.

/// A cell of a table in HTML.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Its text, with the breaks of its lines.
    pub text: String,
    /// Rows that it covers, its own among them.
    pub rows: usize,
    /// Columns that it covers, its own among them.
    pub columns: usize,
}

/// Whether a text is a table by itself: as many separators of one kind in every line, or the quotation marks that keep the
/// lines of a cell together.
pub fn is_table(text: &str) -> bool {
    ['\t', ';', ',', '|'].into_iter().any(|separator| {
        let mut counts = text.lines().filter(|line| !line.is_empty()).map(|line| line.matches(separator).count());
        let first = counts.next().unwrap_or(0);
        first > 0 && (text.contains('"') || counts.all(|count| count == first))
    })
}

/// The table as text, columns between tabs. A cell that covers several rows says its text in each of them, as a customer
/// beside their months; one that covers several columns only in its first.
pub fn tab_separated(table: &[Vec<Cell>]) -> String {
    let mut text = String::new();
    // What reaches down from rows before: by column, how many more rows, and the text.
    let mut above: Vec<(usize, String)> = Vec::new();
    for row in table {
        let mut column = 0;
        let mut put = |value: &str| {
            if column > 0 {
                text.push('\t');
            }
            push_quoted(&mut text, value);
            column += 1;
        };
        let mut next: Vec<(usize, String)> = Vec::new();
        let mut cells = row.iter();
        loop {
            while let Some((rows, value)) = above.get_mut(next.len()).filter(|(rows, _)| *rows > 0) {
                put(value);
                next.push((*rows - 1, std::mem::take(value)));
            }
            let Some(cell) = cells.next() else { break };
            for place in 0..cell.columns.max(1) {
                let value = if place == 0 { cell.text.as_str() } else { "" };
                put(value);
                let below = cell.rows.saturating_sub(1);
                next.push((below, if below > 0 { value.to_owned() } else { String::new() }));
            }
        }
        above = next;
        text.push('\n');
    }
    text
}

fn push_quoted(text: &mut String, value: &str) {
    if value.contains(['\t', '\n', '"']) {
        text.push('"');
        text.push_str(&value.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str, rows: usize, columns: usize) -> Cell {
        Cell { text: text.to_owned(), rows, columns }
    }

    #[test]
    fn a_text_is_a_table_if_its_lines_are_rows() {
        for (text, expected) in [
            ("customer\tmonth\nA\t2025-01\n", true),
            ("customer\tmonth\r\nA\t\r\n", true),
            ("customer\tnote\nA\t\"two\nlines\"\n", true),
            ("customer\tnote\nA\ttwo\nlines\n", false),
            ("customer,month\nA,2025-01\n", true),
            ("Kunde;Betrag\nA;1,00\nB;2,50\n", true),
            ("customer note\nA two\nlines, perhaps\n", false),
            ("", false),
        ] {
            assert_eq!(is_table(text), expected, "{text:?}");
        }
    }

    #[test]
    fn cells_stand_where_the_table_shows_them() {
        for (table, expected) in [
            (vec![vec![cell("a", 1, 1), cell("b", 1, 1)]], "a\tb\n"),
            // A customer beside two months, the last of them beside a note that reaches below the table.
            (
                vec![
                    vec![cell("A", 2, 1), cell("Jan", 1, 1), cell("1", 1, 1)],
                    vec![cell("Feb", 1, 1), cell("2", 9, 1)],
                ],
                "A\tJan\t1\nA\tFeb\t2\n",
            ),
            // The one in the middle and the one at the end go on.
            (
                vec![vec![cell("a", 1, 1), cell("b", 2, 1), cell("c", 2, 1)], vec![cell("d", 1, 1)]],
                "a\tb\tc\nd\tb\tc\n",
            ),
            (vec![vec![cell("Total", 1, 2), cell("3", 1, 1)]], "Total\t\t3\n"),
            (vec![vec![cell("x", 2, 2)], vec![cell("y", 1, 1)]], "x\t\nx\t\ty\n"),
            (vec![vec![cell("say \"so\"", 1, 1), cell("two\nlines", 1, 1)]], "\"say \"\"so\"\"\"\t\"two\nlines\"\n"),
            (vec![vec![cell("a", 0, 0)], Vec::new()], "a\n\n"),
        ] {
            assert_eq!(tab_separated(&table), expected);
        }
    }
}
