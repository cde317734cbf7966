import type { InfiniteData } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import { useSettings } from '../../app/settings';
import { type BusEvent, useBus } from '../../aws/bus';
import { usePages } from '../../aws/queries';
import { machineOf } from '../../aws/arn';
import type { ExecutionItem, ExecutionStatus } from './api';

/** A thousand executions a second change the list a few times, not a thousand. */
const TOGETHER_MS = 250;

type Page = Record<string, unknown> & { executions?: ExecutionItem[] };

/**
 * The executions of a machine, a version, an alias or a Map run, kept true by the events of the bus: a list of ten thousand is
 * not read again because one of them ended.
 */
export function useExecutions(of: { stateMachineArn?: string; mapRunArn?: string }, status: ExecutionStatus | '', enabled = true) {
  const { region } = useSettings();
  const client = useQueryClient();
  const input = { ...of, maxResults: 1000, ...(status ? { statusFilter: status } : {}) };
  const pages = usePages<ExecutionItem>('states', 'ListExecutions', input, 'executions', { still: true, enabled });
  const changed = useRef(new Map<string, ExecutionItem>());
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(due.current), []);
  useBus((event) => {
    const item = executionOf(event);
    if (!item || !of.stateMachineArn || item.stateMachineArn !== machineOf(of.stateMachineArn)) return;
    changed.current.set(item.executionArn, item);
    due.current ??= setTimeout(() => {
      const items = [...changed.current.values()];
      changed.current.clear();
      due.current = undefined;
      client.setQueryData<InfiniteData<Page>>(['call', region, 'states', 'ListExecutions', input, 'pages'], (old) => old && { ...old, pages: patched(old.pages, items, status) });
    }, TOGETHER_MS);
  });
  return pages;
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
