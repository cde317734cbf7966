const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{2}:\d{2}:\d{2}$/;
const MIDNIGHT = '00:00:00';

/** The units that are no finer than a day. */
const DAYS = ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];

/** Returns a moment's date and time; either may be empty. */
export function split(moment: string): { date: string; time: string } {
  const [date = '', time = ''] = moment.trim().split(/[ T]/);
  return { date, time: time === '' ? '' : `${time.replace(/(\.\d*)?Z?$/, '')}:00`.slice(0, 8) };
}

/** Returns the moment of a date and a time; nothing while one of them is not whole. */
export function joined({ date, time }: { date: string; time: string }, withTime: boolean): string | undefined {
  if (date === '' && (time === '' || !withTime)) return '';
  if (!DATE.test(date) || Number.isNaN(Date.parse(date))) return undefined;
  if (!withTime) return date;
  if (time === '') return date;
  return TIME.test(time) ? `${date} ${time}` : undefined;
}

/**
 * Returns whether the time of the day counts: by the format that the control is shown in, else by the unit of what it sets; a time
 * that is there already is never hidden.
 */
export function timeCounts(format: string | undefined, unit: string | undefined, held: (string | undefined)[]): boolean {
  if (held.some((moment) => ![MIDNIGHT, ''].includes(split(moment ?? '').time))) return true;
  if (format) return /[Hhms]/.test(format.replace(/'[^']*'|\[[^\]]*\]/g, ''));
  return unit !== undefined && !DAYS.includes(unit);
}
