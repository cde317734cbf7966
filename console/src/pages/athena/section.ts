import { paths } from '../../app/paths';
import type { Section } from '../../app/sections';
import { strings as catalog } from '../catalog/strings';
import { strings } from './strings';

export const section: Section = {
  title: strings.title,
  items: [
    { text: strings.editor, href: paths.athena() },
    { text: catalog.title, href: paths.catalog() },
  ],
  routes: [
    { path: 'athena', lazy: async () => ({ Component: (await import('./AthenaPage')).AthenaPage }) },
    { path: 'catalog', lazy: async () => ({ Component: (await import('../catalog/DatabasesPage')).DatabasesPage }) },
    { path: 'catalog/:database', lazy: async () => ({ Component: (await import('../catalog/DatabasePage')).DatabasePage }) },
    { path: 'catalog/:database/:table', lazy: async () => ({ Component: (await import('../catalog/TablePage')).TablePage }) },
  ],
};
