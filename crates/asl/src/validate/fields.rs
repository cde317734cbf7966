//! An object of the definition with the place it stands at.

use crate::{Object, Value, model::QueryLanguage};

pub(crate) struct Fields<'a> {
    pub(crate) object: &'a Object,
    /// Pointer to the object; the definition itself is at the empty pointer.
    pub(crate) at: String,
    /// The language that its expressions are in.
    pub(crate) language: QueryLanguage,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(object: &'a Object, at: impl Into<String>, language: QueryLanguage) -> Self {
        Self {
            object,
            at: at.into(),
            language,
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// Returns the pointer to a member.
    pub(crate) fn place(&self, name: &str) -> String {
        format!("{}/{name}", self.at)
    }

    /// Returns the pointer to the object, as messages show it.
    pub(crate) fn here(&self) -> String {
        if self.at.is_empty() {
            "/".to_owned()
        } else {
            self.at.clone()
        }
    }

    pub(crate) fn is_jsonata(&self) -> bool {
        self.language == QueryLanguage::Jsonata
    }
}
