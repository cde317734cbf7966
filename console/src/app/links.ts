import { useEffect } from 'react';

import { go } from './go';
import { BASE } from './paths';

/** Follows every link into the console without a page load, so that no component has to care. */
export function useClientLinks() {
  useEffect(() => {
    function follow(event: MouseEvent) {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const anchor = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
      if (!anchor || anchor.target || anchor.hasAttribute('download') || anchor.origin !== location.origin) return;
      if (anchor.pathname !== BASE && !anchor.pathname.startsWith(`${BASE}/`)) return;
      // a link within the page (skip links) is the browser's own business
      if (anchor.hash && anchor.pathname === location.pathname && anchor.search === location.search) return;
      event.preventDefault();
      go(anchor.pathname + anchor.search + anchor.hash);
    }
    document.addEventListener('click', follow);
    return () => document.removeEventListener('click', follow);
  }, []);
}
