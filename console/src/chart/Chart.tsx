import './chart.css';

import { lazy, Suspense } from 'react';
import Spinner from '@cloudscape-design/components/spinner';

import { strings } from '../strings';
import type { Spec } from './spec';

const Vega = lazy(() => import('./Vega'));

interface Props {
  spec: Spec;
  label: string;
  height?: number;
  /** gets the data behind the mark that was chosen, and where in the window it was */
  onSelect?: (datum: Record<string, unknown>, at: { x: number; y: number }) => void;
  /** what is under the pointer is told */
  tips?: boolean;
}

/** Draws a Vega-Lite specification that carries its own data. The library is loaded when the first chart is drawn. */
export function Chart(props: Props) {
  return (
    <figure className="tx-chart" aria-label={props.label} style={{ minHeight: props.height ?? 280 }}>
      <Suspense fallback={<span role="status"><Spinner /> {strings.loading}</span>}>
        <Vega {...props} />
      </Suspense>
    </figure>
  );
}
