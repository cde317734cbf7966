import { useSyncExternalStore } from 'react';

/** A query that is being written. */
export interface QueryTab {
  id: string;
  name: string;
  sql: string;
  database?: string;
  /** its newest execution */
  execution?: string;
}

interface State {
  tabs: QueryTab[];
  active: string;
  /** the highest number that a name was given */
  count: number;
}

const KEY = 'taxiway.athena';
const listeners = new Set<() => void>();
let state = read();

function read(): State {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as State | null;
    if (kept?.tabs.length && kept.tabs.some((tab) => tab.id === kept.active)) return kept;
  } catch {
    // forbidden storage, or another program's text: begin anew
  }
  return { tabs: [{ id: 'query-1', name: 'Query 1', sql: '' }], active: 'query-1', count: 1 };
}

function set(next: State) {
  state = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // the tabs last until the page is closed
  }
  for (const listener of listeners) listener();
}

/** Adds a tab and goes to it. An untouched single tab is used instead of left behind. */
export function openTab(tab: Partial<QueryTab> = {}) {
  const count = state.count + 1;
  const fresh: QueryTab = { id: `query-${count}`, name: `Query ${count}`, sql: '', ...tab };
  const others = state.tabs.filter((other) => other.sql.trim() !== '' || other.execution);
  set({ tabs: [...(tab.sql === undefined ? state.tabs : others), fresh], active: fresh.id, count });
}

/** Goes to the tab of an execution; where there is none, opens one. */
export function openExecution(execution: string, sql: string, database?: string) {
  const found = state.tabs.find((tab) => tab.execution === execution);
  if (found) set({ ...state, active: found.id });
  else openTab({ sql, database, execution });
}

export function closeTab(id: string) {
  const at = state.tabs.findIndex((tab) => tab.id === id);
  const tabs = state.tabs.filter((tab) => tab.id !== id);
  if (tabs.length === 0) {
    const count = state.count + 1;
    tabs.push({ id: `query-${count}`, name: `Query ${count}`, sql: '' });
    return set({ tabs, active: tabs[0]?.id ?? '', count });
  }
  const next = state.active === id ? (tabs[Math.min(at, tabs.length - 1)]?.id ?? '') : state.active;
  set({ ...state, tabs, active: next });
}

export function changeTab(id: string, change: Partial<QueryTab>) {
  set({ ...state, tabs: state.tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab)) });
}

export function goToTab(id: string) {
  set({ ...state, active: id });
}

export function useTabs(): State {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
