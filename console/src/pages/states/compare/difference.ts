import { formatDuration } from '../../../ui/time';

/** Returns how much longer (`+1.2 s`) or shorter (`−30 ms`) the second took, and by what share; nothing where one has no end. */
export function differenceText(left: number | undefined, right: number | undefined): string {
  if (left === undefined || right === undefined) return '–';
  const ms = Math.round(right - left);
  if (ms === 0) return '0 ms';
  const sign = ms > 0 ? '+' : '−';
  const share = left >= 1 ? Math.round((Math.abs(ms) / left) * 100) : 0;
  // twelve times as long says more than 1,100 %
  const how = share === 0 ? '' : share < 1000 ? ` (${sign}${share} %)` : ` (${Math.round(right / left)}×)`;
  return `${sign}${formatDuration(Math.abs(ms))}${how}`;
}
