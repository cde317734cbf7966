import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';

import { failureText } from '../aws/failure';

export interface Flash {
  success(text: string): void;
  info(text: string): void;
  /** Tells of a failed call with the server's own words. */
  failure(error: unknown, what?: string): void;
}

const FlashContext = createContext<Flash | undefined>(undefined);
const ItemsContext = createContext<FlashbarProps.MessageDefinition[]>([]);

let next = 0;

export function FlashProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<FlashbarProps.MessageDefinition[]>([]);
  const add = useCallback((type: 'success' | 'info' | 'error', content: string, header?: string) => {
    const id = `flash-${next++}`;
    const dismiss = () => setItems((old) => old.filter((item) => item.id !== id));
    setItems((old) => [
      // the same message twice is one message
      ...old.filter((item) => item.content !== content).slice(-4),
      { id, type, content, header, dismissible: true, dismissLabel: 'Dismiss', onDismiss: dismiss },
    ]);
    if (type !== 'error') setTimeout(dismiss, 8000);
  }, []);
  const flash = useMemo<Flash>(
    () => ({
      success: (text) => add('success', text),
      info: (text) => add('info', text),
      failure: (error, what) => add('error', failureText(error), what),
    }),
    [add],
  );
  return (
    <FlashContext.Provider value={flash}>
      <ItemsContext.Provider value={items}>{children}</ItemsContext.Provider>
    </FlashContext.Provider>
  );
}

export function useFlash(): Flash {
  const flash = useContext(FlashContext);
  if (!flash) throw new Error('useFlash outside of FlashProvider');
  return flash;
}

export function useFlashItems() {
  return useContext(ItemsContext);
}
