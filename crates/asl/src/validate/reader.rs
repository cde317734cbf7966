//! Reads typed fields and collects what is wrong with them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::Fields;
use crate::{
    Diagnostic, MachineKind, Object, Severity, StateId, Value,
    model::{PathField, QueryLanguage, ResultPath, Setting, State},
    query::{
        Template, compile_jsonata, compile_jsonpath,
        jsonpath::{JsonPath, ReferencePath, Root},
    },
};

const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";

/// The states that a program's transitions may name.
pub(crate) type Targets = HashMap<Arc<str>, StateId>;

pub(crate) struct Reader {
    pub(crate) kind: MachineKind,
    /// The whole machine's language.
    pub(crate) language: QueryLanguage,
    pub(crate) states: Vec<Option<State>>,
    pub(crate) found: Vec<Diagnostic>,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) timeout_s: Option<i64>,
    /// TestState: transitions may lead to states that are not there.
    pub(crate) open: bool,
    /// Transitions by their place, for the graph's findings: target name, pointer.
    pub(crate) dangling: Vec<(String, String)>,
    pub(crate) depth: usize,
    /// All state names so far.
    pub(crate) names: HashSet<Arc<str>>,
}

impl Reader {
    pub(crate) fn new(kind: MachineKind) -> Self {
        Self {
            kind,
            language: QueryLanguage::JsonPath,
            states: Vec::new(),
            found: Vec::new(),
            warnings: Vec::new(),
            timeout_s: None,
            open: false,
            dangling: Vec::new(),
            depth: 0,
            names: HashSet::new(),
        }
    }

    pub(crate) fn wrong(&mut self, message: impl Into<String>, at: impl Into<String>) {
        self.found.push(Diagnostic::error(SCHEMA, message, at));
    }

    pub(crate) fn wrong_with(
        &mut self,
        code: &str,
        message: impl Into<String>,
        at: Option<String>,
    ) {
        self.found.push(Diagnostic {
            severity: Severity::Error,
            code: code.to_owned(),
            message: message.into(),
            location: at,
        });
    }

    /// Reports members that do not belong here.
    pub(crate) fn known(&mut self, fields: &Fields<'_>, known: &[&str]) {
        for name in fields.object.keys() {
            if !known.contains(&&**name) {
                self.wrong(format!("Field '{name}' is not supported"), fields.here());
            }
        }
    }

    /// Reports members that belong to the other query language.
    pub(crate) fn only_for(&mut self, fields: &Fields<'_>, jsonpath: &[&str], jsonata: &[&str]) {
        let (wrong, ours, other) = match fields.language {
            QueryLanguage::JsonPath => (jsonata, "JSONPath", "JSONata"),
            QueryLanguage::Jsonata => (jsonpath, "JSONata", "JSONPath"),
        };
        for name in wrong.iter().filter(|n| fields.has(n)) {
            let message = format!(
                "The QueryLanguage is set to '{ours}', but field '{name}' is only supported for the '{other}' QueryLanguage"
            );
            self.wrong(message, fields.here());
        }
    }

    pub(crate) fn required(&mut self, fields: &Fields<'_>, names: &[&str]) -> bool {
        let missing: Vec<_> = names.iter().copied().filter(|n| !fields.has(n)).collect();
        if missing.is_empty() {
            return true;
        }
        self.wrong(
            format!("These fields are required: [{}]", missing.join(", ")),
            fields.here(),
        );
        false
    }

    /// Reports more than one of these.
    pub(crate) fn one_of(&mut self, fields: &Fields<'_>, names: &[&str]) {
        if names.iter().filter(|n| fields.has(n)).count() > 1 {
            let message = format!(
                "There should only be one of the following fields: [{}]",
                names.join(", ")
            );
            self.wrong(message, fields.here());
        }
    }

