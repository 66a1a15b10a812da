//! Preferences in `localStorage`. It may be missing or full or forbidden: then they last as long as the page.

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The remembered value.
pub fn get(name: &str) -> Option<String> {
    storage()?.get_item(&["keeprate.", name].concat()).ok()?
}

/// The remembered values whose names begin alike, each with the rest of its name.
pub fn all(prefix: &str) -> Vec<(String, String)> {
    let Some(storage) = storage() else { return Vec::new() };
    let prefix = ["keeprate.", prefix].concat();
    let names = (0..storage.length().unwrap_or(0)).filter_map(|place| storage.key(place).ok()?);
    let values =
        names.filter_map(|name| Some((name.strip_prefix(&prefix)?.to_owned(), storage.get_item(&name).ok()??)));
    values.collect()
}

/// Forgets a value.
pub fn remove(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&["keeprate.", name].concat());
    }
}

/// Remembers a value if the browser lets us.
pub fn set(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&["keeprate.", name].concat(), value);
    }
}
