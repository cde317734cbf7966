import { BASE } from './paths';

type Navigate = (to: string, options?: { replace?: boolean }) => unknown;

let navigate: Navigate = () => undefined;

/** The router says how; it knows every page, and pages know only this. */
export function setNavigate(how: Navigate) {
  navigate = how;
}

/** Goes to a page by its address in full, as `paths` gives it. */
export function go(href: string, options?: { replace?: boolean }) {
  void navigate(href.startsWith(`${BASE}/`) ? href.slice(BASE.length) : href, options);
}
