import { expect, test } from 'vitest';

import { SseParser } from './sse';

test('events are whole, wherever the text was cut', () => {
  const text = ': hello\n\nid: 7\nevent: end\ndata: {"a":1}\n\ndata: one\ndata: two\n\n';
  const whole = new SseParser().push(text);
  expect(whole).toEqual([
    { id: '7', event: 'end', data: '{"a":1}' },
    { id: '7', event: 'message', data: 'one\ntwo' },
  ]);
  for (let cut = 0; cut <= text.length; cut++) {
    const parser = new SseParser();
    expect([...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))]).toEqual(whole);
  }
});

test('a heartbeat is no event', () => {
  expect(new SseParser().push(': beat\n\n:\n\n')).toEqual([]);
});
