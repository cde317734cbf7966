import './reports.css';

import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { useFlash } from '../../app/flash';
import { paths } from '../../app/paths';
import { failureText } from '../../aws/failure';
import { useCall } from '../../aws/queries';
import { strings as words } from '../../strings';
import { CopyButton } from '../../ui/CopyButton';
import { useAccount } from './account';
import { type ExportKind, fileName, reports, saveAs } from './api';
import { sent, useAsked } from './asked';
import { DashboardView } from './DashboardView';
import { strings } from './strings';
import type { Definition } from './visual/definition';

interface Described {
  Name: string;
  DashboardId: string;
  ResourceStatus: string;
  Definition: Definition;
  Errors?: { Type?: string; Message?: string }[];
}

interface Published {
  Dashboard: { Version?: { VersionNumber?: number }; LinkEntities?: string[] };
}

/** A CSV file is of one visual, so that its menu has it. */
const FORMATS: ExportKind[] = ['pdf', 'png', 'xlsx'];

export function DashboardPage() {
  const { id = '' } = useParams();
  const account = useAccount();
  const input = { AwsAccountId: account, DashboardId: id };
  const described = useCall<Described>('quicksight', 'DescribeDashboardDefinition', input);
  const published = useCall<Published>('quicksight', 'DescribeDashboard', input);
  const name = described.data?.Name ?? id;
  useCrumbs({ text: strings.title, href: paths.reports() }, { text: strings.dashboards, href: paths.dashboards() }, { text: name, href: paths.dashboard(id) });
  const definition = described.data?.Definition;
  const version = published.data?.Dashboard.Version;
  const analysis = /:analysis\/(.+)$/.exec(published.data?.Dashboard.LinkEntities?.[0] ?? '')?.[1];
  return (
    <SpaceBetween size="m">
      <Header variant="h1" actions={definition && <Actions id={id} name={name} analysis={analysis} />}>{name}</Header>
      {described.error ? <Alert type="error">{failureText(described.error)}</Alert> : null}
      {described.data?.Errors?.map((error) => <Alert key={`${error.Type} ${error.Message}`} type="warning">{error.Message}</Alert>)}
      {definition ? <Sheets id={id} definition={definition} revision={`${id} ${version?.VersionNumber ?? ''}`} /> : !described.error && <span role="status"><Spinner /> {words.loading}</span>}
    </SpaceBetween>
  );
}

function Actions({ id, name, analysis }: { id: string; name: string; analysis: string | undefined }) {
  const [asked] = useAsked();
  const flash = useFlash();
  const [busy, setBusy] = useState(false);
  async function save(format: ExportKind) {
    setBusy(true);
    try {
      saveAs(await reports.export({ dashboardId: id }, format, sent(asked)), fileName(name, format));
    } catch (error) {
      flash.failure(error, strings.exportMenu);
    } finally {
      setBusy(false);
    }
  }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button href={paths.lineage(`dashboard:${id}`)}>{strings.usedBy}</Button>
      <CopyButton text={() => location.href} label={strings.share} />
      <ButtonDropdown loading={busy} items={FORMATS.map((format) => ({ id: format, text: strings.exports[format] }))} onItemClick={({ detail }) => void save(detail.id as ExportKind)}>
        {strings.exportMenu}
      </ButtonDropdown>
      {analysis && <Button href={paths.analysis(analysis)}>{strings.edit}</Button>}
    </SpaceBetween>
  );
}

function Sheets({ id, definition, revision }: { id: string; definition: Definition; revision: string }) {
  const [asked, ask] = useAsked();
  const [query, setQuery] = useSearchParams();
  const show = (sheet: string) =>
    setQuery(
      (old) => {
        const next = new URLSearchParams(old);
        next.set('sheet', sheet);
        return next;
      },
      { replace: true },
    );
  return <DashboardView report={{ dashboardId: id }} revision={revision} definition={definition} asked={asked} onAsk={ask} sheet={query.get('sheet') ?? undefined} onSheet={show} />;
}
