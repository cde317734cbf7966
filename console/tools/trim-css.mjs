/**
 * Makes built style sheets smaller without changing what they do: every component of Cloudscape repeats the theme's values as
 * fallbacks, and the theme sets hundreds of properties that no component in the build asks for.
 */

/** Returns the names of the custom properties that a style sheet sets on the whole page. */
export function setOnRoot(css) {
  const names = new Set();
  for (const [, body] of css.matchAll(/(?:^|[}\s,]):root\s*\{([^}]*)\}/g)) {
    for (const [, name] of body.matchAll(/(?:^|[;\s])(--[\w-]+)\s*:/g)) names.add(name);
  }
  return names;
}

/** Returns the names that style sheets or scripts ask for. */
export function askedFor(sources) {
  const names = new Set();
  for (const source of sources) {
    for (const [, name] of source.matchAll(/var\(\s*(--[\w-]+)/g)) names.add(name);
    for (const [, name] of source.matchAll(/["'`](--[\w-]+)["'`]/g)) names.add(name);
  }
  return names;
}

/** Drops what `var(--token, value)` falls back to where the token is always set. */
export function withoutFallbacks(css, known) {
  let made = '';
  let last = 0;
  for (const match of css.matchAll(/var\((--[\w-]+)\s*,/g)) {
    // within a fallback that has just been dropped
    if (match.index < last || !known.has(match[1])) continue;
    const end = closing(css, match.index + 'var'.length);
    if (end === undefined) continue;
    made += `${css.slice(last, match.index)}var(${match[1]})`;
    last = end + 1;
  }
  return made + css.slice(last);
}

/** Drops the custom properties that nobody asks for. */
export function withoutUnasked(css, asked) {
  return css.replace(/([;{])(--[\w-]+):[^;{}]*(?=[;}])/g, (all, before, name) => (asked.has(name) ? all : before === '{' ? '{' : '')).replaceAll('{;', '{');
}

/** Returns where the bracket at an index is closed; brackets in quotes do not count. */
function closing(css, open) {
  let depth = 0;
  let quote;
  for (let at = open; at < css.length; at++) {
    const c = css[at];
    if (quote) {
      if (c === '\\') at++;
      else if (c === quote) quote = undefined;
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return at;
  }
  return undefined;
}
