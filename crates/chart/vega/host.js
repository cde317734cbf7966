// What Vega expects of its host and QuickJS has not.
const clone = value => {
  if (Array.isArray(value)) return value.map(clone);
  if (value instanceof Date) return new Date(value);
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, clone(inner)]));
  }
  return value;
};
globalThis.structuredClone ??= clone;
