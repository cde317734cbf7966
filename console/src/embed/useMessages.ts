import { useIsFetching } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import type { Embedded } from '../pages/reports/api';
import type { Asked } from '../pages/reports/asked';
import { parametersOf } from '../pages/reports/controls/definition';
import { bodyOf, titleOf } from '../pages/reports/visual/definition';
import type { Address } from './address';
import { type Answers, answer, changed, isFor, type Parameter, readMessage } from './messages';
import { isKnown, reply, targetOf, tell } from './wire';

interface Page {
  address: Address;
  dashboard: Embedded;
  asked: Asked;
  sheet: string | undefined;
  setSheet: (id: string) => void;
  setParameters: (parameters: Record<string, string[]>) => void;
  undo?: () => void;
  redo?: () => void;
  reset?: () => void;
}

/** Speaks with the page around: answers what it asks, tells what happens. */
export function useMessages(page: Page) {
  const { address, dashboard } = page;
  const now = useRef(page);
  now.current = page;
  useEffect(() => {
    const target = targetOf(address);
    const hear = (event: MessageEvent) => {
      const message = isKnown(event) ? readMessage(event.data) : undefined;
      if (!message?.eventId || !isFor(target, message)) return;
      const said = answer(message, answersOf(now.current));
      if (said !== undefined) reply(message.eventId, message.eventName, said);
    };
    window.addEventListener('message', hear);
    tell(address, 'PARAMETERS_LOADED');
    return () => window.removeEventListener('message', hear);
  }, [address]);

  const parameters = current(page);
  const before = useRef(parameters);
  const told = JSON.stringify(parameters);
  useEffect(() => {
    const changedParameters = changed(before.current, parameters);
    before.current = parameters;
    if (changedParameters.length) tell(address, 'PARAMETERS_CHANGED', { changedParameters });
    // the text says whether they are others
  }, [told]);

  const sheets = sheetsOf(dashboard);
  const selected = sheets.find(({ SheetId }) => SheetId === page.sheet) ?? sheets[0];
  const first = useRef(selected?.SheetId);
  useEffect(() => {
    if (selected && selected.SheetId !== first.current) tell(address, 'SELECTED_SHEET_CHANGED', { selectedSheet: selected });
    first.current = selected?.SheetId;
  }, [selected?.SheetId]);

  useLoaded(page);
  useSize(address);
}

function useLoaded({ address, dashboard }: Page) {
  const asking = useIsFetching({ queryKey: ['visual'] });
  const stage = useRef<'before' | 'during' | 'after'>('before');
  const any = (dashboard.definition.Sheets ?? []).some(({ Visuals }) => Visuals?.length);
  useEffect(() => {
    if (asking > 0 && stage.current === 'before') stage.current = 'during';
    if (asking === 0 && (stage.current === 'during' || (!any && stage.current === 'before'))) {
      stage.current = 'after';
      tell(address, 'CONTENT_LOADED', { title: dashboard.name });
    }
  }, [asking, any, address, dashboard]);
}

/** Tells how high and wide what is shown is, so that the frame can be made to fit. */
function useSize(address: Address) {
  useEffect(() => {
    const root = document.getElementById('root');
    if (!root) return;
    let last = '';
    const observer = new ResizeObserver(() => {
      const { width, height } = root.getBoundingClientRect();
      const size = { height: String(Math.ceil(height)), width: String(Math.ceil(width)) };
      if (JSON.stringify(size) === last) return;
      last = JSON.stringify(size);
      tell(address, 'SIZE_CHANGED', size);
    });
    observer.observe(root);
    return () => observer.disconnect();
  }, [address]);
}

const sheetsOf = (dashboard: Embedded) => (dashboard.definition.Sheets ?? []).map(({ SheetId, Name }) => ({ Name: Name ?? '', SheetId }));

/** Returns every parameter with its values: those that are set, else its defaults. */
function current({ dashboard, asked }: Page): Parameter[] {
  return parametersOf(dashboard.definition).map(({ name, kind, defaults }) => {
    const values = asked.parameters[name] ?? defaults;
    return { Name: name, Values: kind === 'Integer' || kind === 'Decimal' ? values.map(Number) : values };
  });
}

function answersOf(page: Page): Answers {
  const { dashboard } = page;
  const sheets = sheetsOf(dashboard);
  return {
    parameters: () => current(page),
    setParameters: (parameters) => {
      const known = new Set(parametersOf(dashboard.definition).map(({ name }) => name));
      page.setParameters(Object.fromEntries(parameters.filter(({ Name }) => known.has(Name)).map(({ Name, Values }) => [Name, Values.map(String)])));
    },
    sheets: () => sheets,
    sheetId: () => (sheets.find(({ SheetId }) => SheetId === page.sheet) ?? sheets[0])?.SheetId ?? '',
    setSheetId: (id) => {
      const known = sheets.some(({ SheetId }) => SheetId === id);
      if (known) page.setSheet(id);
      return known;
    },
    visuals: (id) => dashboard.definition.Sheets?.find(({ SheetId }) => SheetId === id)?.Visuals?.map((visual) => ({ Name: titleOf(visual) ?? '', VisualId: bodyOf(visual).VisualId })) ?? (sheets.some(({ SheetId }) => SheetId === id) ? [] : undefined),
    undo: page.undo,
    redo: page.redo,
    reset: page.reset,
  };
}
