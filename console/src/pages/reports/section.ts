import { paths } from '../../app/paths';
import type { Section } from '../../app/section';
import { strings } from './strings';

export const section: Section = {
  title: strings.title,
  items: [
    { text: strings.dashboards, href: paths.dashboards() },
    { text: strings.analyses, href: paths.analyses() },
    { text: strings.dataSets, href: paths.dataSets() },
    { text: strings.dataSources, href: paths.dataSources() },
  ],
  routes: [
    { path: 'reports', lazy: async () => ({ Component: (await import('./DashboardsPage')).DashboardsPage }) },
    { path: 'reports/dashboards', lazy: async () => ({ Component: (await import('./DashboardsPage')).DashboardsPage }) },
    { path: 'reports/dashboards/:id', lazy: async () => ({ Component: (await import('./DashboardPage')).DashboardPage }) },
    { path: 'reports/analyses', lazy: async () => ({ Component: (await import('./AnalysesPage')).AnalysesPage }) },
    { path: 'reports/analyses/new', lazy: async () => ({ Component: (await import('./editor/AnalysisPage')).NewAnalysisPage }) },
    { path: 'reports/analyses/:id', lazy: async () => ({ Component: (await import('./editor/AnalysisPage')).AnalysisPage }) },
    { path: 'reports/datasets', lazy: async () => ({ Component: (await import('./DataSetsPage')).DataSetsPage }) },
    { path: 'reports/datasets/new', lazy: async () => ({ Component: (await import('./NewDataSetPage')).NewDataSetPage }) },
    { path: 'reports/datasets/:id', lazy: async () => ({ Component: (await import('./DataSetPage')).DataSetPage }) },
    { path: 'reports/datasources', lazy: async () => ({ Component: (await import('./DataSourcesPage')).DataSourcesPage }) },
  ],
};
