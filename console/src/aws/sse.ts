/** A server-sent event. */
export interface Sent {
  id: string | undefined;
  event: string;
  data: string;
}

/** Takes text as it comes and returns the events that are complete; comments (heartbeats) are dropped. */
export class SseParser {
  #rest = '';
  #id: string | undefined;

  push(text: string): Sent[] {
    const blocks = (this.#rest + text).replace(/\r\n?/g, '\n').split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => this.#parse(block));
  }

  #parse(block: string): Sent[] {
    let event = 'message';
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') event = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id') this.#id = value;
    }
    return data.length || event !== 'message' ? [{ id: this.#id, event, data: data.join('\n') }] : [];
  }
}
