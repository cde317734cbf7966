import Input, { type InputProps } from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';

import { failureText } from '../aws/failure';
import { insight } from '../aws/insight';
import { strings } from '../strings';
import { go } from './go';
import { commandEntries, matching, type PaletteEntry, pageEntries, stillFound } from './palette-entries';

/** The dialog behind Ctrl+K: pages, commands, and whatever the server finds. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  // Enter came before the answer: its first entry is meant
  const [hurried, setHurried] = useState(false);
  const listId = useId();
  const list = useRef<HTMLUListElement>(null);
  const input = useRef<InputProps.Ref>(null);
  const found = useFound(text);
  const entries = [...matching([...pageEntries(), ...commandEntries()], text), ...found.entries];
  const active = Math.min(at, entries.length - 1);

  // after the dialog, which gives the focus to its own first button
  useEffect(() => {
    const frame = requestAnimationFrame(() => input.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  useEffect(() => {
    if (!hurried || found.busy) return;
    setHurried(false);
    choose(entries[0]);
  });

  function choose(entry: PaletteEntry | undefined) {
    if (!entry) return;
    onClose();
    if (entry.run) entry.run();
    else if (entry.href) go(entry.href);
  }

  return (
    <Modal visible header={strings.palette.title} onDismiss={onClose}>
      <Input
        ref={input}
        type="search"
        value={text}
        placeholder={strings.palette.placeholder}
        ariaLabel={strings.palette.placeholder}
        nativeInputAttributes={{
          role: 'combobox',
          'aria-expanded': entries.length > 0,
          'aria-controls': listId,
          'aria-activedescendant': entries.length ? `${listId}-${active}` : undefined,
          'aria-autocomplete': 'list',
        }}
        onChange={({ detail }) => {
          setText(detail.value);
          setAt(0);
          setHurried(false);
        }}
        onKeyDown={(event) => {
          const { key } = event.detail;
          if (key === 'ArrowDown') setAt((active + 1) % Math.max(entries.length, 1));
          else if (key === 'ArrowUp') setAt((active + entries.length - 1) % Math.max(entries.length, 1));
          else if (key === 'Enter' && entries.length === 0) setHurried(found.busy);
          else if (key === 'Enter') choose(entries[active]);
          else return;
          event.preventDefault();
        }}
      />
      <ul id={listId} ref={list} role="listbox" aria-label={strings.palette.title} className="tx-palette">
        {entries.map((entry, index) => (
          <li
            key={`${entry.kind} ${entry.title} ${entry.href ?? ''}`}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            onMouseMove={() => setAt(index)}
            onClick={() => choose(entry)}
          >
            <span>{entry.title}</span>
            <span className="tx-palette-kind">{entry.subtitle ? `${entry.subtitle} · ${entry.kind}` : entry.kind}</span>
          </li>
        ))}
      </ul>
      <div role="status" className={entries.length || found.busy ? 'tx-visually-hidden' : undefined}>
        {found.error ? failureText(found.error) : entries.length ? strings.palette.results(entries.length) : found.busy ? strings.loading : strings.palette.nothing}
      </div>
    </Modal>
  );
}

/** What the server finds for a text, once the typing rests. */
function useFound(text: string) {
  const [rested, setRested] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setRested(text.trim()), 150);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({
    queryKey: ['search', rested],
    queryFn: ({ signal }) => insight.search(rested, signal),
    enabled: rested.length > 1,
    placeholderData: (old) => old,
  });
  // until the answer is there: of what was found before, what fits
  const old = query.isPlaceholderData || rested !== text.trim();
  const known: PaletteEntry[] = text.trim().length > 1 ? (query.data ?? []) : [];
  const entries = old ? stillFound(known, text) : known;
  return { entries, busy: query.isFetching || rested !== text.trim(), error: query.error };
}
