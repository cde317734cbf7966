// Lays out a definition away from the page's thread, so that typing and scrolling go on.

import { parseDefinition } from '../asl/definition';
import { layoutOf } from './layout';
import { graphOf } from './model';

self.onmessage = (message: MessageEvent<{ id: number; definition: string }>) => {
  const { id, definition } = message.data;
  const parsed = parseDefinition(definition);
  const layout = parsed && layoutOf(graphOf(parsed));
  self.postMessage({ id, layout });
};
