import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import Spinner from '@cloudscape-design/components/spinner';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';

import { failureText } from '../../../aws/failure';
import { insight } from '../../../aws/insight';
import type { AddPlace } from '../../../graph/add';
import { DRAGGED } from '../../../graph/editing';
import { Choice } from '../../../ui/Choice';
import { strings } from '../strings';
import { actionKinds, flowKinds, type Kind, matchingKinds } from './kinds';

const words = strings.design;
/** So many are listed; who looks for more says more. */
const SHOWN = 60;

interface Props {
  /** where the chosen state goes to; absent where that is nobody's choice yet */
  place: AddPlace | undefined;
  onChoose: (kind: string) => void;
  /** grows each time that the search is to have the focus */
  focus?: number;
}

/** The kinds of states: to be chosen, or dragged into the graph. */
export function StateBrowser({ place, onChoose, focus = 0 }: Props) {
  const [tab, setTab] = useState<'actions' | 'flow'>('actions');
  const [text, setText] = useState('');
  const search = useRef<InputProps.Ref>(null);
  const integrations = useQuery({ queryKey: ['integrations'], queryFn: insight.integrations, staleTime: Infinity });
  const actions = useMemo(() => actionKinds(integrations.data ?? []), [integrations.data]);
  const flow = useMemo(() => flowKinds(strings.author.flow), []);
  const searched = text.trim() !== '';
  const found = searched ? matchingKinds([...flow, ...actions], text) : tab === 'flow' ? flow : actions.filter(({ common }) => common);
  const hidden = searched ? found.length - SHOWN : tab === 'flow' ? 0 : actions.length - found.length;
  useEffect(() => {
    // after the dialog around it, which gives the focus to its own first button
    const frame = focus > 0 ? requestAnimationFrame(() => search.current?.focus()) : undefined;
    return () => cancelAnimationFrame(frame ?? 0);
  }, [focus]);
  return (
    <div className="tx-states" role="group" aria-label={words.browser}>
      <Input ref={search} type="search" value={text} placeholder={words.search} ariaLabel={words.search} onChange={({ detail }) => setText(detail.value)} />
      {!searched && <Choice label={words.kinds} value={tab} options={[{ id: 'actions', text: words.actions }, { id: 'flow', text: words.flow }]} onChange={setTab} />}
      <Box variant="small" color="text-body-secondary"><span role="status">{place ? words.where(place.from, place.to) : words.how}</span></Box>
      {integrations.error ? <Alert type="error">{failureText(integrations.error)}</Alert> : null}
      <div className="tx-states-list">
        {integrations.isPending && <Spinner />}
        {groups(found.slice(0, searched ? SHOWN : undefined)).map(([group, kinds]) => (
          <section key={group}>
            <h3>{group}</h3>
            <ul>
              {kinds.map(({ id, title, tags }) => (
                <li key={id}>
                  <button type="button" draggable onClick={() => onChoose(id)} onDragStart={(event) => event.dataTransfer.setData(DRAGGED, id)}>
                    {title}
                    {id.startsWith('action:') && <span>{tags}</span>}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {searched && found.length === 0 && !integrations.isPending && <Box color="text-body-secondary">{words.none}</Box>}
        {hidden > 0 && <Box color="text-body-secondary">{words.moreActions(hidden)}</Box>}
      </div>
    </div>
  );
}

function groups(kinds: readonly Kind[]): [string, Kind[]][] {
  const found = new Map<string, Kind[]>();
  for (const kind of kinds) found.set(kind.group, [...(found.get(kind.group) ?? []), kind]);
  return [...found];
}
