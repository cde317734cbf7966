import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type ReactNode,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';

import { CopyButton } from './CopyButton';
import type { Lines } from './lines';
import { logWords as words } from './log-words';
import { formatTime } from './time';
import './log.css';

interface Props {
  lines: Lines;
  label: string;
  /** New lines may still come: the view can stay at the end. */
  live: boolean;
  /** Reads older lines; absent when the first line is there. */
  older?: () => void;
  busy?: boolean;
  /** Shows each line's time. */
  times?: boolean;
  empty: string;
  controls?: ReactNode;
}

const ROW = 18;

/**
 * A log of any length: only what is seen is drawn. It stays at the end while lines come, until one scrolls up. One Tab
 * stop; the browser's own keys scroll.
 */
export function LogView({ lines, label, live, older, busy, times, empty, controls }: Props) {
  useSyncExternalStore(lines.subscribe, () => lines.version);
  const [text, setText] = useState('');
  const [wrap, setWrap] = useState(false);
  const [follow, setFollow] = useState(true);
  const wanted = useDeferredValue(text.trim());
  const version = lines.version;
  const found = useMemo(() => (wanted ? lines.matching(wanted) : undefined), [lines, wanted, version]);
  const count = found ? found.length : lines.count;
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  useStayAtEnd(frame, follow && !found, count);
  const kept = useKeepPlace(frame, lines, found !== undefined || follow);

  function scrolled() {
    const element = frame.current;
    if (!element) return;
    const rest = element.scrollHeight - element.clientHeight - element.scrollTop;
    setFollow(rest < ROW * 2);
    if (element.scrollTop < ROW * 20 && older && !busy && !found) {
      kept();
      older();
    }
  }

  return (
    <div className="tx-lines">
      <div className="tx-lines-bar">
        <div className="tx-lines-find">
          <Input
            type="search"
            value={text}
            placeholder={words.find}
            ariaLabel={words.find}
            onChange={({ detail }) => setText(detail.value)}
          />
        </div>
        <SpaceBetween direction="horizontal" size="s" alignItems="center">
          {controls}
          <Checkbox checked={wrap} onChange={({ detail }) => setWrap(detail.checked)}>
            {words.wrap}
          </Checkbox>
          {live && (
            <Checkbox
              checked={follow}
              onChange={({ detail }) => {
                setFollow(detail.checked);
                if (detail.checked) rows.scrollToIndex(count - 1, { align: 'end' });
              }}
            >
              {words.follow}
            </Checkbox>
          )}
          {older && (
            <Button
              loading={busy}
              onClick={() => {
                kept();
                older();
              }}
            >
              {words.older}
            </Button>
          )}
          <CopyButton text={() => lines.all()} label={words.copy} icon />
        </SpaceBetween>
      </div>
      <div
        ref={frame}
        className={wrap ? 'tx-lines-frame tx-lines-wrap tx-mono' : 'tx-lines-frame tx-mono'}
        role="region"
        aria-label={label}
        aria-busy={busy}
        tabIndex={0}
        onScroll={scrolled}
      >
        {count === 0 && <div className="tx-lines-empty">{found ? words.noMatch : busy ? words.loading : empty}</div>}
        <div className="tx-lines-all" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines.line(found ? (found[row.index] ?? -1) : row.index);
            return (
              <div
                key={row.key}
                data-index={row.index}
                ref={wrap ? rows.measureElement : undefined}
                className="tx-lines-line"
                style={{ transform: `translateY(${row.start}px)` }}
              >
                {times && line?.at !== undefined && <time className="tx-lines-time">{formatTime(new Date(line.at), true)}</time>}
                <span>
                  <Marked text={line?.text ?? ''} wanted={wanted} />
                </span>
              </div>
            );
          })}
        </div>
      </div>
      <div className="tx-lines-count" role="status">
        {found ? words.matches(found.length, lines.count) : words.lines(lines.count)}
      </div>
    </div>
  );
}

function Marked({ text, wanted }: { text: string; wanted: string }) {
  const start = wanted ? text.toLowerCase().indexOf(wanted.toLowerCase()) : -1;
  if (start < 0) return <>{text || '\u00a0'}</>;
  const end = start + wanted.length;
  return (
    <>
      {text.slice(0, start)}
      <mark>{text.slice(start, end)}</mark>
      {text.slice(end)}
    </>
  );
}

function useStayAtEnd(frame: { current: HTMLDivElement | null }, stay: boolean, count: number) {
  useLayoutEffect(() => {
    const element = frame.current;
    if (stay && element) element.scrollTop = element.scrollHeight;
  }, [frame, stay, count]);
}

/** Returns what to call before older lines are asked for: when they are there, what was seen stays where it was. */
function useKeepPlace(frame: { current: HTMLDivElement | null }, lines: Lines, off: boolean): () => void {
  const before = useRef<{ count: number; first: unknown }>(undefined);
  const count = lines.count;
  useEffect(() => {
    const old = before.current;
    if (!old || off || lines.line(0) === old.first) return;
    before.current = undefined;
    const element = frame.current;
    if (element) element.scrollTop += (count - old.count) * ROW;
  }, [count, lines, frame, off]);
  return () => {
    before.current = { count: lines.count, first: lines.line(0) };
  };
}
