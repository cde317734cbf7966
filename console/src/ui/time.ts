import { settings } from '../app/settings';

export type When = number | string | Date | undefined | null;

/** Takes epoch seconds (as Calls give them), ISO text or a date. */
export function toDate(when: When): Date | undefined {
  if (when === undefined || when === null || when === '') return undefined;
  const date = when instanceof Date ? when : new Date(typeof when === 'number' ? when * 1000 : when);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(millis: boolean, bare: boolean): Intl.DateTimeFormat {
  const zone = settings().time;
  const key = `${zone}${millis}${bare}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(undefined, {
      year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
      fractionalSecondDigits: millis ? 3 : undefined,
      hourCycle: 'h23',
      timeZone: zone === 'utc' ? 'UTC' : undefined,
      timeZoneName: bare ? undefined : 'short',
    });
    formats.set(key, found);
  }
  return found;
}

/** Returns a moment in the chosen zone, with the zone's name unless that is told elsewhere. */
export function formatTime(when: When, millis = false, bare = false): string {
  const date = toDate(when);
  return date ? format(millis, bare).format(date) : '–';
}

/** Returns the chosen zone's name, as moments have it now. */
export function zoneName(now = new Date()): string {
  return format(false, false).formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
}

const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** Returns a span as people read it: 12 ms, 4.2 s, 3 min 5 s, 2 h 7 min. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(ms)) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${number.format(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Returns the milliseconds between two moments; up to now where the second is missing. */
export function between(from: When, to: When, now = Date.now()): number | undefined {
  const start = toDate(from)?.getTime();
  return start === undefined ? undefined : (toDate(to)?.getTime() ?? now) - start;
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '–';
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${number.format(value)} ${UNITS[unit]}`;
}

export function formatCount(count: number): string {
  return number.format(count);
}
