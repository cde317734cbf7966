import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { front } from './front';

/** A real server on a free port, with a data folder of its own. */
export class Server {
  private constructor(
    readonly url: string,
    /** the binary's own address, where `url` is that of a newer console before it */
    readonly direct: string,
    readonly data: string,
    private readonly run: () => Promise<{ url: string; process: ChildProcess }>,
    private process: ChildProcess,
    private readonly stopFront: () => Promise<void>,
  ) {}

  static async start(binary: string, ...more: string[]): Promise<Server> {
    const data = mkdtempSync(join(tmpdir(), 'taxiway-console-'));
    // with port 0 the address is kept in the data folder, and taken again after a restart
    const run = () => spawned(binary, ['serve', '--listen', '127.0.0.1:0', '--data', data, ...more]);
    const { url, process: child } = await run();
    if (!process.env.TAXIWAY_FRONT) return new Server(url, url, data, run, child, () => Promise.resolve());
    const before = await front(url);
    return new Server(before.url, url, data, run, child, before.stop);
  }

  async stop() {
    await this.stopFront();
    await this.down();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Ends the process; `up` has it back at the same address. */
  async down() {
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await gone;
  }

  async up() {
    this.process = (await this.run()).process;
  }

  /** Calls an operation as the console does, for what a test needs to find already there. */
  async call<Output = Record<string, unknown>>(service: string, operation: string, input: object): Promise<Output> {
    const response = await fetch(`${this.url}/_taxiway/call/${service}/${operation}`, {
      method: 'POST',
      body: JSON.stringify(input),
      headers: { 'content-type': 'application/json' },
    });
    if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Output;
  }
}

async function spawned(binary: string, words: string[]): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(binary, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /http:\/\/\S+/.exec(line)?.[0];
      if (found) resolve(found);
    });
  });
  return { url, process: child };
}
