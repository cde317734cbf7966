const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** Cuts JSON text into parts for colouring; the parts together are the text. */
export function tokens(text: string): [kind: 'key' | 'text' | 'number' | 'word' | undefined, part: string][] {
  const parts: ReturnType<typeof tokens> = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > last) parts.push([undefined, text.slice(last, match.index)]);
    if (match[1] !== undefined) {
      parts.push([match[2] === undefined ? 'text' : 'key', match[1]]);
      if (match[2]) parts.push([undefined, match[2]]);
    } else {
      parts.push([match[3] === undefined ? 'word' : 'number', match[0]]);
    }
    last = match.index + match[0].length;
  }
  if (last < text.length) parts.push([undefined, text.slice(last)]);
  return parts;
}
