//! Lists what a `Deserialize` type reads at every depth, by giving it a value of its own making.

use std::collections::BTreeSet;

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, MapAccess,
        SeqAccess, VariantAccess, Visitor,
        value::{Error, StrDeserializer},
    },
};

/// Recursive types end here.
const DEPTH_MAX: usize = 10;

/// What a type reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Members with dots between: `jobDriver.sparkSubmitJobDriver`. Elements of lists and maps add nothing.
    pub paths: BTreeSet<String>,
    /// Paths below which anything is read: any JSON, or an enum. The empty path is the whole input.
    pub open: BTreeSet<String>,
}

impl Read {
    /// Returns what a type reads. Where it cannot be found out, because a type has a reader of its own that takes
    /// no value offered, the path counts as open.
    pub fn of<T: DeserializeOwned>() -> Self {
        let mut read = Self::default();
        let mut skipped = BTreeSet::new();
        loop {
            let mut state = State {
                read: &mut read,
                skipped: &skipped,
                at: String::new(),
                depth: 0,
            };
            let outcome = T::deserialize(Probe { state: &mut state });
            let at = state.at;
            if outcome.is_ok() {
                return read;
            }
            read.open.insert(at.clone());
            if !skipped.insert(at) {
                read.open.insert(String::new());
                return read;
            }
        }
    }
}

struct State<'a> {
    read: &'a mut Read,
    /// Paths whose types refused what was offered: absent, the next time.
    skipped: &'a BTreeSet<String>,
    at: String,
    depth: usize,
}

struct Probe<'a, 's> {
    state: &'a mut State<'s>,
}

impl Probe<'_, '_> {
    fn ends_here(&self) -> bool {
        self.state.depth >= DEPTH_MAX || self.state.skipped.contains(&self.state.at)
    }

    fn open(&mut self) {
        let at = self.state.at.clone();
        self.state.read.open.insert(at);
    }
}

macro_rules! scalars {
    ($($method:ident => $visit:ident($($value:expr)?)),* $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> { visitor.$visit($($value)?) })*
    };
}

impl<'de> Deserializer<'de> for Probe<'_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        self.open();
        visitor.visit_unit()
    }

    scalars! {
        deserialize_bool => visit_bool(false),
        deserialize_i8 => visit_i8(0),
        deserialize_i16 => visit_i16(0),
        deserialize_i32 => visit_i32(0),
        deserialize_i64 => visit_i64(0),
        deserialize_i128 => visit_i128(0),
        deserialize_u8 => visit_u8(0),
        deserialize_u16 => visit_u16(0),
        deserialize_u32 => visit_u32(0),
        deserialize_u64 => visit_u64(0),
        deserialize_u128 => visit_u128(0),
        deserialize_f32 => visit_f32(0.0),
        deserialize_f64 => visit_f64(0.0),
        deserialize_char => visit_char('0'),
        deserialize_str => visit_str(""),
        deserialize_string => visit_str(""),
        deserialize_bytes => visit_bytes(b""),
        deserialize_byte_buf => visit_bytes(b""),
        deserialize_unit => visit_unit(),
        deserialize_ignored_any => visit_unit(),
        deserialize_identifier => visit_str(""),
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.ends_here() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let left = usize::from(!self.ends_here());
        visitor.visit_seq(Elements {
            state: self.state,
            left,
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Elements {
            state: self.state,
            left,
        })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Elements {
            state: self.state,
            left,
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let left = usize::from(!self.ends_here());
        visitor.visit_map(Elements {
            state: self.state,
            left,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.ends_here() {
            return Err(Error::custom("no end"));
        }
        for field in fields {
            let path = join(&self.state.at, field);
            self.state.read.paths.insert(path);
        }
        let parent = self.state.at.clone();
        self.state.depth += 1;
        let value = visitor.visit_map(Members {
            state: self.state,
            parent: &parent,
            fields: fields.iter(),
        })?;
        self.state.depth -= 1;
        self.state.at = parent;
        Ok(value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.open();
        let first = variants
            .first()
            .ok_or_else(|| Error::custom("no variants"))?;
        visitor.visit_enum(Variant {
            state: self.state,
            name: first,
        })
    }
}

fn join(parent: &str, member: &str) -> String {
    if parent.is_empty() {
        member.to_owned()
    } else {
        format!("{parent}.{member}")
    }
}

struct Members<'a, 's, 'p> {
    state: &'a mut State<'s>,
    parent: &'p str,
    fields: std::slice::Iter<'static, &'static str>,
}

impl<'de> MapAccess<'de> for Members<'_, '_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(field) = self.fields.next() else {
            return Ok(None);
        };
        self.state.at = join(self.parent, field);
        let name: StrDeserializer<'_, Error> = (*field).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Probe { state: self.state })
    }
}

/// The elements of a list, or the one entry of a map.
struct Elements<'a, 's> {
    state: &'a mut State<'s>,
    left: usize,
}

impl Elements<'_, '_> {
    fn next(&mut self) -> bool {
        let more = self.left > 0;
        self.left = self.left.saturating_sub(1);
        more
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if self.next() {
            seed.deserialize(Probe { state: self.state }).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'de> MapAccess<'de> for Elements<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if self.next() {
            seed.deserialize(Probe { state: self.state }).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Probe { state: self.state })
    }
}

struct Variant<'a, 's> {
    state: &'a mut State<'s>,
    name: &'static str,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name: StrDeserializer<'_, Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Probe { state: self.state })
    }

    fn tuple_variant<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Elements {
            state: self.state,
            left,
        })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        Probe { state: self.state }.deserialize_struct("", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    #![expect(dead_code, reason = "only their members' names matter")]

    use std::collections::HashMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Outer {
        id: String,
        count: Option<i32>,
        inner_part: Option<Inner>,
        many: Option<Vec<Inner>>,
        map: HashMap<String, Inner>,
        any: Option<serde_json::Value>,
        kind: Option<Kind>,
        date: Option<Day>,
        again: Option<Box<Outer>>,
    }

    #[derive(Deserialize)]
    struct Inner {
        a: Option<f64>,
        b: bool,
    }

    #[derive(Deserialize)]
    enum Kind {
        One,
    }

    /// Takes only text of its own form.
    #[derive(Deserialize)]
    #[serde(try_from = "String")]
    struct Day(String);

    impl TryFrom<String> for Day {
        type Error = String;

        fn try_from(text: String) -> Result<Self, String> {
            if text.len() == 10 {
                Ok(Self(text))
            } else {
                Err("no day".into())
            }
        }
    }

    #[test]
    fn what_is_read_is_found_at_every_depth() {
        let read = Read::of::<Outer>();
        for path in [
            "id",
            "innerPart.a",
            "innerPart.b",
            "many.a",
            "map.b",
            "again.innerPart.a",
            "date",
        ] {
            assert!(read.paths.contains(path), "{path}: {:?}", read.paths);
        }
        for path in ["any", "kind", "date"] {
            assert!(read.open.contains(path), "{path}: {:?}", read.open);
        }
        assert!(!read.open.contains("") && !read.open.contains("innerPart"));
        let anything = Read::of::<serde_json::Value>();
        assert!(anything.open.contains("") && anything.paths.is_empty());
    }
}
