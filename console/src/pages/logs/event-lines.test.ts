import { describe, expect, it } from 'vitest';

import { linesOf } from './event-lines';

describe('linesOf', () => {
  it('has a line for each line of a message, the time once', () => {
    expect(
      linesOf([
        { timestamp: 1, message: 'a\n' },
        { timestamp: 2, message: 'b\r\n  at c' },
      ]),
    ).toEqual([{ text: 'a', at: 1 }, { text: 'b', at: 2 }, { text: '  at c' }]);
  });
});
