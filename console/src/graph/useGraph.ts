import { useEffect, useMemo, useState } from 'react';
import { parseDefinition } from '../asl/definition';
import type { GraphLayout } from './layout';
import { layoutFor } from './layouts';
import { type GraphModel, graphOf } from './model';

export interface Drawn {
  model: GraphModel;
  layout: GraphLayout;
}

/**
 * Returns what a definition's text draws; while the text is not JSON, or its layout is being made, what was drawn
 * before.
 */
export function useGraph(definition: string): Drawn | undefined {
  const parsed = useMemo(() => parseDefinition(definition), [definition]);
  const model = useMemo(() => parsed && graphOf(parsed), [parsed]);
  const [drawn, setDrawn] = useState<Drawn>();
  useEffect(() => {
    if (!model) return;
    let current = true;
    const layout = layoutFor(definition);
    if (layout instanceof Promise) {
      layout.then(
        (made) => current && setDrawn({ model, layout: made }),
        () => undefined,
      );
    } else setDrawn({ model, layout });
    return () => {
      current = false;
    };
  }, [definition, model]);
  return drawn;
}
