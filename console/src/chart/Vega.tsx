import Alert from '@cloudscape-design/components/alert';
import { useEffect, useRef, useState } from 'react';
import { parse, View, Warn } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';

import { datumAt, type Item } from './datum';
import { theme } from './theme';
import type { Spec } from './spec';

interface Props {
  spec: Spec;
  label: string;
  /** of a chart that fills its container */
  height?: number;
  onSelect?: (datum: Record<string, unknown>, at: { x: number; y: number }) => void;
  tips?: boolean;
}

/**
 * Draws with Vega's SVG renderer. Expressions are interpreted, never compiled to code, so that the page's
 * Content-Security-Policy holds; nothing is loaded from anywhere.
 */
export default function Vega({ spec, label, height = 280, onSelect, tips = true }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const select = useRef(onSelect);
  select.current = onSelect;
  const [problem, setProblem] = useState<string>();
  const dark = useDark();
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let view: View | undefined;
    try {
      const compiled = compile(spec as unknown as TopLevelSpec, { config: theme(dark) }).spec;
      view = new View(parse(compiled, undefined, { ast: true }), {
        expr: expressionInterpreter,
        logLevel: Warn,
        renderer: 'svg',
        container: element,
        hover: true,
        loader: { load: refuse, sanitize: refuse, http: refuse, file: refuse } as never,
      });
      // what Vega names the drawing for those who listen
      view.description(label);
      view.tooltip((_, event, __, value) => {
        if (tips) tip(element, event as MouseEvent, value);
      });
      view.addEventListener('click', (event, item) => {
        const { clientX: x, clientY: y } = event as unknown as MouseEvent;
        const drawing = element.querySelector('svg');
        const datum = drawing && view && datumAt(item as unknown as Item | null, x - drawing.getBoundingClientRect().left - view.origin()[0]);
        if (datum) select.current?.(datum, { x, y });
      });
      view.runAsync().catch((error: unknown) => setProblem(String(error)));
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    return () => {
      hideTip();
      view?.finalize();
      element.replaceChildren();
    };
  }, [spec, dark, label, tips]);
  return (
    <>
      {problem && <Alert type="error">{problem}</Alert>}
      <div ref={host} className="tx-chart-host" style={{ height: spec.height === 'container' ? height : undefined }} />
    </>
  );
}

function refuse(): never {
  throw new Error('a chart loads nothing: its data are in its specification');
}

/** Follows the page's theme. */
function useDark(): boolean {
  const read = () => document.body.classList.contains('awsui-dark-mode');
  const [dark, setDark] = useState(read);
  useEffect(() => {
    const observer = new MutationObserver(() => setDark(read()));
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    return () => observer.disconnect();
  }, []);
  return dark;
}

let tipElement: HTMLElement | undefined;

function hideTip() {
  tipElement?.remove();
  tipElement = undefined;
}

function tip(within: HTMLElement, event: MouseEvent, value: unknown) {
  if (value === undefined || value === null || value === '') return hideTip();
  if (!tipElement) {
    tipElement = document.createElement('div');
    tipElement.className = 'tx-chart-tip';
    within.append(tipElement);
  }
  tipElement.textContent =
    typeof value === 'object' ? Object.entries(value as object).map(([name, text]) => `${name}: ${String(text)}`).join('\n') : String(value);
  tipElement.style.left = `${event.clientX + 12}px`;
  tipElement.style.top = `${event.clientY + 12}px`;
}
