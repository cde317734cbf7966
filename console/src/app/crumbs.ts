import { useEffect, useSyncExternalStore } from 'react';

import { strings } from '../strings';

export interface Crumb {
  text: string;
  href: string;
}

let crumbs: Crumb[] = [];
const listeners = new Set<() => void>();

function set(value: Crumb[]) {
  crumbs = value;
  for (const listener of listeners) listener();
}

/** Says where this page is: the breadcrumbs, the last one being the page itself, and the window's title. */
export function useCrumbs(...path: Crumb[]) {
  const key = JSON.stringify(path);
  useEffect(() => {
    const list = JSON.parse(key) as Crumb[];
    set(list);
    document.title = [...list.map((crumb) => crumb.text).reverse(), strings.product].join(' – ');
  }, [key]);
}

export function useCrumbList(): Crumb[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => crumbs,
  );
}
