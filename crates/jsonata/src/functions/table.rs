//! All built-in functions with their signatures.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use super::{
    Native, arrays, encode, format_number, higher_order, numbers, objects, regex, strings,
};
use crate::{
    Value, datetime,
    value::{Callable, Function},
};

static NATIVES: [Native; 63] = [
    Native::new("sum", "<a<n>:n>", 1, numbers::sum),
    Native::new("count", "<a:n>", 1, arrays::count),
    Native::new("max", "<a<n>:n>", 1, numbers::max),
    Native::new("min", "<a<n>:n>", 1, numbers::min),
    Native::new("average", "<a<n>:n>", 1, numbers::average),
    Native::new("string", "<x-b?:s>", 1, strings::string),
    Native::new("substring", "<s-nn?:s>", 3, strings::substring),
    Native::new("substringBefore", "<s-s:s>", 2, strings::substring_before),
    Native::new("substringAfter", "<s-s:s>", 2, strings::substring_after),
    Native::new("lowercase", "<s-:s>", 1, strings::lowercase),
    Native::new("uppercase", "<s-:s>", 1, strings::uppercase),
    Native::new("length", "<s-:n>", 1, strings::length),
    Native::new("trim", "<s-:s>", 1, strings::trim),
    Native::new("pad", "<s-ns?:s>", 3, strings::pad),
    Native::new("match", "<s-f<s:o>n?:a<o>>", 3, regex::match_all),
    Native::new("contains", "<s-(sf):b>", 2, regex::contains),
    Native::new("replace", "<s-(sf)(sf)n?:s>", 4, regex::replace),
    Native::new("split", "<s-(sf)n?:a<s>>", 3, regex::split),
    Native::new("join", "<a<s>s?:s>", 2, strings::join),
    Native::new("formatNumber", "<n-so?:s>", 3, format_number::format_number),
    Native::new("formatBase", "<n-n?:s>", 2, numbers::format_base),
    Native::new("formatInteger", "<n-s:s>", 2, datetime::format_integer),
    Native::new("parseInteger", "<s-s:n>", 2, datetime::parse_integer),
    Native::new("number", "<(nsb)-:n>", 1, numbers::number_of),
    Native::new("floor", "<n-:n>", 1, numbers::floor),
    Native::new("ceil", "<n-:n>", 1, numbers::ceil),
    Native::new("round", "<n-n?:n>", 2, numbers::round),
    Native::new("abs", "<n-:n>", 1, numbers::abs),
    Native::new("sqrt", "<n-:n>", 1, numbers::sqrt),
    Native::new("power", "<n-n:n>", 2, numbers::power),
    Native::new("random", "<:n>", 0, numbers::random),
    Native::new("boolean", "<x-:b>", 1, objects::boolean),
    Native::new("not", "<x-:b>", 1, objects::not),
    Native::new("map", "<af>", 2, higher_order::map),
    Native::new("zip", "<a+>", 0, arrays::zip),
    Native::new("filter", "<af>", 2, higher_order::filter),
    Native::new("single", "<af?>", 2, higher_order::single),
    Native::new("reduce", "<afj?:j>", 3, higher_order::reduce),
    Native::new("sift", "<o-f?:o>", 2, higher_order::sift),
    Native::new("keys", "<x-:a<s>>", 1, objects::keys),
    Native::new("lookup", "<x-s:x>", 2, objects::lookup),
    Native::new("append", "<xx:a>", 2, arrays::append),
    Native::new("exists", "<x:b>", 1, objects::exists),
    Native::new("spread", "<x-:a<o>>", 1, objects::spread),
    Native::new("merge", "<a<o>:o>", 1, objects::merge),
    Native::new("reverse", "<a:a>", 1, arrays::reverse),
    Native::new("each", "<o-f:a>", 2, higher_order::each),
    Native::new("error", "<s?:x>", 1, objects::error),
    Native::new("assert", "<bs?:x>", 2, objects::assert),
    Native::new("type", "<x:s>", 1, objects::type_of),
    Native::new("sort", "<af?:a>", 2, higher_order::sort),
    Native::new("shuffle", "<a:a>", 1, arrays::shuffle),
    Native::new("distinct", "<x:x>", 1, arrays::distinct),
    Native::new("base64encode", "<s-:s>", 1, encode::base64_encode),
    Native::new("base64decode", "<s-:s>", 1, encode::base64_decode),
    Native::new(
        "encodeUrlComponent",
        "<s-:s>",
        1,
        encode::encode_url_component,
    ),
    Native::new("encodeUrl", "<s-:s>", 1, encode::encode_url),
    Native::new(
        "decodeUrlComponent",
        "<s-:s>",
        1,
        encode::decode_url_component,
    ),
    Native::new("decodeUrl", "<s-:s>", 1, encode::decode_url),
    Native::new("toMillis", "<s-s?:n>", 2, datetime::to_millis),
    Native::new("fromMillis", "<n-s?s?:s>", 3, datetime::from_millis),
    Native::new("now", "<s?s?:s>", 2, datetime::now),
    Native::new("millis", "<:n>", 0, datetime::millis),
];

thread_local! {
    /// A function is the same value each time it is named.
    static VALUES: RefCell<HashMap<&'static str, Value>> = RefCell::new(
        NATIVES.iter().map(|native| (native.name, Value::Function(Rc::new(Function(Callable::Native(native)))))).collect(),
    );
}

/// Returns the built-in function of this name (without `$`), or nothing.
pub(crate) fn named(name: &str) -> Value {
    VALUES.with_borrow(|values| values.get(name).cloned().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_parses() {
        for native in &NATIVES {
            native.signature();
        }
    }
}
