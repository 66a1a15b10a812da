//! What the shim is told to do.

use alloc::string::String;

use keeprate_survey::push_number;

/// Commands in the order in which they are carried out:
///
/// - `<` opens an element (tag, then names and values of attributes), `svg` one of a drawing, `>` closes it;
/// - `"` appends text, `@` empties an element, named by its id, and goes on in it, `=` sets an attribute;
/// - `state`, `keep`, `wait`, `later`, `open`, `close`, `check`, `focus`, `fire`, `send`, `paint` and `result` are
///   explained where the shim carries them out.
#[derive(Default)]
pub(crate) struct Commands(String);

impl Commands {
    /// Appends commands. In the template `;` ends a command, `|` separates its fields and `$` stands for the next
    /// value: one string for what never changes is a third of the size of as many calls.
    pub(crate) fn add(&mut self, template: &'static str, values: &[&str]) {
        let mut values = values.iter();
        for character in template.chars() {
            match character {
                ';' => self.0.push('\u{1e}'),
                '|' => self.0.push('\u{1f}'),
                '$' => self.0.push_str(values.next().unwrap_or(&"")),
                _ => self.0.push(character),
            }
        }
    }

    /// Remembers a part of the state.
    pub(crate) fn state(&mut self, name: &str, value: &str) {
        self.add("state|$|$;", &[name, value]);
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

/// A number in decimal digits.
pub(crate) fn digits(number: u32) -> String {
    let mut text = String::new();
    push_number(&mut text, number);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_take_their_values_as_text() {
        let mut commands = Commands::default();
        commands.add("<|a|href|$;\"|$;>;", &["x;y|z$", "$"]);
        assert_eq!(commands.into_text(), "<\u{1f}a\u{1f}href\u{1f}x;y|z$\u{1e}\"\u{1f}$\u{1e}>\u{1e}");
    }
}
