//! Files in and out: chosen, dropped, pasted, saved.

use super::table::in_html;
use crate::queries::pasted::{is_table, tab_separated};
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, File, FileList, HtmlAnchorElement, HtmlInputElement};
use yew::{Callback, Event, TargetCast};

/// A file that the person handed over.
#[derive(Clone, Debug, PartialEq)]
pub struct PickedFile(File);

impl PickedFile {
    /// Its name.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.0.size() as u64
    }

    /// The file for a message to the worker.
    pub(super) fn as_js(&self) -> &JsValue {
        self.0.as_ref()
    }

    /// A file from text; the browser encodes it as UTF-8.
    pub fn from_text(name: &str, text: &str) -> Option<PickedFile> {
        let parts = js_sys::Array::of1(&text.into());
        File::new_with_str_sequence(&parts, name).ok().map(PickedFile)
    }

    /// Reads all its bytes; `None` if the browser cannot hand them over.
    pub fn read(&self, done: impl FnOnce(Option<Vec<u8>>) + 'static) {
        let bytes = wasm_bindgen_futures::JsFuture::from(self.0.array_buffer());
        wasm_bindgen_futures::spawn_local(async move {
            done(bytes.await.ok().map(|bytes| js_sys::Uint8Array::new(&bytes).to_vec()));
        });
    }
}

/// What arrived.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrival {
    /// Files, at least one.
    Files(Vec<PickedFile>),
    /// Nothing that could be read.
    Nothing,
}

/// The files chosen in a file field; the field is emptied so that the same ones can be chosen again.
pub fn chosen(event: &Event) -> Vec<PickedFile> {
    let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return Vec::new() };
    let files = listed(input.files());
    input.set_value("");
    files
}

fn listed(files: Option<FileList>) -> Vec<PickedFile> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|place| files.get(place)).map(PickedFile).collect()
}

fn arrived(transfer: Option<DataTransfer>) -> Arrival {
    let Some(transfer) = transfer else { return Arrival::Nothing };
    let files = listed(transfer.files());
    if !files.is_empty() {
        return Arrival::Files(files);
    }
    let mut text = transfer.get_data("text/plain").unwrap_or_default();
    // A table of a web page may be torn in its text, or have none.
    if !is_table(&text) {
        let table = in_html(&transfer.get_data("text/html").unwrap_or_default());
        if text.trim().is_empty() || table.iter().any(|row| row.len() > 1) {
            text = tab_separated(&table);
        }
    }
    let name = if text.trim_start().starts_with(['[', '{']) { "clipboard.json" } else { "clipboard.csv" };
    let file = (!text.trim().is_empty()).then(|| PickedFile::from_text(name, &text)).flatten();
    file.map_or(Arrival::Nothing, |file| Arrival::Files(vec![file]))
}

/// Listens for drops and pastes anywhere on the page, and for a drag that hovers over it, until the listeners are
/// dropped. A paste into a field that takes text belongs to that field.
pub fn listen(arrival: Callback<Arrival>, hovering: Callback<bool>) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let on = |name: &'static str, handle: Box<dyn Fn(&web_sys::Event)>| {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&window, name, options, move |event| handle(event))
    };
    let (over, leave, dropped, pasted) = (hovering.clone(), hovering.clone(), arrival.clone(), arrival);
    vec![
        on(
            "dragover",
            Box::new(move |event| {
                event.prevent_default();
                over.emit(true);
            }),
        ),
        on(
            "dragleave",
            Box::new(move |event| {
                // Leaving a child is no leaving: only the window's own edge has nothing to go to.
                let to = event.dyn_ref::<DragEvent>().and_then(|event| event.related_target());
                if to.is_none() {
                    leave.emit(false);
                }
            }),
        ),
        on(
            "drop",
            Box::new(move |event| {
                event.prevent_default();
                hovering.emit(false);
                dropped.emit(arrived(event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer)));
            }),
        ),
        on(
            "paste",
            Box::new(move |event| {
                let field = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                let elsewhere = field.is_some_and(|field| {
                    matches!(field.tag_name().as_str(), "INPUT" | "TEXTAREA") && !field.has_attribute("data-paste")
                });
                if !elsewhere {
                    event.prevent_default();
                    pasted.emit(arrived(event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data)));
                }
            }),
        ),
    ]
}

/// Saves text as a file on the person's machine.
pub fn save(name: &str, kind: &str, text: &str) {
    let save = || -> Option<()> {
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(kind);
        let blob =
            web_sys::Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options).ok()?;
        let address = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
        let document = web_sys::window()?.document()?;
        let link = document.create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        web_sys::Url::revoke_object_url(&address).ok()
    };
    // A browser that forbids downloads shows that itself.
    let _ = save();
}

/// Copies text to the clipboard and says whether that worked.
pub fn copy(text: String, done: Callback<bool>) {
    wasm_bindgen_futures::spawn_local(async move {
        let clipboard = web_sys::window().map(|window| window.navigator().clipboard());
        let copied = match clipboard {
            Some(clipboard) if !clipboard.is_undefined() => {
                wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text)).await.is_ok()
            }
            _ => false,
        };
        done.emit(copied);
    });
}
