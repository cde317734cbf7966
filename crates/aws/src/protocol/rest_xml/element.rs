//! An XML document as a tree, with local names.

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

/// An element; what is no element, attribute or text is left out.
#[derive(Debug, Default)]
pub(in crate::protocol) struct Element {
    /// Without prefix.
    pub(in crate::protocol) name: String,
    /// Under their whole names: `xsi:type`.
    pub(in crate::protocol) attributes: Vec<(String, String)>,
    pub(in crate::protocol) children: Vec<Element>,
    /// All text directly inside.
    pub(in crate::protocol) text: String,
}

impl Element {
    /// Reads a document's root element.
    ///
    /// **Errors**: what is wrong with the document, for the log.
    pub(in crate::protocol) fn parse(document: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(document).map_err(|e| e.to_string())?;
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Element> = Vec::new();
        loop {
            let done = match reader.read_event().map_err(|e| e.to_string())? {
                Event::Start(start) => {
                    open.push(Self::begun(&start)?);
                    None
                }
                Event::Empty(start) => Some(Self::begun(&start)?),
                Event::End(_) => open.pop(),
                Event::Text(text) => {
                    if let Some(inside) = open.last_mut() {
                        let text = text.xml10_content().map_err(|e| e.to_string())?;
                        inside.text.push_str(&text);
                    }
                    None
                }
                Event::CData(text) => {
                    if let Some(inside) = open.last_mut() {
                        inside
                            .text
                            .push_str(&text.decode().map_err(|e| e.to_string())?);
                    }
                    None
                }
                Event::GeneralRef(entity) => {
                    let name = entity.decode().map_err(|e| e.to_string())?;
                    let character = entity.resolve_char_ref().map_err(|e| e.to_string())?;
                    if let Some(inside) = open.last_mut() {
                        match (character, resolve_predefined_entity(&name)) {
                            (Some(character), _) => inside.text.push(character),
                            (None, Some(text)) => inside.text.push_str(text),
                            (None, None) => return Err(format!("unknown entity &{name};")),
                        }
                    }
                    None
                }
                Event::Eof => return Err("the document ends before its root element".into()),
                _ => None,
            };
            if let Some(done) = done {
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Ok(done),
                }
            }
        }
    }

    fn begun(start: &BytesStart<'_>) -> Result<Self, String> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|e| e.to_string())?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|e| e.to_string())?;
            let name = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
            attributes.push((name, value.into_owned()));
        }
        Ok(Self {
            name: String::from_utf8_lossy(start.local_name().as_ref()).into_owned(),
            attributes,
            ..Self::default()
        })
    }

    pub(in crate::protocol) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|c| c.name == name)
    }

    pub(in crate::protocol) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |c| c.name == name)
    }

    pub(in crate::protocol) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}
