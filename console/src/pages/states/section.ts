import { paths } from '../../app/paths';
import type { Section } from '../../app/section';
import { strings } from './strings';

export const section: Section = {
  title: strings.title,
  items: [{ text: strings.machines, href: paths.machines() }],
  routes: [
    { path: 'states/machines', lazy: async () => ({ Component: (await import('./MachinesPage')).MachinesPage }) },
    { path: 'states/machines/create', lazy: async () => ({ Component: (await import('./CreateMachinePage')).CreateMachinePage }) },
    { path: 'states/machines/:arn', lazy: async () => ({ Component: (await import('./MachinePage')).MachinePage }) },
    { path: 'states/machines/:arn/edit', lazy: async () => ({ Component: (await import('./EditMachinePage')).EditMachinePage }) },
    { path: 'states/executions/:arn', lazy: async () => ({ Component: (await import('./ExecutionPage')).ExecutionPage }) },
    { path: 'states/compare', lazy: async () => ({ Component: (await import('./compare/ComparePage')).ComparePage }) },
    { path: 'states/map-runs/:arn', lazy: async () => ({ Component: (await import('./MapRunPage')).MapRunPage }) },
  ],
};