    pub(crate) fn query_language(
        &mut self,
        object: &Object,
        at: &str,
        default: QueryLanguage,
    ) -> QueryLanguage {
        let place = format!("{at}/QueryLanguage");
        match object.get("QueryLanguage") {
            None => default,
            Some(Value::String(text)) => match &**text {
                "JSONPath" => QueryLanguage::JsonPath,
                "JSONata" => QueryLanguage::Jsonata,
                _ => {
                    self.wrong(
                        "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]",
                        place,
                    );
                    QueryLanguage::Jsonata
                }
            },
            Some(_) => {
                self.wrong("Expected value of type String", place);
                QueryLanguage::Jsonata
            }
        }
    }

    pub(crate) fn string<'a>(&mut self, fields: &Fields<'a>, name: &str) -> Option<&'a Arc<str>> {
        match fields.get(name)? {
            Value::String(text) => Some(text),
            _ => {
                self.wrong("Expected value of type String", fields.place(name));
                None
            }
        }
    }

    pub(crate) fn object<'a>(&mut self, fields: &Fields<'a>, name: &str) -> Option<&'a Object> {
        match fields.get(name)? {
            Value::Object(object) => Some(object),
            _ => {
                self.wrong("Expected value of type Object", fields.place(name));
                None
            }
        }
    }

    pub(crate) fn array<'a>(&mut self, fields: &Fields<'a>, name: &str) -> Option<&'a [Value]> {
        match fields.get(name)? {
            Value::Array(items) => Some(items),
            _ => {
                self.wrong("Expected value of type Array", fields.place(name));
                None
            }
        }
    }

    pub(crate) fn boolean(&mut self, fields: &Fields<'_>, name: &str) -> Option<bool> {
        match fields.get(name)? {
            Value::Bool(b) => Some(*b),
            _ => {
                self.wrong("Expected value of type Boolean", fields.place(name));
                None
            }
        }
    }

    pub(crate) fn integer(&mut self, fields: &Fields<'_>, name: &str, least: i64) -> Option<i64> {
        let value = fields.get(name)?;
        let Some(number) = value.as_i64() else {
            self.wrong("Expected value of type Integer", fields.place(name));
            return None;
        };
        if number < least {
            self.wrong(format!("Minimum value is {least}"), fields.place(name));
            return None;
        }
        Some(number)
    }

    pub(crate) fn number(&mut self, fields: &Fields<'_>, name: &str, least: f64) -> Option<f64> {
        let value = fields.get(name)?;
        let Some(number) = value.as_f64() else {
            self.wrong("Expected value of type Number", fields.place(name));
            return None;
        };
        if number < least {
            self.wrong(format!("Minimum value is {least:.1}"), fields.place(name));
            return None;
        }
        Some(number)
    }

    pub(crate) fn path(&mut self, fields: &Fields<'_>, name: &str) -> Option<JsonPath> {
        let text = self.string(fields, name)?;
        match JsonPath::parse(text) {
            Ok(path) => Some(path),
            Err(_) => {
                self.wrong("Value is not a valid JSONPath", fields.place(name));
                None
            }
        }
    }

    pub(crate) fn path_field(&mut self, fields: &Fields<'_>, name: &str) -> PathField {
        match fields.get(name) {
            None => PathField::Whole,
            Some(Value::Null) => PathField::Nothing,
            Some(_) => match self.path(fields, name) {
                Some(path) if path.is_root_input() => PathField::Whole,
                Some(path) => PathField::Path(path),
                None => PathField::Whole,
            },
        }
    }

    pub(crate) fn result_path(&mut self, fields: &Fields<'_>, name: &str) -> ResultPath {
        match fields.get(name) {
            None => ResultPath::Replace,
            Some(Value::Null) => ResultPath::Discard,
            Some(_) => {
                let Some(text) = self.string(fields, name) else {
                    return ResultPath::Replace;
                };
                match ReferencePath::parse(text) {
                    Ok(_) if &**text == "$" => ResultPath::Replace,
                    Ok(path) => ResultPath::At(path),
                    Err(_) => {
                        self.wrong("Value is not a Reference Path", fields.place(name));
                        ResultPath::Replace
                    }
                }
            }
        }
    }

    /// Reads a payload template in the language of the fields.
    pub(crate) fn template(&mut self, fields: &Fields<'_>, name: &str) -> Option<Template> {
        let value = fields.get(name)?;
        if !fields.is_jsonata() {
            return Some(self.jsonpath_template(value, &fields.place(name)));
        }
        if name == "Arguments"
            && !value.as_str().is_some_and(is_expression)
            && value.as_object().is_none()
        {
            self.wrong(
                "Expected value of type Object or JSONata expression",
                fields.place(name),
            );
        }
        self.jsonata_template(value, name, &fields.at)
    }

    pub(crate) fn jsonpath_template(&mut self, value: &Value, place: &str) -> Template {
        let mut bad = Vec::new();
        let template = compile_jsonpath(value, place, &mut bad);
        for field in bad {
            self.wrong(
                format!(
                    "The value for the field '{}' must be a valid JSONPath or a valid intrinsic function call",
                    field.field
                ),
                field.at,
            );
        }
        template
    }

    /// `location`: the field's name or path within the state, `at`: pointer to what holds it.
    pub(crate) fn jsonata_template(
        &mut self,
        value: &Value,
        location: &str,
        at: &str,
    ) -> Option<Template> {
        let mut bad = Vec::new();
        let template = compile_jsonata(value, location, &mut bad);
        for (place, why) in bad {
            let code = if why.ends_with("is not supported.") {
                "UNSUPPORTED_JSONATA_EXPRESSION"
            } else {
                "INVALID_JSONATA_EXPRESSION"
            };
            self.wrong_with(code, why, Some(format!("{at}/{place}")));
        }
        Some(template)
    }

    /// Reads `name` (a literal, or an expression in JSONata) or `namePath`.
    pub(crate) fn setting(
        &mut self,
        fields: &Fields<'_>,
        name: &'static str,
        path_name: &'static str,
        check: impl Fn(&mut Self, &Fields<'_>),
    ) -> Option<Setting> {
        if !path_name.is_empty() {
            self.one_of(fields, &[name, path_name]);
        }
        if let Some(value) = fields.get(name) {
            if fields.is_jsonata() && value.as_str().is_some_and(is_expression) {
                return Some(Setting::Expression(
                    self.jsonata_template(value, name, &fields.at)?,
                    name,
                ));
            }
            check(self, fields);
            return Some(Setting::Literal(value.clone()));
        }
        if path_name.is_empty() || !fields.has(path_name) {
            return None;
        }
        let path = self.path(fields, path_name)?;
        if path.root == Root::Context || !path.is_definite() {
            self.wrong("Value is not a Reference Path", fields.place(path_name));
        }
        Some(Setting::Path(path, path_name))
    }

    /// Returns the state that a transition leads to.
    pub(crate) fn target(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
        targets: &Targets,
    ) -> Option<StateId> {
        let text = self.string(fields, name)?;
        if let Some(id) = targets.get(text) {
            return Some(*id);
        }
        if self.open {
            return Some(self.outside(text));
        }
        self.dangling.push((text.to_string(), fields.place(name)));
        None
    }

    /// Returns the id of a state that is not part of a lone state's definition, known by name alone.
    fn outside(&mut self, name: &Arc<str>) -> StateId {
        let found = self
            .states
            .iter()
            .position(|s| s.as_ref().is_some_and(|s| s.name == *name));
        let place = found.unwrap_or_else(|| {
            self.states.push(Some(State::outside(Arc::clone(name))));
            self.states.len() - 1
        });
        StateId(place as u32)
    }
}

/// Tells whether a string is `{% … %}`.
pub(crate) fn is_expression(text: &str) -> bool {
    crate::query::jsonata::inside(text).is_some()
}
