import { useEffect, useMemo, useRef, useState } from 'react';

import { parseDefinition } from '../../../asl/definition';
import { follow, type StreamState } from '../../../aws/stream';
import type { HistoryEvent } from '../../../graph/history';
import { graphOf } from '../../../graph/model';
import { HistoryReducer, viewAsOf } from '../../../graph/reducer';
import type { ExecutionView } from '../../../graph/view';

export interface History {
  events: readonly HistoryEvent[];
  /** the execution as of the chosen event, or now */
  view: ExecutionView | undefined;
  reducer: HistoryReducer | undefined;
  lastId: number;
  state: StreamState;
  error: unknown;
}

/**
 * Follows an execution's history. Events come one by one and are drawn once a frame; the view of the present is changed in
 * place, that of a past event is made from the events up to it.
 */
export function useHistory(arn: string, definition: string | undefined, running: boolean, asOf: number | undefined): History {
  const model = useMemo(() => {
    const parsed = definition === undefined ? undefined : parseDefinition(definition);
    return parsed && graphOf(parsed);
  }, [definition]);
  const events = useRef<{ arn: string; list: HistoryEvent[] }>({ arn, list: [] });
  if (events.current.arn !== arn) events.current = { arn, list: [] };
  const { list } = events.current;
  const reducer = useMemo(() => model && new HistoryReducer(model), [model, arn]);
  const [, draw] = useState(0);
  const [state, setState] = useState<StreamState>('connecting');
  const [error, setError] = useState<unknown>();

  // a redrive has an ended stream go on: it is followed again, from where it stopped
  const [round, setRound] = useState(0);
  const ran = useRef(running);
  useEffect(() => {
    if (running && !ran.current && state === 'ended') setRound((old) => old + 1);
    ran.current = running;
  }, [running, state]);

  useEffect(() => {
    setError(undefined);
    setState('connecting');
    let frame: number | undefined;
    const last = list.at(-1)?.id;
    const stop = follow({
      path: (cursor) => `/stream/history?executionArn=${encodeURIComponent(arn)}${cursor ? `&after=${encodeURIComponent(cursor)}` : ''}`,
      after: last === undefined ? undefined : String(last),
      onEvent: ({ event, data }) => {
        if (event !== 'message' || !data) return;
        const parsed = JSON.parse(data) as HistoryEvent;
        if (parsed.id <= (list.at(-1)?.id ?? 0)) return;
        list.push(parsed);
        frame ??= requestAnimationFrame(() => {
          frame = undefined;
          draw((old) => old + 1);
        });
      },
      onState: setState,
      onRefused: setError,
    });
    return () => {
      stop();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [arn, round, list]);

  const lastId = list.at(-1)?.id ?? 0;
  const past = asOf !== undefined && asOf < lastId ? asOf : undefined;
  const view = useMemo(() => {
    if (!model || !reducer) return undefined;
    return past === undefined ? reducer.push(list) : viewAsOf(model, list, past);
    // the events grow in place: their number stands for them
  }, [model, reducer, past, list, list.length]);
  return { events: list, view, reducer, lastId, state, error };
}
