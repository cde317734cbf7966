import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { allSections } from '../../app/section';
import { useSettings } from '../../app/settings';
import { useBus } from '../../aws/bus';
import { failureText } from '../../aws/failure';
import { type HomeItem, insight } from '../../aws/insight';
import { HomeTable } from './HomeTable';
import { words } from './words';
import './home.css';

/** At most one look a second, however much happens. */
const REFRESH_MS = 1_000;

/** What runs, what failed, what is due next. */
export function HomePage() {
  useCrumbs({ text: words.home, href: paths.home() });
  const { region } = useSettings();
  const asked = useQuery({ queryKey: ['home', region], queryFn: insight.home, refetchInterval: 30_000 });
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  useBus(() => {
    due.current ??= setTimeout(() => {
      due.current = undefined;
      void asked.refetch();
    }, REFRESH_MS);
  });
  const list = (title: string, items: HomeItem[] | undefined, empty: string, status: boolean) => (
    <HomeTable title={title} items={items ?? []} loading={asked.isPending} empty={empty} status={status} />
  );
  return (
    <SpaceBetween size="l">
      <Header variant="h1">{words.title}</Header>
      {asked.error ? <Alert type="error">{failureText(asked.error)}</Alert> : null}
      <div className="tx-home">
        {list(words.running, asked.data?.running, words.noRunning, true)}
        {list(words.failed, asked.data?.failed, words.noFailed, true)}
        {list(words.due, asked.data?.due, words.noDue, false)}
        <Services />
      </div>
    </SpaceBetween>
  );
}

function Services() {
  return (
    <Container header={<Header variant="h2">{words.services}</Header>}>
      <ul className="tx-services">
        {allSections().flatMap((section) =>
          section.items.map((item) => (
            <li key={item.href}>
              <Link href={item.href}>{item.text}</Link> <span className="tx-dim">{section.title}</span>
            </li>
          )),
        )}
      </ul>
    </Container>
  );
}
