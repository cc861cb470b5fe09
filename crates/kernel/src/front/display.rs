//! One value in its forms, as a client is told of it.

use serde_json::{Map, Value, json};

use super::words::Place;

/// A value in several forms: HTML and plain text, for example.
#[derive(Default)]
pub struct Display {
    place: Place,
    forms: Map<String, Value>,
}

impl Display {
    /// A value in its first form.
    pub fn new(place: Place, mime: String, body: String) -> Self {
        let mut display = Self { place, forms: Map::new() };
        let value = if mime.contains("json") {
            serde_json::from_str(&body).unwrap_or(Value::String(body))
        } else {
            Value::String(body)
        };
        display.forms.insert(mime, value);
        display
    }

    /// Takes a further form of the same value; another value is given back.
    pub fn join(&mut self, other: Self) -> Option<Self> {
        let same = self.place == other.place
            && other.forms.keys().all(|mime| !self.forms.contains_key(mime));
        if !same {
            return Some(other);
        }
        self.forms.extend(other.forms);
        None
    }

    /// Type and content of the message. What is shown last is a cell's result; it has a count.
    pub fn message(self, result: Option<usize>) -> (&'static str, Value) {
        let Self { place, forms } = self;
        match (place, result) {
            (Place::Plain, Some(count)) => {
                ("execute_result", json!({"execution_count": count, "data": forms, "metadata": {}}))
            }
            (Place::Plain, None) => ("display_data", json!({"data": forms, "metadata": {}})),
            (Place::New(id), _) => (
                "display_data",
                json!({"data": forms, "metadata": {}, "transient": {"display_id": id}}),
            ),
            (Place::Update(id), _) => (
                "update_display_data",
                json!({"data": forms, "metadata": {}, "transient": {"display_id": id}}),
            ),
        }
    }
}
