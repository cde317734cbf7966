import { beforeAll, describe, expect, it } from 'vitest';

import { Lines } from './lines';

beforeAll(() => {
  globalThis.requestAnimationFrame ??= (callback) => setTimeout(() => callback(0), 0) as unknown as number;
});

const texts = (lines: Lines) => Array.from({ length: lines.count }, (_, i) => lines.line(i)?.text);

describe('Lines', () => {
  it('puts lines together that come in parts', () => {
    const lines = new Lines();
    for (const part of ['one\ntw', 'o\r\n', '\nfo', 'ur']) lines.pushText(part);
    expect(texts(lines)).toEqual(['one', 'two', '']);
    lines.finish();
    expect(texts(lines)).toEqual(['one', 'two', '', 'four']);
    lines.finish();
    expect(lines.count).toBe(4);
  });

  it('grows at both ends', () => {
    const lines = new Lines();
    lines.push([{ text: 'c', at: 3 }]);
    lines.unshift([
      { text: 'a', at: 1 },
      { text: 'b', at: 2 },
    ]);
    expect(lines.all()).toBe('a\nb\nc');
    expect(lines.matching('B')).toEqual([1]);
  });

  it('tells of many changes once', async () => {
    const lines = new Lines();
    let told = 0;
    const stop = lines.subscribe(() => told++);
    for (let i = 0; i < 1000; i++) lines.pushText('x\n');
    await new Promise((done) => setTimeout(done, 40));
    expect(told).toBe(1);
    stop();
  });
});
