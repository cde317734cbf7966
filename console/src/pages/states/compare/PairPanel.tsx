import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';

import { changesOf, diffTexts } from '../../../diff/diff';
import { JsonDiff } from '../../../diff/JsonDiff';
import { countWords } from '../../../diff/words';
import { differencesOf, type StatePair } from '../../../graph/compare';
import { pathOf } from '../../../graph/timeline';
import type { Visit } from '../../../graph/view';
import { formatDuration } from '../../../ui/time';
import { StateStatusWord } from '../execution/StateStatusWord';
import { strings } from '../strings';
import { words } from './words';

interface Props {
  pair: StatePair;
  /** which of its runs, from 1 */
  run: number;
  names: [string, string];
  onRun: (run: number) => void;
  /** the state's page in each execution */
  hrefs: [string, string];
}

/** One state in both executions: how it stands, and what is different in what it got and gave. */
export function PairPanel({ pair, run, names, onRun, hrefs }: Props) {
  const all = pair.visits.length;
  const at = Math.min(Math.max(run, 1), Math.max(all, 1));
  const { left, right } = pair.visits[at - 1] ?? {};
  const nextDifferent = useMemo(() => pair.visits.findIndex((one, index) => index >= at && differencesOf(one).length > 0) + 1, [pair, at]);
  return (
    <SpaceBetween size="s">
      {all > 1 && (
        <span className="tx-nowrap" role="group" aria-label={words.run}>
          <Button variant="icon" iconName="angle-left" ariaLabel={words.previous} disabled={at <= 1} onClick={() => onRun(at - 1)} />
          {pathOf((left ?? right) as Visit)}: {words.runOf(at, all)}
          <Button variant="icon" iconName="angle-right" ariaLabel={words.next} disabled={at >= all} onClick={() => onRun(at + 1)} />
          <Button variant="icon" iconName="angle-right-double" ariaLabel={words.nextDifferent} disabled={nextDifferent === 0} onClick={() => onRun(nextDifferent)} />
        </span>
      )}
      <div className="tx-io">
        <Side visit={left} name={names[0]} href={hrefs[0]} />
        <Side visit={right} name={names[1]} href={hrefs[1]} />
      </div>
      <Payload title={strings.execution.input} label={words.stateInput(pair.name)} before={left?.input} after={right?.input} names={names} />
      <Payload title={strings.execution.output} label={words.stateOutput(pair.name)} before={left?.output} after={right?.output} names={names} />
    </SpaceBetween>
  );
}

function Side({ visit, name, href }: { visit: Visit | undefined; name: string; href: string }) {
  const took = visit?.exitedAt === undefined ? undefined : (visit.exitedAt - visit.enteredAt) * 1000;
  return (
    <div>
      <div><Link href={visit ? `${href}&visit=${visit.id}` : href}>{name}</Link></div>
      <div><StateStatusWord of={visit?.status ?? 'notReached'} />{visit && ` · ${formatDuration(took)}`}</div>
      {visit?.error !== undefined && <Box color="text-status-error"><span className="tx-break">{visit.error}: {visit.cause}</span></Box>}
    </div>
  );
}

interface PayloadProps {
  title: string;
  label: string;
  before: string | undefined;
  after: string | undefined;
  names: [string, string];
}

function Payload({ title, label, before, after, names }: PayloadProps) {
  const diff = useMemo(() => diffTexts(before, after), [before, after]);
  return (
    <div>
      <Box variant="h3" fontSize="heading-xs">{title}: {countWords(changesOf(diff))}</Box>
      <JsonDiff diff={diff} label={label} left={names[0]} right={names[1]} />
    </div>
  );
}
