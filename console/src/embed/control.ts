import { readMessage } from './messages';

/**
 * Hands what the page around sends on to the frames beside this one. AWS's SDK sends all messages to a frame without a size, however
 * many dashboards there are; that frame and the dashboards' are of one origin, and no frame of another gets a message.
 */
export function relay() {
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || window.parent === window || !readMessage(event.data)) return;
    const { frames } = window.parent;
    for (let index = 0; index < frames.length; index++) {
      const frame = frames[index];
      if (frame && frame !== window) frame.postMessage(event.data, location.origin);
    }
  });
}
