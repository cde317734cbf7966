import { settings } from '../app/settings';
import { toDate } from './time';

/** Returns a moment in the chosen zone as date and time fields have it: 2026-11-01T03:00. */
export function wallTime(date: Date): string {
  const shifted = new Date(date.getTime() - offsetMs(date));
  return shifted.toISOString().slice(0, 16);
}

/** Reads what a date and time field has, in the chosen zone. */
export function fromWallTime(text: string): Date | undefined {
  return text ? toDate(settings().time === 'utc' ? `${text}Z` : text) : undefined;
}

const offsetMs = (date: Date) => (settings().time === 'utc' ? 0 : date.getTimezoneOffset() * 60_000);
