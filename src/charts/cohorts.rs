//! The cohort triangle: a real table whose cells are shaded, with arrow keys and a spoken sentence per cell.

use crate::charts::table::or_dash;
use crate::i18n::Messages;
use crate::platform::dom::{FocusEvent, KeyboardEvent, PointerEvent, cell_of, focus_cell};
use crate::platform::intl::Formats;
use crate::queries::charts::{CohortCells, CohortRow, heat};
use std::rc::Rc;
use yew::{Callback, Html, Properties, component, html, use_node_ref, use_state_eq};

/// Properties of [`Cohorts`].
#[derive(Properties, PartialEq)]
pub struct CohortsProperties {
    /// How words and figures are written.
    pub formats: Formats,
    /// What is counted: customers, or users.
    pub who: &'static str,
    /// The rows, oldest first.
    pub rows: Rc<Vec<CohortRow>>,
    /// Months since the start that the widest row has.
    pub columns: usize,
    /// How cells are read.
    pub cells: CohortCells,
    /// The weighted share per month over mature cells; `None` where no cell of a month is known.
    pub weighted: Rc<Vec<Option<f64>>>,
}

/// The triangle.
#[component]
pub fn Cohorts(properties: &CohortsProperties) -> Html {
    let CohortsProperties { formats, who, rows, columns, cells, weighted } = properties;
    let messages = Messages { language: formats.language };
    let table = use_node_ref();
    let at = use_state_eq(|| (0_usize, 0_usize));
    let hovered = use_state_eq(|| None::<(usize, usize)>);
    let onkeydown = {
        let (at, table, rows) = (at.clone(), table.clone(), rows.clone());
        Callback::from(move |event: KeyboardEvent| {
            let (row, column) = *at;
            let length = |row: usize| rows.get(row).map_or(0, |row| row.cells.len());
            let (row, column) = match event.key().as_str() {
                "ArrowRight" => (row, column + 1),
                "ArrowLeft" => (row, column.saturating_sub(1)),
                "ArrowDown" => (row + 1, column),
                "ArrowUp" => (row.saturating_sub(1), column),
                "Home" => (row, 0),
                "End" => (row, length(row).saturating_sub(1)),
                _ => return,
            };
            event.prevent_default();
            if column < length(row) {
                at.set((row, column));
                focus_cell(&table, row, column);
            }
        })
    };
    // One listener for all cells: hundreds of them would be most of what the table costs.
    let onfocusin = {
        let at = at.clone();
        Callback::from(move |event: FocusEvent| {
            if let Some(place) = cell_of(&event) {
                at.set(place);
            }
        })
    };
    let onpointerover = {
        let hovered = hovered.clone();
        Callback::from(move |event: PointerEvent| hovered.set(cell_of(&event)))
    };
    let onpointerleave = {
        let hovered = hovered.clone();
        Callback::from(move |_| hovered.set(None))
    };
    let cell = |place: usize, row: &CohortRow, (month, known): (usize, &Option<(u64, f64)>)| {
        let shown = match (known, cells) {
            (Some((_, share)), CohortCells::Share) => formats.whole_percent(*share),
            (Some((count, _)), CohortCells::Count) => formats.count(*count as i64),
            (None, _) => "–".to_owned(),
        };
        // Row, column and diagonal of the hovered cell: the diagonal is one calendar month.
        let lit = hovered.is_some_and(|(r, m)| r == place || m == month || r + m == place + month);
        let here = *at == (place, month);
        // Only the cells that somebody is at have their sentence: the others have their headings.
        let spoken = (here || *hovered == Some((place, month))).then(|| {
            let (cohort, month) = (formats.period(row.period), formats.count(month as i64));
            let size = formats.count(row.size as i64);
            match known {
                Some((count, share)) => messages.cohort_cell(
                    &cohort,
                    &month,
                    &formats.count(*count as i64),
                    &size,
                    &formats.percent(*share),
                ),
                None => messages.cohort_cell_unknown(&cohort, &month),
            }
        });
        let open = month + row.open >= row.cells.len();
        let class = [
            known.and_then(|(_, share)| HEATS.get(heat(share)).copied()).unwrap_or("unknown"),
            if open { " open" } else { "" },
            if lit { " lit" } else { "" },
        ];
        let class = class.concat();
        html! {
            <td key={month} {class}
                tabindex={if here { "0" } else { "-1" }} data-row={place.to_string()} data-column={month.to_string()}
                aria-label={spoken.clone()} title={spoken}>
                { shown }
            </td>
        }
    };
    html! {
        <div class="scroll cohorts">
            <table ref={table} {onkeydown} {onfocusin} {onpointerover} {onpointerleave} aria-label={messages.cohorts()}>
                <thead>
                    <tr>
                        <th scope="col">{ messages.cohort() }</th>
                        <th scope="col">{ *who }</th>
                        { for (0..*columns).map(|month| {
                            let number = formats.count(month as i64);
                            html! {
                                <th key={month} scope="col" aria-label={messages.month_number(&number)}>
                                    { number }
                                </th>
                            }
                        }) }
                    </tr>
                </thead>
                <tbody>
                    { for rows.iter().enumerate().map(|(place, row)| html! {
                        <tr key={row.period.label()} class={if row.small { "small" } else { "" }}>
                            <th scope="row">
                                { formats.short_month(row.period.start.month()) }
                                if row.left_truncated { <abbr title={messages.left_truncated()}>{ "*" }</abbr> }
                            </th>
                            <td class="size">{ formats.count(row.size as i64) }</td>
                            { for row.cells.iter().enumerate().map(|at| cell(place, row, at)) }
                            // One cell for all months to come: empty ones would be half of the table.
                            if row.cells.len() < *columns { <td colspan={(columns - row.cells.len()).to_string()}></td> }
                        </tr>
                    }) }
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{ messages.weighted() }</th>
                        <td></td>
                        { for (0..*columns).map(|month| html! {
                            <td key={month}>
                                { weighted.get(month).map(|share| or_dash(share.map(|share| formats.whole_percent(share)))).unwrap_or_default() }
                            </td>
                        }) }
                    </tr>
                </tfoot>
            </table>
            if rows.iter().any(|row| row.cells.contains(&None)) {
                <p class="note">{ messages.month_unknown_note() }</p>
            }
        </div>
    }
}

/// The classes of the shades, palest first.
const HEATS: [&str; 11] =
    ["heat-0", "heat-1", "heat-2", "heat-3", "heat-4", "heat-5", "heat-6", "heat-7", "heat-8", "heat-9", "heat-10"];
