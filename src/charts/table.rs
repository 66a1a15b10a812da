//! Tables of text: what stands in a chart, as one reads it without the chart.

use yew::{Html, html};

/// A table with these headings. Each row begins with what it is about.
pub fn table(headings: &[&str], rows: Vec<Vec<String>>) -> Html {
    let heading = |text: &&str| html! { <th scope="col">{ text }</th> };
    let cell = |(place, text): (usize, String)| {
        if place == 0 {
            html! { <th scope="row">{ text }</th> }
        } else {
            html! { <td>{ text }</td> }
        }
    };
    let row = |cells: Vec<String>| html! { <tr>{ for cells.into_iter().enumerate().map(cell) }</tr> };
    html! {
        <table>
            <thead><tr>{ for headings.iter().map(heading) }</tr></thead>
            <tbody>{ for rows.into_iter().map(row) }</tbody>
        </table>
    }
}

/// A text, or a dash where there is none.
pub fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}
