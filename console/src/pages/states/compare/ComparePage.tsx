import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

import { useCrumbs } from '../../../app/crumbs';
import { go } from '../../../app/go';
import { paths } from '../../../app/paths';
import { arnName, machineOf } from '../../../aws/arn';
import { changesOf, type Diff, diffTexts } from '../../../diff/diff';
import { JsonDiff } from '../../../diff/JsonDiff';
import { countWords } from '../../../diff/words';
import { compareViews } from '../../../graph/compare';
import { DetailPage } from '../../../ui/DetailPage';
import { strings } from '../strings';
import { PairPanel } from './PairPanel';
import { StatesGrid } from './StatesGrid';
import { Summary } from './Summary';
import { type Compared, useExecution } from './useExecution';
import { words } from './words';

/** Two executions side by side. Which two, and the state that is looked at, are in the address. */
export function ComparePage() {
  const [query, setQuery] = useSearchParams();
  const [leftArn, rightArn] = [query.get('left') ?? '', query.get('right') ?? ''];
  const machine = machineOf(leftArn || rightArn);
  useCrumbs(
    { text: strings.machines, href: paths.machines() },
    { text: arnName(machine), href: paths.machine(machine) },
    { text: words.title, href: paths.compare(leftArn, rightArn) },
  );
  if (!leftArn || !rightArn) return <DetailPage title={words.title}><Alert type="info">{words.both}</Alert></DetailPage>;
  const look = (change: Record<string, string | undefined>) =>
    setQuery(
      (old) => {
        const next = new URLSearchParams(old);
        for (const [name, value] of Object.entries(change)) {
          if (value === undefined) next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );
  return <Comparison key={`${leftArn} ${rightArn}`} leftArn={leftArn} rightArn={rightArn} state={query.get('state') ?? undefined} run={Number(query.get('run') ?? 1) || 1} look={look} />;
}

interface Props {
  leftArn: string;
  rightArn: string;
  state: string | undefined;
  /** which of the state's runs, from 1 */
  run: number;
  look: (change: Record<string, string | undefined>) => void;
}

function Comparison({ leftArn, rightArn, state, run, look }: Props) {
  const left = useExecution(leftArn);
  const right = useExecution(rightArn);
  const [one, other] = [left.view, right.view];
  const pairs = useMemo(() => one && other && compareViews(one, other), [one, one?.version, other, other?.version]);
  const chosen = pairs?.find((pair) => pair.name === state);
  const names: [string, string] = arnName(leftArn) === arnName(rightArn) ? [words.left, words.right] : [arnName(leftArn), arnName(rightArn)];
  return (
    <DetailPage
      title={words.title}
      error={left.error ?? right.error}
      loading={left.loading || right.loading}
      actions={<Button onClick={() => go(paths.compare(rightArn, leftArn))}>{words.swap}</Button>}
    >
      <Summary left={left} right={right} />
      <Payloads left={left} right={right} names={names} />
      {!pairs && !left.error && !right.error && <span role="status"><Spinner /> {words.reading}</span>}
      {pairs && (
        <Container>
          <StatesGrid pairs={pairs} names={names} selected={state} onSelect={({ name }) => look({ state: name, run: undefined })} />
        </Container>
      )}
      {pairs && (
        <Container header={<Header variant="h2">{chosen?.name ?? strings.execution.state}</Header>}>
          {chosen ? (
            <PairPanel pair={chosen} run={run} names={names} onRun={(number) => look({ run: String(number) })} hrefs={[hrefOf(leftArn, chosen.name), hrefOf(rightArn, chosen.name)]} />
          ) : (
            <Box color="text-body-secondary">{words.selectState}</Box>
          )}
        </Container>
      )}
    </DetailPage>
  );
}

const hrefOf = (arn: string, state: string) => `${paths.execution(arn)}?${new URLSearchParams({ state })}`;

/** Input and output of the executions, and their definitions where these are not the same. */
function Payloads({ left, right, names }: { left: Compared; right: Compared; names: [string, string] }) {
  const [one, other] = [left.execution, right.execution];
  const input = useMemo(() => diffTexts(one?.input, other?.input), [one?.input, other?.input]);
  const output = useMemo(() => diffTexts(one?.output, other?.output), [one?.output, other?.output]);
  const definition = useMemo(() => diffTexts(left.definition, right.definition), [left.definition, right.definition]);
  if (!one || !other) return null;
  const section = (diff: Diff, title: (count: string) => string, label: string) => {
    const changes = changesOf(diff);
    return (
      <ExpandableSection variant="container" headerText={title(countWords(changes))} defaultExpanded={changes.length > 0}>
        <JsonDiff diff={diff} label={label} left={names[0]} right={names[1]} />
      </ExpandableSection>
    );
  };
  return (
    <SpaceBetween size="l">
      {section(input, words.input, words.inputOf)}
      {section(output, words.output, words.outputOf)}
      {left.definition !== undefined && right.definition !== undefined && definition.kind !== 'same' && section(definition, words.definitions, words.definitionOf)}
    </SpaceBetween>
  );
}
