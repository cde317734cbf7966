import type { Scheduled } from '../../aws/insight';
import { requestJson } from '../../aws/request';

/** When a rule or schedule was due in a window of the past. */
export function dueWithin(of: Scheduled, from: string, to: string): Promise<{ times: string[]; truncated: boolean }> {
  return requestJson(`/due?${new URLSearchParams({ ...of, from, to })}`);
}

/** Runs it once more for each of these times; the same again under the same token runs nothing twice. */
export function backfill(of: Scheduled, times: string[], clientToken: string): Promise<{ backfill: string; queued: number }> {
  return requestJson('/backfill', { method: 'POST', body: JSON.stringify({ ...of, times, clientToken }), headers: { 'content-type': 'application/json' } });
}
