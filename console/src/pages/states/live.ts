import type { InfiniteData } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import { useSettings } from '../../app/settings';
import { machineOf, machineOfMapRun } from '../../aws/arn';
import { type BusEvent, useBus } from '../../aws/bus';
import { call } from '../../aws/call';
import { usePages } from '../../aws/queries';
import type { ExecutionItem, ExecutionStatus } from './api';

/** A thousand executions a second change the list a few times, not a thousand. */
const TOGETHER_MS = 250;

type Page = Record<string, unknown> & { executions?: ExecutionItem[] };

/** Pages of new children that are read at once: ten thousand of them are there after a few rounds. */
const MOST_PAGES = 5;

/**
 * The executions of a machine, a version, an alias or a Map run, kept true by the events of the bus: a list of ten thousand is
 * not read again because one of them ended. Events do not say which Map run a child is of, so that new ones are looked up.
 */
export function useExecutions(of: { stateMachineArn?: string; mapRunArn?: string }, status: ExecutionStatus | '', enabled = true) {
  const { region } = useSettings();
  const client = useQueryClient();
  const input = { ...of, maxResults: 1000, ...(status ? { statusFilter: status } : {}) };
  const key = ['call', region, 'states', 'ListExecutions', input, 'pages'];
  const pages = usePages<ExecutionItem>('states', 'ListExecutions', input, 'executions', { still: true, enabled });
  const machine = of.mapRunArn ? machineOfMapRun(of.mapRunArn) : of.stateMachineArn && machineOf(of.stateMachineArn);
  const changed = useRef(new Map<string, ExecutionItem>());
  const others = useRef(new Set<string>());
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(due.current), []);

  const patch = (items: ExecutionItem[]) =>
    client.setQueryData<InfiniteData<Page>>(key, (old) => old && { ...old, pages: patched(old.pages, items, status) });
  async function take() {
    const items = [...changed.current.values()];
    changed.current.clear();
    if (!of.mapRunArn) return patch(items);
    const known = new Set(client.getQueryData<InfiniteData<Page>>(key)?.pages.flatMap((page) => page.executions ?? []).map((one) => one.executionArn));
    patch(items.filter((one) => known.has(one.executionArn)));
    const fresh = items.filter((one) => !known.has(one.executionArn) && !others.current.has(one.executionArn) && (!status || one.status === status));
    if (fresh.length === 0) return;
    const found = await lookUp(fresh, (nextToken) => call<Page>('states', 'ListExecutions', nextToken ? { ...input, nextToken } : input));
    patch(found);
    // those of another run of the same Map are not asked for again
    const mine = new Set(found.map((one) => one.executionArn));
    if (!status) for (const { executionArn } of fresh) if (!mine.has(executionArn)) others.current.add(executionArn);
  }
  const soon = () => {
    due.current ??= setTimeout(() => {
      const done = () => {
        due.current = undefined;
        if (changed.current.size > 0) soon();
      };
      // a look-up that failed: the list has them when it is read again
      void take().then(done, done);
    }, TOGETHER_MS);
  };
  useBus((event) => {
    const item = executionOf(event);
    if (!item || item.stateMachineArn !== machine) return;
    changed.current.set(item.executionArn, item);
    soon();
  });
  return pages;
}

/** Reads, the newest first, until all that are looked for are found or older ones are met. Returns those that were found, as they are now. */
export async function lookUp(wanted: ExecutionItem[], read: (nextToken: string | undefined) => Promise<Page>): Promise<ExecutionItem[]> {
  const left = new Set(wanted.map((one) => one.executionArn));
  const oldest = Math.min(...wanted.map((one) => one.startDate));
  const found: ExecutionItem[] = [];
  let token: string | undefined;
  for (let count = 0; count < MOST_PAGES && left.size > 0; count++) {
    const page = await read(token);
    for (const one of page.executions ?? []) if (left.delete(one.executionArn)) found.push(one);
    token = page.nextToken as string | undefined;
    if (!token || (page.executions?.at(-1)?.startDate ?? 0) < oldest) break;
  }
  return found;
}

/** Returns what an event says of an execution. Its dates are milliseconds. */
export function executionOf({ source, detailType, detail }: BusEvent): ExecutionItem | undefined {
  if (source !== 'aws.states' || detailType !== 'Step Functions Execution Status Change') return undefined;
  const { executionArn, stateMachineArn, name, status, startDate, stopDate } = detail as Record<string, string | number | null>;
  return {
    executionArn: String(executionArn),
    stateMachineArn: String(stateMachineArn),
    name: String(name),
    status: status as ExecutionStatus,
    startDate: Number(startDate) / 1000,
    ...(stopDate ? { stopDate: Number(stopDate) / 1000 } : {}),
  };
}

/** Returns the pages with executions as they are now: changed in their places, put before the rest, or left out by the filter. */
export function patched(pages: Page[], items: ExecutionItem[], status: ExecutionStatus | ''): Page[] {
  const changed = new Map(items.map((item) => [item.executionArn, item]));
  const wanted = (item: ExecutionItem) => !status || item.status === status;
  const next = pages.map((page) => {
    if (!page.executions?.some((one) => changed.has(one.executionArn))) return page;
    const executions = page.executions.flatMap((one) => {
      const item = changed.get(one.executionArn);
      if (!item) return [one];
      changed.delete(one.executionArn);
      return wanted(item) ? [{ ...one, ...item }] : [];
    });
    return { ...page, executions };
  });
  const fresh = [...changed.values()].filter(wanted).sort((a, b) => b.startDate - a.startDate);
  const [first, ...rest] = next;
  if (fresh.length === 0 || !first) return next;
  return [{ ...first, executions: [...fresh, ...(first.executions ?? [])] }, ...rest];
}
