import { words } from './words';

export interface CronHint {
  text: string;
  /** what was meant, as far as it can be told */
  cron?: string;
}

/** Says what is wrong with the form of a cron expression as people bring it from elsewhere; nothing where its form is right. */
export function cronHint(cron: string): CronHint | undefined {
  const fields = cron.trim().split(/\s+/);
  if (fields[0] === '') return undefined;
  if (fields.length === 1) return { text: words.cronNoSpaces, cron: /^[\d*?]{6}$/.test(cron.trim()) ? [...cron.trim()].join(' ') : undefined };
  if (fields.length === 5) return { text: words.cronUnix, cron: ofUnix(fields) };
  if (fields.length !== 6) return { text: words.cronCount(fields.length) };
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if (dayOfMonth === '?' || dayOfWeek === '?') return undefined;
  const meant = dayOfWeek === '*' ? [minutes, hours, dayOfMonth, month, '?', year] : dayOfMonth === '*' ? [minutes, hours, '?', month, dayOfWeek, year] : undefined;
  return { text: words.cronDays, cron: meant?.join(' ') };
}

/** Returns Unix's five fields as EventBridge's six; days of the week begin with Sunday as 1 here, and as 0 or 7 there. */
function ofUnix(fields: string[]): string | undefined {
  const [minutes, hours, dayOfMonth, month, dayOfWeek = ''] = fields;
  if (dayOfWeek === '*') return [minutes, hours, dayOfMonth, month, '?', '*'].join(' ');
  if (dayOfMonth !== '*') return undefined;
  const day = dayOfWeek.replace(/(?<![/#\d])\d(?!\d)/g, (digit) => String((Number(digit) % 7) + 1));
  return [minutes, hours, '?', month, day, '*'].join(' ');
}
