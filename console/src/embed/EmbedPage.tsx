import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Flashbar from '@cloudscape-design/components/flashbar';
import Spinner from '@cloudscape-design/components/spinner';
import { useEffect, useRef, useState } from 'react';

import { useFlash, useFlashItems } from '../app/flash';
import { failureText } from '../aws/failure';
import { type Embedded, type ExportKind, fileName, reports, saveAs } from '../pages/reports/api';
import { type Asked, NOTHING, sent } from '../pages/reports/asked';
import { DashboardView } from '../pages/reports/DashboardView';
import { strings } from '../pages/reports/strings';
import { bodyOf, type Visual } from '../pages/reports/visual/definition';
import { VisualCard } from '../pages/reports/visual/VisualCard';
import { type Address, readFragment } from './address';
import { useEnded } from './ended';
import { begin, isFirst, redo, reset, type Steps, step, undo } from './steps';
import { useMessages } from './useMessages';
import { tell } from './wire';

interface Props {
  address: Address;
  session: Promise<void>;
}

/** An embedded dashboard, or a visual of one: what the console's page shows, and nothing around it. */
export function EmbedPage({ address, session }: Props) {
  const [dashboard, setDashboard] = useState<Embedded>();
  const [failed, setFailed] = useState<unknown>();
  const ended = useEnded();
  const error = failed ?? ended;
  useEffect(() => {
    session
      .then(() => reports.dashboard(address.dashboardId))
      .then(setDashboard, (problem: unknown) => setFailed(problem));
  }, [address, session]);
  useEffect(() => {
    // the codes that AWS's SDK knows: of an address that is used up, and of a session that is over
    if (error) tell(address, 'ERROR_OCCURRED', { errorCode: failed ? 'Forbidden' : 'Unauthorized' });
  }, [address, error, failed]);
  return (
    <main className="tx-embed" aria-label={dashboard?.name ?? strings.embed.actions}>
      <Messages />
      {error ? <Alert type="error" header={strings.embed.failed}>{address.code ? failureText(error) : strings.embed.noCode} {strings.embed.renew}</Alert> : null}
      {dashboard && !ended ? <Open address={address} dashboard={dashboard} /> : !error && <span role="status"><Spinner /> {strings.embed.loading}</span>}
    </main>
  );
}

function Messages() {
  const items = useFlashItems();
  return items.length > 0 && <Flashbar items={items} />;
}

function Open({ address, dashboard }: { address: Address; dashboard: Embedded }) {
  const [steps, setSteps] = useState<Steps<Asked>>(() => begin({ ...NOTHING, parameters: address.parameters }));
  const [sheet, setSheet] = useState(address.sheetId);
  const asked = steps.now;
  const ask = (next: Asked) => setSteps((old) => step(old, next));
  const canUndo = address.undoRedo && dashboard.undoRedo;
  const canReset = address.reset && dashboard.reset;
  useEffect(() => {
    document.title = dashboard.name;
  }, [dashboard]);
  useEffect(() => {
    // whoever frames the page changes parameters by the fragment alone
    const take = () => setSteps((old) => step(old, { ...old.now, parameters: { ...old.now.parameters, ...readFragment(location.hash) } }));
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  const change = (by: (old: Steps<Asked>) => Steps<Asked>) => () => setSteps(by);
  useMessages({
    address,
    dashboard,
    asked,
    sheet,
    setSheet,
    setParameters: (parameters) => setSteps((old) => step(old, { ...old.now, parameters: { ...old.now.parameters, ...parameters } })),
    undo: canUndo ? change(undo) : undefined,
    redo: canUndo ? change(redo) : undefined,
    reset: canReset ? change(reset) : undefined,
  });
  const report = { dashboardId: dashboard.dashboardId };
  const revision = `${dashboard.dashboardId} ${dashboard.version}`;
  const [only] = dashboard.definition.Sheets ?? [];
  const visual: Visual | undefined = dashboard.visual ? only?.Visuals?.find((one) => bodyOf(one).VisualId === dashboard.visual?.visualId) : undefined;
  return (
    <>
      <h1 className="tx-visually-hidden">{dashboard.name}</h1>
      {(canUndo || canReset || address.print) && (
        <div className="tx-embed-bar" role="toolbar" aria-label={strings.embed.actions}>
          {canUndo && <Button iconName="undo" variant="icon" ariaLabel={strings.embed.undo} disabled={steps.before.length === 0} onClick={change(undo)} />}
          {canUndo && <Button iconName="redo" variant="icon" ariaLabel={strings.embed.redo} disabled={steps.after.length === 0} onClick={change(redo)} />}
          {canReset && <Button disabled={isFirst(steps)} onClick={change(reset)}>{strings.embed.reset}</Button>}
          {address.print && !visual && <Export dashboard={dashboard} asked={asked} />}
        </div>
      )}
      {visual && only ? (
        <VisualCard report={report} revision={revision} sheetId={only.SheetId} visual={visual} asked={sent(asked)} offered={dashboard.offered} />
      ) : (
        <DashboardView report={report} revision={revision} definition={dashboard.definition} asked={asked} onAsk={ask} sheet={sheet} onSheet={setSheet} offered={dashboard.offered} single={!address.tabs} />
      )}
    </>
  );
}

function Export({ dashboard, asked }: { dashboard: Embedded; asked: Asked }) {
  const flash = useFlash();
  const busy = useRef(false);
  const kinds: ExportKind[] = dashboard.offered.exportData ? ['pdf', 'png', 'xlsx'] : ['pdf', 'png'];
  async function save(kind: ExportKind) {
    if (busy.current) return;
    busy.current = true;
    try {
      saveAs(await reports.export({ dashboardId: dashboard.dashboardId }, kind, sent(asked)), fileName(dashboard.name, kind));
    } catch (error) {
      flash.failure(error, strings.exportMenu);
    } finally {
      busy.current = false;
    }
  }
  return (
    <ButtonDropdown items={kinds.map((kind) => ({ id: kind, text: strings.exports[kind] }))} onItemClick={({ detail }) => void save(detail.id as ExportKind)}>
      {strings.exportMenu}
    </ButtonDropdown>
  );
}
