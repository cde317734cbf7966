import '../reports.css';

import { type KeyboardEvent, useEffect, useRef } from 'react';

import type { Filter } from '../api';
import { strings } from '../strings';

/** Where a mark was chosen, and what it stands for. */
export interface Spot {
  x: number;
  y: number;
  mark?: Filter[];
}

interface Item {
  text: string;
  act: () => void;
}

/** How far from the window's edges it stays. */
const EDGE = 8;

/** What can be done with a mark, where it was chosen. Arrow keys go from one to the next, Escape closes. */
export function MarkMenu({ spot, items, onClose }: { spot: Spot; items: Item[]; onClose: () => void }) {
  const menu = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const box = menu.current;
    if (!box) return;
    const before = document.activeElement;
    // beside the mark, as far as the window goes
    box.style.left = `${Math.max(EDGE, Math.min(spot.x, innerWidth - box.offsetWidth - EDGE))}px`;
    box.style.top = `${Math.max(EDGE, Math.min(spot.y, innerHeight - box.offsetHeight - EDGE))}px`;
    box.querySelector('button')?.focus();
    const outside = (event: PointerEvent) => {
      if (!box.contains(event.target as Node)) close.current();
    };
    document.addEventListener('pointerdown', outside, true);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      if (before instanceof HTMLElement && before.isConnected && (document.activeElement === document.body || box.contains(document.activeElement))) before.focus();
    };
  }, [spot]);
  function key(event: KeyboardEvent) {
    const buttons = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 };
    const next = to[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (next !== undefined) buttons[(next + buttons.length) % buttons.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <div ref={menu} role="menu" aria-label={strings.markMenu} className="tx-mark-menu" onKeyDown={key}>
      {items.map(({ text, act }) => (
        <button
          key={text}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            onClose();
            act();
          }}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
