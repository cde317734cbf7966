const formats = new Map<number, Intl.NumberFormat>();

/** Returns US dollars as one reads them: cents for large sums, and as many digits as a small one needs to say something. */
export function formatUsd(dollars: number): string {
  const digits = dollars === 0 || dollars >= 1 ? 2 : Math.min(9, Math.max(2, 3 - Math.floor(Math.log10(dollars))));
  let format = formats.get(digits);
  if (!format) {
    format = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', minimumFractionDigits: 2, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  return format.format(dollars);
}
