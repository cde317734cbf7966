import { paths } from '../../app/paths';
import type { Section } from '../../app/sections';
import { strings } from './strings';

export const section: Section = {
  title: strings.title,
  items: [{ text: strings.machines, href: paths.machines() }],
  routes: [
    { path: 'states/machines', lazy: async () => ({ Component: (await import('./MachinesPage')).MachinesPage }) },
  ],
};
