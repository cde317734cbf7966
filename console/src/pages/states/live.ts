import type { InfiniteData } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';

import { useSettings } from '../../app/settings';
import { type BusEvent, useBus } from '../../aws/bus';
import { usePages } from '../../aws/queries';
import { machineOf } from '../../aws/arn';
import type { ExecutionItem, ExecutionStatus } from './api';

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
  useBus((event) => {
    const item = executionOf(event);
    if (!item || (of.stateMachineArn && item.stateMachineArn !== machineOf(of.stateMachineArn)) || of.mapRunArn) return;
    client.setQueryData<InfiniteData<Page>>(['call', region, 'states', 'ListExecutions', input, 'pages'], (old) => old && { ...old, pages: patched(old.pages, item, status) });
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

/** Returns the pages with an execution as it is now: changed in its place, put before the rest, or left out by the filter. */
export function patched(pages: Page[], item: ExecutionItem, status: ExecutionStatus | ''): Page[] {
  const wanted = !status || item.status === status;
  let found = false;
  const next = pages.map((page) => {
    const list = page.executions ?? [];
    const at = list.findIndex((one) => one.executionArn === item.executionArn);
    if (at < 0) return page;
    found = true;
    const before = list[at] as ExecutionItem;
    return { ...page, executions: wanted ? list.with(at, { ...before, ...item }) : list.toSpliced(at, 1) };
  });
  if (found || !wanted || next.length === 0) return next;
  const [first, ...rest] = next as [Page, ...Page[]];
  return [{ ...first, executions: [item, ...(first.executions ?? [])] }, ...rest];
}
