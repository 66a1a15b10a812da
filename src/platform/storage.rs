//! Preferences in `localStorage`. It may be missing or full or forbidden: then they last as long as the page.

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The remembered value.
pub fn get(name: &str) -> Option<String> {
    storage()?.get_item(&["keeprate.", name].concat()).ok()?
}

/// Remembers a value if the browser lets us.
pub fn set(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&["keeprate.", name].concat(), value);
    }
}
