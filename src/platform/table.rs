//! Tables in HTML from a clipboard. They are read in a document that is never shown: nothing in it runs, nothing is loaded.

use crate::queries::pasted::Cell;
use wasm_bindgen::JsCast;
use web_sys::{DomParser, Element, HtmlTableCellElement, HtmlTableElement, HtmlTableRowElement, SupportedType};

/// Stands for the end of a line within a cell; no page writes it.
const BREAK: &str = "\u{1e}";

/// The rows of the largest table, empty where there is none.
pub fn in_html(html: &str) -> Vec<Vec<Cell>> {
    let parsed = DomParser::new().and_then(|parser| parser.parse_from_string(html, SupportedType::TextHtml));
    let Ok(document) = parsed else { return Vec::new() };
    let tables = document.get_elements_by_tag_name("table");
    let tables = (0..tables.length()).filter_map(|place| tables.item(place)?.dyn_into::<HtmlTableElement>().ok());
    let Some(table) = tables.max_by_key(|table| table.rows().length()) else { return Vec::new() };
    mark_lines(&table);
    let rows = table.rows();
    (0..rows.length())
        .filter_map(|place| rows.item(place)?.dyn_into::<HtmlTableRowElement>().ok())
        .map(|row| {
            let cells = row.cells();
            let cells = (0..cells.length()).filter_map(|place| cells.item(place)?.dyn_into().ok());
            cells.map(|cell: HtmlTableCellElement| read(&cell)).collect()
        })
        .collect()
}

/// Writes down where lines end within cells: the text of an element says nothing of that.
fn mark_lines(table: &Element) {
    let Ok(ends) = table.query_selector_all("br, td p, td div, td li, th p, th div") else { return };
    for end in (0..ends.length()).filter_map(|place| ends.item(place)?.dyn_into::<Element>().ok()) {
        // Appending a text to an element of a document of our own cannot fail.
        let _ = end.append_with_str_1(BREAK);
    }
}

/// A cell; its spaces are those that a page would show.
fn read(cell: &HtmlTableCellElement) -> Cell {
    let text = cell.text_content().unwrap_or_default();
    let lines = text.split(BREAK).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    Cell { text: lines.join("\n"), rows: cell.row_span() as usize, columns: cell.col_span() as usize }
}
