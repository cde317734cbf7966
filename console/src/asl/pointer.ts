// Where in a definition's text a diagnostic points: for the mark under the line.

export interface TextRange {
  from: number;
  to: number;
}

/**
 * Returns the range of what a diagnostic's location points to: the member's name with its quotes, or the item.
 * What is missing is told by the range of what it is missing in. Locations are the validator's
 * (`/States/A/Choices[0]/Next`, names unescaped) and, for text that is not JSON, the parser's own
 * (`[Source: …; line: 3, column: 7]`).
 */
export function rangeOf(text: string, location: string | undefined): TextRange {
  const parsers = /line: (\d+), column: (\d+)\]?\s*$/.exec(location ?? '');
  if (parsers) return placeOf(text, Number(parsers[1]), Number(parsers[2]));
  const scan = new Scan(text);
  scan.space();
  let found: TextRange = { from: scan.at, to: Math.min(scan.at + 1, text.length) };
  let rest = location ?? '';
  while (rest !== '' && rest !== '/') {
    const step = scan.step(rest);
    if (!step) break;
    found = step.range;
    rest = step.rest;
  }
  return { from: Math.min(found.from, text.length), to: Math.min(found.to, text.length) };
}

/** One-based line and column; the parser counts from just behind what it has read. */
function placeOf(text: string, line: number, column: number): TextRange {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const next = text.indexOf('\n', start);
    if (next < 0) break;
    start = next + 1;
  }
  const to = Math.min(start + Math.max(column - 1, 0), text.length);
  return to > start ? { from: to - 1, to } : { from: start, to: Math.min(start + 1, text.length) };
}

interface Step {
  rest: string;
  range: TextRange;
}

class Scan {
  at = 0;

  constructor(private readonly text: string) {}

  space() {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at++;
  }

  step(location: string): Step | undefined {
    const here = this.text[this.at];
    if (here === '{' && location[0] === '/') return this.member(location.slice(1));
    const index = /^(?:\[(\d+)\]|\/(\d+)(?=\/|\[|$))/.exec(location);
    if (here !== '[' || !index) return undefined;
    const range = this.item(Number(index[1] ?? index[2]));
    return range && { rest: location.slice(index[0].length), range };
  }

  /** Names may hold `/` and `[`: the longest that fits counts. */
  private member(location: string): Step | undefined {
    let best: { name: string; range: TextRange; value: number } | undefined;
    this.at++;
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') break;
      const from = this.at;
      const name = this.string();
      if (name === undefined) break;
      const to = this.at;
      this.space();
      if (this.text[this.at] !== ':') break;
      this.at++;
      this.space();
      const fits = location.startsWith(name) && /^($|\/|\[)/.test(location.slice(name.length));
      if (fits && name.length > (best?.name.length ?? -1)) best = { name, range: { from, to }, value: this.at };
      this.value();
      this.space();
      if (this.text[this.at] !== ',') break;
      this.at++;
    }
    if (!best) return undefined;
    this.at = best.value;
    return { rest: location.slice(best.name.length), range: best.range };
  }

  private item(index: number): TextRange | undefined {
    this.at++;
    for (let i = 0; i < index; i++) {
      this.space();
      this.value();
      this.space();
      if (this.text[this.at] !== ',') return undefined;
      this.at++;
    }
    this.space();
    const from = this.at;
    if (from >= this.text.length || this.text[from] === ']') return undefined;
    this.value();
    const to = Math.max(this.at, from + 1);
    this.at = from;
    // An item may be long: its first line is enough to mark.
    const lineEnd = this.text.indexOf('\n', from);
    return { from, to: lineEnd < 0 ? to : Math.min(to, lineEnd) };
  }

  /** Passes over a string. Returns what it says. */
  private string(): string | undefined {
    const from = this.at++;
    while (this.at < this.text.length && this.text[this.at] !== '"') this.at += this.text[this.at] === '\\' ? 2 : 1;
    this.at++;
    try {
      return JSON.parse(this.text.slice(from, this.at)) as string;
    } catch {
      return undefined;
    }
  }

  /** Passes over a value by its brackets alone; text that breaks off ends it. */
  private value() {
    let depth = 0;
    while (this.at < this.text.length) {
      const c = this.text[this.at];
      if (c === '"') this.string();
      else if (c === '{' || c === '[') {
        depth++;
        this.at++;
      } else if (c === '}' || c === ']') {
        if (depth === 0) return;
        depth--;
        this.at++;
      } else if (c === ',' && depth === 0) return;
      else this.at++;
      if (depth === 0 && ',}]'.includes(this.text[this.at] ?? ',')) return;
    }
  }
}
