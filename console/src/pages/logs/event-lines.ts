import type { Line } from '../../ui/lines';
import type { LogEvent } from './types';

/** Returns an event's lines: each line of its message is one, the time with the first. */
export function linesOf(events: readonly LogEvent[]): Line[] {
  return events.flatMap(({ timestamp, message }) => {
    const text = message.replace(/\r?\n$/, '');
    if (!text.includes('\n')) return { text, at: timestamp };
    return text.split(/\r?\n/).map((part, i) => (i === 0 ? { text: part, at: timestamp } : { text: part }));
  });
}
