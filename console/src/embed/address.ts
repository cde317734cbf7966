import { readParameters } from '../pages/reports/asked';

/** What the address of an embedded page says: the path what is shown, the query how, the fragment with which parameters. */
export interface Address {
  /** it is the frame that relays messages */
  control: boolean;
  dashboardId: string;
  visual?: { sheetId: string; visualId: string };
  code: string;
  sheetId?: string;
  undoRedo: boolean;
  reset: boolean;
  print: boolean;
  tabs: boolean;
  parameters: Record<string, string[]>;
  /** whom messages name: AWS's SDK gives these to tell its frames apart */
  contextId?: string;
  discriminator?: number;
}

const PATH = /\/dashboards\/([^/]+)(?:\/sheets\/([^/]+)\/visuals\/([^/]+))?\/?$/;

/** Reads an address; the query's names are those that AWS's SDK puts there. */
export function read({ pathname, search, hash }: Pick<Location, 'pathname' | 'search' | 'hash'>): Address {
  const [, dashboardId = '', sheetId, visualId] = PATH.exec(pathname) ?? [];
  const query = new URLSearchParams(search);
  const is = (name: string) => query.get(name) === 'true';
  return {
    control: pathname.endsWith('/embedControl'),
    dashboardId: decodeURIComponent(dashboardId),
    visual: sheetId && visualId ? { sheetId: decodeURIComponent(sheetId), visualId: decodeURIComponent(visualId) } : undefined,
    code: query.get('code') ?? '',
    sheetId: query.get('sheetId') ?? undefined,
    undoRedo: !is('undoRedoDisabled'),
    reset: !is('resetDisabled'),
    print: is('printEnabled'),
    tabs: !is('sheetTabsDisabled'),
    parameters: readFragment(hash),
    contextId: query.get('contextId') ?? undefined,
    discriminator: query.has('discriminator') ? Number(query.get('discriminator')) : undefined,
  };
}

/** Returns the parameters of a fragment: `#p.NAME=value`, several times where there are several values. */
export function readFragment(hash: string): Record<string, string[]> {
  return readParameters(new URLSearchParams(hash.replace(/^#/, '')));
}
