/** The lines of a log, in their order; grows at both ends and tells who shows it, at most once a frame. */

export interface Line {
  text: string;
  /** Epoch milliseconds, where the line has a time. */
  at?: number;
}

export class Lines {
  #lines: Line[] = [];
  #part = '';
  #version = 0;
  #due = false;
  readonly #listeners = new Set<() => void>();

  get count(): number {
    return this.#lines.length;
  }

  get version(): number {
    return this.#version;
  }

  line(index: number): Line | undefined {
    return this.#lines[index];
  }

  /** Takes text as it comes; a line that is not whole yet waits for its end. */
  pushText(text: string) {
    const parts = (this.#part + text).split('\n');
    this.#part = parts.pop() ?? '';
    for (const part of parts) this.#lines.push({ text: part.replace(/\r$/, '') });
    this.#changed();
  }

  /** Takes the last line although no line end came. */
  finish() {
    if (this.#part !== '') this.#lines.push({ text: this.#part });
    this.#part = '';
    this.#changed();
  }

  push(lines: readonly Line[]) {
    for (const line of lines) this.#lines.push(line);
    this.#changed();
  }

  /** Puts older lines before the first. */
  unshift(lines: readonly Line[]) {
    this.#lines = lines.concat(this.#lines);
    this.#changed();
  }

  clear() {
    this.#lines = [];
    this.#part = '';
    this.#changed();
  }

  /** Returns the indices of the lines that have a text, case aside. */
  matching(text: string): number[] {
    const wanted = text.toLowerCase();
    const found: number[] = [];
    this.#lines.forEach((line, index) => {
      if (line.text.toLowerCase().includes(wanted)) found.push(index);
    });
    return found;
  }

  /** Returns all as one text, for copying and saving. */
  all(): string {
    return this.#lines.map((line) => line.text).join('\n');
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #changed() {
    this.#version++;
    if (this.#due) return;
    this.#due = true;
    // a hidden page has no frames; nobody looks at it then
    requestAnimationFrame(() => {
      this.#due = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
