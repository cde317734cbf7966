// JSON read and written without loss: a number that a double does not hold as it stands is kept as it was written.

/** A number whose text is not what JavaScript would write: `9007199254740993`, `1.0`, `1e400`. */
export class ExactNumber {
  constructor(readonly text: string) {}
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Texts without such a thing have no number that could be lost. */
const DOUBTFUL = /\d{16}|\d[.eE]|-0/;
/** What stands for a number while the text is JSON's own business; no text of anybody's begins so. */
const MARK = `\uFFFE${Math.random().toString(36).slice(2)} `;
const MARKED = new RegExp(`"${MARK}([-+.\\deE]+)"`, 'g');

/** Returns the value of a JSON text. Throws where `JSON.parse` would. */
export function parseExact(text: string): unknown {
  if (!DOUBTFUL.test(text)) return JSON.parse(text) as unknown;
  // first as it is: what is wrong is told of the text that the user knows
  const plain: unknown = JSON.parse(text);
  let found = false;
  const marked = text.replace(TOKEN, (token) => {
    if (token.startsWith('"') || String(Number(token)) === token) return token;
    found = true;
    return JSON.stringify(MARK + token);
  });
  if (!found) return plain;
  return JSON.parse(marked, (_, value: unknown) => (typeof value === 'string' && value.startsWith(MARK) ? new ExactNumber(value.slice(MARK.length)) : value)) as unknown;
}

/** Returns a value as JSON, its numbers as they were read. */
export function writeExact(value: unknown, indent?: number | string): string {
  const text = JSON.stringify(value, (_, inner: unknown) => (inner instanceof ExactNumber ? MARK + inner.text : inner), indent);
  return text.includes(MARK) ? text.replace(MARKED, '$1') : text;
}

/** Returns what equal numbers have in common, however they are written; nothing for what is no number. */
export function numberKey(value: unknown): string | undefined {
  const text = value instanceof ExactNumber ? value.text : typeof value === 'number' ? String(value) : '';
  const found = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!found) return undefined;
  const [, sign = '', whole = '', part = '', exponent = '0'] = found;
  const digits = (whole + part).replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return '0';
  return `${sign}${kept}e${BigInt(exponent) - BigInt(part.length) + BigInt(digits.length - kept.length)}`;
}
