//! Where in a definition's text a finding points: for carets under the line.

/// A place in a text, both numbers from one, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// Returns the place of what a [`crate::Diagnostic`]'s location points to (`/States/A/Choices[0]/Next`): the
/// member's name, or the item's first character. What is missing is told by the place of what it is missing in.
pub fn locate(text: &str, location: &str) -> Option<Position> {
    let mut scan = Scan { text, at: 0 };
    scan.space();
    let mut found = scan.at;
    let mut rest = location;
    while !rest.is_empty() && rest != "/" {
        rest = match scan.step(rest) {
            Some((left, at)) => {
                found = at;
                left
            }
            None => break,
        };
    }
    let before = text.get(..found)?;
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    Some(Position { line, column })
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Goes one step down. Returns what is left of the location and where the step led.
    fn step(&mut self, location: &'a str) -> Option<(&'a str, usize)> {
        match (self.peek()?, location.as_bytes().first()?) {
            (b'{', b'/') => self.member(&location[1..]),
            (b'[', b'[') => {
                let (index, rest) = location[1..].split_once(']')?;
                self.item(index.parse().ok()?).map(|at| (rest, at))
            }
            _ => None,
        }
    }

    /// Names may hold `/` and `[`: the longest that fits counts.
    fn member(&mut self, location: &'a str) -> Option<(&'a str, usize)> {
        let mut best: Option<(usize, usize, usize)> = None;
        self.at += 1;
        loop {
            self.space();
            if self.peek()? != b'"' {
                break;
            }
            let at = self.at;
            let name = self.string()?;
            self.space();
            self.at += 1;
            self.space();
            let fits = location
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '[']));
            if fits && best.is_none_or(|(length, ..)| name.len() > length) {
                best = Some((name.len(), at, self.at));
            }
            self.value()?;
            self.space();
            if self.peek()? != b',' {
                break;
            }
            self.at += 1;
        }
        let (length, at, value) = best?;
        self.at = value;
        Some((&location[length..], at))
    }

    fn item(&mut self, index: usize) -> Option<usize> {
        self.at += 1;
        for _ in 0..index {
            self.space();
            self.value()?;
            self.space();
            if self.peek()? != b',' {
                return None;
            }
            self.at += 1;
        }
        self.space();
        (self.peek()? != b']').then_some(self.at)
    }

    /// Passes over a string. Returns its raw content.
    fn string(&mut self) -> Option<&'a str> {
        let from = self.at + 1;
        self.at = from;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(from..self.at - 1)
    }

    /// Passes over a value by its brackets alone: the text is JSON.
    fn value(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth == 0 => return Some(()),
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' if depth == 0 => return Some(()),
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.peek(), None | Some(b',' | b'}' | b']')) {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_lead_to_lines() {
        let text = "{\n  \"States\": {\n    \"a/b\": {\"x\": \"}\"},\n    \"C\": {\"Choices\": [1, {\"Next\": 3}]}\n  }\n}";
        let at = |location: &str| locate(text, location).map(|p| (p.line, p.column));
        assert_eq!(at("/"), Some((1, 1)));
        assert_eq!(at("/States"), Some((2, 3)));
        assert_eq!(at("/States/a/b/x"), Some((3, 13)));
        assert_eq!(at("/States/C/Choices[1]/Next"), Some((4, 27)));
        assert_eq!(at("/States/C/Missing"), Some((4, 5)));
    }
}
