import type { Scheduled } from '../../aws/insight';
import { requestJson } from '../../aws/request';

/** When a rule or schedule was due in a window of the past. */
export function dueWithin(of: Scheduled, from: string, to: string): Promise<{ times: string[]; truncated: boolean }> {
  return requestJson(`/due?${new URLSearchParams({ ...of, from, to })}`);
}

/** Runs it once more for each of these times. */
export function backfill(of: Scheduled, times: string[]): Promise<{ backfill: string; queued: number }> {
  return requestJson('/backfill', { method: 'POST', body: JSON.stringify({ ...of, times }), headers: { 'content-type': 'application/json' } });
}
