import Badge from '@cloudscape-design/components/badge';

import type { StatePair } from '../../../graph/compare';
import { Grid } from '../../../ui/Grid';
import { formatDuration } from '../../../ui/time';
import { StateStatusWord } from '../execution/StateStatusWord';
import { strings } from '../strings';
import { differenceText } from './difference';
import { words } from './words';

interface Props {
  pairs: StatePair[];
  names: [string, string];
  selected: string | undefined;
  onSelect: (pair: StatePair) => void;
}

/** Each state with how it stands in both, and in what it is different. */
export function StatesGrid({ pairs, names, selected, onSelect }: Props) {
  const [left, right] = names;
  const retries = ({ left, right }: StatePair) => (left?.retries ?? 0) + (right?.retries ?? 0);
  const gap = ({ tookLeft = 0, tookRight = 0 }: StatePair) => tookRight - tookLeft;
  return (
    <Grid<StatePair>
      title={words.states}
      what={words.statesWhat}
      rows={pairs}
      id={(pair) => pair.name}
      text={(pair) => `${pair.name} ${differsText(pair, names)}`}
      selected={selected}
      onSelect={onSelect}
      height={460}
      columns={[
        { id: 'name', header: strings.name, width: 'minmax(110px, 1.6fr)', cell: (pair) => pair.name, sort: (pair) => pair.name },
        {
          id: 'differs',
          header: words.differsIn,
          width: 'minmax(190px, 2fr)',
          cell: (pair) => <>{pair.first && <><Badge color="red">{words.first}</Badge> </>}{differsText(pair, names)}</>,
          sort: (pair) => pair.differs.join(),
        },
        { id: 'left', header: `${strings.status}: ${left}`, width: 'minmax(100px, 1fr)', cell: ({ left }) => <StateStatusWord of={left?.status ?? 'notReached'} />, sort: ({ left }) => left?.status ?? '' },
        { id: 'right', header: `${strings.status}: ${right}`, width: 'minmax(100px, 1fr)', cell: ({ right }) => <StateStatusWord of={right?.status ?? 'notReached'} />, sort: ({ right }) => right?.status ?? '' },
        { id: 'tookLeft', header: `${strings.duration}: ${left}`, width: 'minmax(110px, 1fr)', cell: ({ tookLeft }) => formatDuration(tookLeft), sort: ({ tookLeft = -1 }) => tookLeft },
        { id: 'tookRight', header: `${strings.duration}: ${right}`, width: 'minmax(110px, 1fr)', cell: ({ tookRight }) => formatDuration(tookRight), sort: ({ tookRight = -1 }) => tookRight },
        { id: 'difference', header: words.difference, width: 'minmax(110px, 1fr)', cell: ({ tookLeft, tookRight }) => differenceText(tookLeft, tookRight), sort: gap },
        { id: 'retries', header: words.retries, width: '70px', cell: ({ left, right }) => `${left?.retries ?? '–'} / ${right?.retries ?? '–'}`, sort: retries },
      ]}
    />
  );
}

/** Returns in what a state is different, in words. */
function differsText({ differs }: StatePair, names: [string, string]): string {
  const all = differs.map((one) => (one === 'left' ? words.only(names[0]) : one === 'right' ? words.only(names[1]) : words.differences[one]));
  return all.join(', ') || words.same;
}
