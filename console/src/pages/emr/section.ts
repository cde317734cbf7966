import { paths } from '../../app/paths';
import type { Section } from '../../app/section';
import { words } from './words';

export const section: Section = {
  title: words.title,
  items: [{ text: words.clusters, href: paths.clusters() }],
  routes: [
    { path: 'emr/clusters', lazy: async () => ({ Component: (await import('./ClustersPage')).ClustersPage }) },
    { path: 'emr/clusters/:cluster', lazy: async () => ({ Component: (await import('./ClusterPage')).ClusterPage }) },
    { path: 'emr/clusters/:cluster/start', lazy: async () => ({ Component: (await import('./StartJobPage')).StartJobPage }) },
    { path: 'emr/clusters/:cluster/jobs/:job', lazy: async () => ({ Component: (await import('./JobPage')).JobPage }) },
  ],
};
