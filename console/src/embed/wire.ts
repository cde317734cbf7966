import type { Address } from './address';
import type { Target } from './messages';

/** Returns whom this page's messages are of: what it shows, in the context that the SDK gave it. */
export function targetOf({ dashboardId, visual, contextId, discriminator }: Address): Target {
  return { experienceType: visual ? 'VISUAL' : 'DASHBOARD', contextId, discriminator, dashboardId, ...visual };
}

/** Tells the page around of something. The page's policy lets nobody else be around it. */
export function tell(address: Address, eventName: string, message?: unknown) {
  if (window.parent !== window) window.parent.postMessage({ eventName, eventTarget: targetOf(address), message }, '*');
}

/** Answers a message of the page around. */
export function reply(eventId: string, eventName: string, message: unknown) {
  window.parent.postMessage({ eventId, eventName, message }, '*');
}

/** Returns whether a message comes from the page around, or from the frame beside this one that relays its messages. */
export function isKnown({ source, origin }: MessageEvent): boolean {
  return window.parent !== window && (source === window.parent || (origin === location.origin && source !== window));
}
