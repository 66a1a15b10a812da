//! The cohort triangle: a real table whose cells are shaded, with arrow keys and a spoken sentence per cell.

use crate::context::{use_formats, use_messages};
use crate::platform::dom::{KeyboardEvent, focus_cell};
use crate::queries::charts::{CohortCells, CohortRow, heat};
use std::rc::Rc;
use yew::{Callback, Html, Properties, classes, component, html, use_node_ref, use_state_eq};

/// Properties of [`Cohorts`].
#[derive(Properties, PartialEq)]
pub struct CohortsProperties {
    /// The rows, oldest first.
    pub rows: Rc<Vec<CohortRow>>,
    /// Months since the start that the widest row has.
    pub columns: usize,
    /// How cells are read.
    pub cells: CohortCells,
    /// The weighted share per month over mature cells.
    pub weighted: Rc<Vec<f64>>,
}

/// The triangle.
#[component]
pub fn Cohorts(properties: &CohortsProperties) -> Html {
    let (messages, formats) = (use_messages(), use_formats());
    let table = use_node_ref();
    let at = use_state_eq(|| (0_usize, 0_usize));
    let hovered = use_state_eq(|| None::<(usize, usize)>);
    let onkeydown = {
        let (at, table, rows) = (at.clone(), table.clone(), properties.rows.clone());
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
    let cell = |place: usize, row: &CohortRow, month: usize| {
        let Some((count, share)) = row.cells.get(month) else { return html! { <td key={month} class="future"></td> } };
        let (count, share) = (formats.count(*count as i64), *share);
        let shown = match properties.cells {
            CohortCells::Share => formats.whole_percent(share),
            CohortCells::Count => count.clone(),
        };
        let size = formats.count(row.size as i64);
        let spoken = messages.cohort_cell(
            &formats.period(row.period),
            &formats.count(month as i64),
            &count,
            &size,
            &formats.percent(share),
        );
        // Row, column and diagonal of the hovered cell: the diagonal is one calendar month.
        let lit = hovered.is_some_and(|(r, m)| r == place || m == month || r + m == place + month);
        let hover = {
            let hovered = hovered.clone();
            Callback::from(move |_| hovered.set(Some((place, month))))
        };
        let focus = {
            let at = at.clone();
            Callback::from(move |_| at.set((place, month)))
        };
        html! {
            <td key={month} class={classes!(
                    format!("heat-{}", heat(share)),
                    (month + row.open >= row.cells.len()).then_some("open"),
                    lit.then_some("lit"),
                )}
                tabindex={if *at == (place, month) { "0" } else { "-1" }} data-row={place.to_string()}
                data-column={month.to_string()} aria-label={spoken.clone()} title={spoken}
                onpointerenter={hover} onfocus={focus}>
                { shown }
            </td>
        }
    };
    let leave = {
        let hovered = hovered.clone();
        Callback::from(move |_| hovered.set(None))
    };
    html! {
        <div class="scroll cohorts">
            <table ref={table} {onkeydown} onpointerleave={leave} aria-label={messages.cohorts()}>
                <thead>
                    <tr>
                        <th scope="col">{ messages.cohort() }</th>
                        <th scope="col" class="number">{ messages.customers() }</th>
                        { for (0..properties.columns).map(|month| html! {
                            <th key={month} scope="col" class="number" aria-label={messages.month_number(&formats.count(month as i64))}>
                                { formats.count(month as i64) }
                            </th>
                        }) }
                    </tr>
                </thead>
                <tbody>
                    { for properties.rows.iter().enumerate().map(|(place, row)| html! {
                        <tr key={row.period.label()} class={classes!(row.small.then_some("small"))}>
                            <th scope="row">
                                { formats.short_month(row.period.start.month()) }
                                if row.left_truncated { <abbr title={messages.left_truncated()}>{ "*" }</abbr> }
                            </th>
                            <td class="size">{ formats.count(row.size as i64) }</td>
                            { for (0..properties.columns).map(|month| cell(place, row, month)) }
                        </tr>
                    }) }
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{ messages.weighted() }</th>
                        <td></td>
                        { for (0..properties.columns).map(|month| html! {
                            <td key={month}>
                                { properties.weighted.get(month).map(|share| formats.whole_percent(*share)).unwrap_or_default() }
                            </td>
                        }) }
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}
