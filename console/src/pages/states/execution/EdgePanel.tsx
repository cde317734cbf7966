import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo } from 'react';

import { ChangeList } from '../../../diff/ChangeList';
import { changesOf, diffTexts } from '../../../diff/diff';
import { JsonDiff } from '../../../diff/JsonDiff';
import { countWords } from '../../../diff/words';
import { type Crossing, crossingsOf } from '../../../graph/crossings';
import { END } from '../../../graph/size';
import { pathOf } from '../../../graph/timeline';
import type { ExecutionView, Way } from '../../../graph/view';
import { edgeWords, graphWords } from '../../../graph/words';
import { edge as words } from './edge-words';

interface Props {
  view: ExecutionView | undefined;
  way: Way;
  /** the state's run that the way led to */
  visit: number | undefined;
  onVisit: (id: number) => void;
}

/** What changed along an edge: between what entered the one state and what entered the next. */
export function EdgePanel({ view, way, visit, onVisit }: Props) {
  const crossings = useMemo(() => (view ? crossingsOf(view, way) : []), [view, view?.version, way.from, way.to, way.caught]);
  const found = crossings.findIndex(({ from, to }) => (to ?? from).id === visit);
  const at = found < 0 ? crossings.length - 1 : found;
  const crossing = crossings[at];
  const step = (by: number) => {
    const next = crossings[at + by];
    if (next) onVisit((next.to ?? next.from).id);
  };
  const pages = crossings.length > 1 && (
    <span className="tx-nowrap" role="group" aria-label={words.time}>
      <Button variant="icon" iconName="angle-left" ariaLabel={words.previous} disabled={at <= 0} onClick={() => step(-1)} />
      {words.timeOf(at + 1, crossings.length)}
      <Button variant="icon" iconName="angle-right" ariaLabel={words.next} disabled={at + 1 >= crossings.length} onClick={() => step(1)} />
    </span>
  );
  return (
    <Container header={<Header variant="h2" actions={pages}>{edgeWords.edge(way.from, way.to === END ? graphWords.end : way.to)}</Header>}>
      {crossing ? <Changes crossing={crossing} /> : <Box color="text-body-secondary">{words.notTaken}</Box>}
    </Container>
  );
}

/** What changed between two states, as a list of paths and side by side. */
export function Changes({ crossing }: { crossing: Crossing }) {
  const { from, to, before, after } = crossing;
  const diff = useMemo(() => diffTexts(before, after), [before, after]);
  const changes = useMemo(() => changesOf(diff), [diff]);
  return (
    <SpaceBetween size="s">
      <Box>{countWords(changes)}</Box>
      {changes.length > 0 && <ChangeList changes={changes} />}
      <JsonDiff diff={diff} label={words.diff} left={words.entered(pathOf(from))} right={to ? words.entered(pathOf(to)) : words.output} />
    </SpaceBetween>
  );
}
