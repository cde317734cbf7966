import { useEffect, useRef } from 'react';

/** Has the browser ask before a page with changes is left. Returns what says that they are saved. */
export function useUnsaved(changed: boolean): () => void {
  const saved = useRef(false);
  useEffect(() => {
    if (changed) saved.current = false;
    function ask(event: BeforeUnloadEvent) {
      if (changed && !saved.current) event.preventDefault();
    }
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [changed]);
  return () => {
    saved.current = true;
  };
}
