import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import Tabs, { type TabsProps } from '@cloudscape-design/components/tabs';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';

import { failureText } from '../aws/failure';
import { strings } from '../strings';
import { flat } from './flat';

interface Props {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** the title of the details' box */
  details?: string;
  pairs?: KeyValuePairsProps['items'];
  columns?: number;
  /** shown in tabs whose choice is part of the address (`?tab=`) */
  tabs?: TabsProps.Tab[];
  error?: unknown;
  loading?: boolean;
  children?: ReactNode;
}

/** The recipe of every page about one thing: its name and actions, its details, then tabs or whatever else. */
export function DetailPage(props: Props) {
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={props.description} actions={<SpaceBetween direction="horizontal" size="xs">{flat(props.actions)}</SpaceBetween>}>
        {props.title}
      </Header>
      {props.error ? <Alert type="error">{failureText(props.error)}</Alert> : null}
      {props.loading && !props.error && <span role="status"><Spinner /> {strings.loading}</span>}
      {props.pairs && (
        <Container header={props.details ? <Header variant="h2">{props.details}</Header> : undefined}>
          <KeyValuePairs columns={props.columns ?? 4} items={props.pairs} />
        </Container>
      )}
      {props.children}
      {props.tabs && <UrlTabs tabs={props.tabs} label={props.details ?? strings.actions} />}
    </SpaceBetween>
  );
}

/** Tabs whose choice is in the address. */
export function UrlTabs({ tabs, label, param = 'tab' }: { tabs: TabsProps.Tab[]; label: string; param?: string }) {
  const [query, setQuery] = useSearchParams();
  return (
    <Tabs
      tabs={tabs}
      ariaLabel={label}
      activeTabId={query.get(param) ?? tabs[0]?.id}
      onChange={({ detail }) =>
        setQuery(
          (old) => {
            const next = new URLSearchParams(old);
            next.set(param, detail.activeTabId);
            return next;
          },
          { replace: true },
        )
      }
    />
  );
}
