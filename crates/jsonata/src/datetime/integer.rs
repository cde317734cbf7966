//! Integer pictures: `000`, `#,##0`, `I`, `w;o`, `A`.

use super::words;
use crate::{Error, json};

/// The zeros of Unicode's decimal digit families.
const ZEROS: [u32; 37] = [
    0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10,
];
/// More numerals than this are not made.
const MOST_ROMAN: f64 = 1e7;
const ROMAN: [(u64, &str); 13] = [
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    Title,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Primary {
    Decimal,
    Letters,
    Roman,
    Words,
    /// Numbering that is not supported: what it starts with.
    Sequence(String),
}

/// An integer picture, analysed.
#[derive(Clone, Debug)]
pub(super) struct Format {
    pub primary: Primary,
    pub case: Case,
    pub ordinal: bool,
    pub zero: u32,
    pub mandatory: usize,
    pub optional: usize,
    /// Digits to the right of each separator, the rightmost first.
    pub separators: Vec<(usize, char)>,
    /// The distance of separators that repeat.
    pub regular: usize,
    /// How many digits are read, where the picture fixes it.
    pub width: Option<usize>,
}

impl Format {
    pub(super) fn parse(picture: &str) -> Result<Self, Error> {
        let (main, modifier) = picture
            .rsplit_once(';')
            .map_or((picture, ""), |(main, modifier)| (main, modifier));
        let (primary, case) = match main {
            "A" => (Primary::Letters, Case::Upper),
            "a" => (Primary::Letters, Case::Lower),
            "I" => (Primary::Roman, Case::Upper),
            "i" => (Primary::Roman, Case::Lower),
            "W" => (Primary::Words, Case::Upper),
            "Ww" => (Primary::Words, Case::Title),
            "w" => (Primary::Words, Case::Lower),
            _ => (Primary::Decimal, Case::Lower),
        };
        let mut format = Self {
            primary,
            case,
            ordinal: modifier.starts_with('o'),
            zero: 0x30,
            mandatory: 0,
            optional: 0,
            separators: Vec::new(),
            regular: 0,
            width: None,
        };
        if format.primary == Primary::Decimal {
            format.digits(main)?;
        }
        Ok(format)
    }

    fn digits(&mut self, picture: &str) -> Result<(), Error> {
        let mut zero = None;
        for c in picture.chars().rev() {
            let family = ZEROS
                .iter()
                .copied()
                .find(|zero| (*zero..*zero + 10).contains(&(c as u32)));
            if let Some(family) = family {
                if *zero.get_or_insert(family) != family {
                    return Err(Error::new("D3131"));
                }
                self.mandatory += 1;
            } else if c == '#' {
                self.optional += 1;
            } else {
                self.separators.push((self.mandatory + self.optional, c));
            }
        }
        let Some(zero) = zero else {
            self.primary = Primary::Sequence(picture.into());
            return Ok(());
        };
        self.zero = zero;
        let positions: Vec<usize> = self
            .separators
            .iter()
            .map(|(position, _)| *position)
            .collect();
        let same = self.separators.windows(2).all(|two| two[0].1 == two[1].1);
        let factor = positions.iter().copied().reduce(gcd).unwrap_or(0);
        if same && factor > 0 && (1..=positions.len()).all(|n| positions.contains(&(n * factor))) {
            self.regular = factor;
        }
        Ok(())
    }

    fn unsupported(token: &str) -> Error {
        Error::new("D3130").field("value", json::quote(token))
    }

    /// Prints a whole number.
    ///
    /// **Errors**: `D3130` for numbering that is not supported, `U1001` for a Roman number without end.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number"
    )]
    pub(super) fn print(&self, value: f64) -> Result<String, Error> {
        let number = value.abs();
        let text = match &self.primary {
            Primary::Letters => self.cased(&letters(number as u64)),
            // the reference implementation recurses once for each numeral, and ends so too
            Primary::Roman if number > MOST_ROMAN => return Err(Error::new("U1001")),
            Primary::Roman => self.cased(&roman(number as u64)),
            Primary::Words => match self.case {
                Case::Title => words::print(number, false, self.ordinal),
                _ => self.cased(&words::print(number, false, self.ordinal)),
            },
            Primary::Decimal => self.decimal(number),
            Primary::Sequence(token) => return Err(Self::unsupported(token)),
        };
        Ok(if value < 0.0 {
            format!("-{text}")
        } else {
            text
        })
    }

    fn cased(&self, text: &str) -> String {
        if self.case == Case::Upper {
            text.to_uppercase()
        } else {
            text.to_lowercase()
        }
    }

    fn decimal(&self, number: f64) -> String {
        let plain = format!(
            "{:0>width$}",
            crate::number::to_text(number),
            width = self.mandatory
        );
        let length = plain.chars().count();
        let ordinal = if self.ordinal {
            ordinal_ending(&plain)
        } else {
            ""
        };
        let mut out = String::new();
        for (at, c) in plain.chars().enumerate() {
            let right = length - at;
            if at > 0 {
                if self.regular > 0 && right % self.regular == 0 {
                    out.push(self.separators[0].1);
                } else if self.regular == 0 {
                    out.extend(
                        self.separators
                            .iter()
                            .rev()
                            .filter(|(p, _)| *p == right)
                            .map(|(_, c)| *c),
                    );
                }
            }
            out.extend(char::from_u32(c as u32 + self.zero - 0x30));
        }
        out + ordinal
    }

    /// Returns a regular expression for what is read.
    pub(super) fn pattern(&self) -> Result<String, Error> {
        let upper = self.case == Case::Upper;
        Ok(match &self.primary {
            Primary::Letters => if upper { "[A-Z]+" } else { "[a-z]+" }.into(),
            Primary::Roman => if upper { "[MDCLXVI]+" } else { "[mdclxvi]+" }.into(),
            Primary::Words => {
                let ending = |word: &&str| format!("{}ieth", &word[..word.len() - 1]);
                let mut all: Vec<String> = words::FEW
                    .iter()
                    .chain(&words::ORDINALS)
                    .map(|w| (*w).to_owned())
                    .collect();
                all.extend(words::DECADES.iter().map(|w| (*w).to_owned()));
                all.extend(words::DECADES.iter().map(ending));
                all.push("hundredth".into());
                all.extend(
                    words::MAGNITUDES
                        .iter()
                        .flat_map(|w| [(*w).to_owned(), format!("{w}th")]),
                );
                format!("(?:{}|and|[\\-, ])+", all.join("|").to_lowercase())
            }
            Primary::Decimal => {
                let count = match self.width {
                    Some(n) if self.optional == 0 => format!("{{{n}}}"),
                    Some(n) => format!("{{{},{n}}}", n.saturating_sub(self.optional)),
                    None => "+".into(),
                };
                format!(
                    "[0-9]{count}{}",
                    if self.ordinal { "(?:th|st|nd|rd)" } else { "" }
                )
            }
            Primary::Sequence(token) => return Err(Self::unsupported(token)),
        })
    }

    /// Reads a number; nothing where there is none.
    ///
    /// **Errors**: `D3130` for numbering that is not supported.
    #[expect(clippy::cast_precision_loss, reason = "as JavaScript does")]
    pub(super) fn read(&self, text: &str) -> Result<Option<f64>, Error> {
        let number = match &self.primary {
            Primary::Letters => {
                let start = if self.case == Case::Upper { 'A' } else { 'a' } as u32;
                let worth = |c: char| f64::from(c as u32) - f64::from(start) + 1.0;
                text.chars().fold(0.0, |sum, c| sum * 26.0 + worth(c))
            }
            Primary::Roman => read_roman(&text.to_lowercase()) as f64,
            Primary::Words => words::read(&text.to_lowercase()),
            Primary::Decimal => {
                let digits = if self.ordinal {
                    text.get(..text.len().saturating_sub(2)).unwrap_or("")
                } else {
                    text
                };
                let marks: Vec<char> = if self.regular > 0 {
                    vec![',']
                } else {
                    self.separators.iter().map(|(_, c)| *c).collect()
                };
                let plain = digits.chars().filter(|c| !marks.contains(c));
                let plain: String = plain
                    .filter_map(|c| {
                        char::from_u32((c as u32).wrapping_sub(self.zero).wrapping_add(0x30))
                    })
                    .collect();
                let end = plain
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(plain.len());
                plain[..end].parse().unwrap_or(f64::NAN)
            }
            Primary::Sequence(token) => return Err(Self::unsupported(token)),
        };
        Ok(Some(number).filter(|n| !n.is_nan()))
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn ordinal_ending(digits: &str) -> &'static str {
    let mut last = digits.bytes().rev();
    match (last.next(), last.next()) {
        (_, Some(b'1')) => "th",
        (Some(b'1'), _) => "st",
        (Some(b'2'), _) => "nd",
        (Some(b'3'), _) => "rd",
        _ => "th",
    }
}

fn letters(mut number: u64) -> String {
    let mut out = Vec::new();
    while number > 0 {
        out.push(char::from(
            b'a' + u8::try_from((number - 1) % 26).unwrap_or(0),
        ));
        number = (number - 1) / 26;
    }
    out.iter().rev().collect()
}

fn roman(mut number: u64) -> String {
    let mut out = String::new();
    for (value, numeral) in ROMAN {
        while number >= value {
            out.push_str(numeral);
            number -= value;
        }
    }
    out
}

fn read_roman(text: &str) -> i64 {
    let (mut sum, mut most) = (0, 1);
    for c in text.chars().rev() {
        let value = match c {
            'm' => 1000,
            'd' => 500,
            'c' => 100,
            'l' => 50,
            'x' => 10,
            'v' => 5,
            'i' => 1,
            _ => 0,
        };
        if value < most {
            sum -= value;
        } else {
            most = value;
            sum += value;
        }
    }
    sum
}
