import { describe, expect, it } from 'vitest';
import { rangeOf } from './pointer';

const text = `{
  "States": {
    "a/b": {"x": "}"},
    "C": {"Choices": [1, {"Next": 3}]},
    "say \\"hi\\"": {"Type": "Pass"}
  }
}`;

const at = (location: string) => {
  const { from, to } = rangeOf(text, location);
  return text.slice(from, to);
};

describe('rangeOf', () => {
  it("marks the member's name", () => {
    expect(at('/States')).toBe('"States"');
    expect(at('/States/C/Choices[1]/Next')).toBe('"Next"');
  });

  it('takes the longest name that fits, slashes and quotes in it', () => {
    expect(at('/States/a/b/x')).toBe('"x"');
    expect(at('/States/say "hi"/Type')).toBe('"Type"');
  });

  it('marks items, in both spellings of an index', () => {
    expect(at('/States/C/Choices[0]')).toBe('1');
    expect(at('/States/C/Choices/1')).toBe('{"Next": 3}');
  });

  it('marks what a missing member is missing in', () => {
    expect(at('/States/C/Missing')).toBe('"C"');
    expect(at('/')).toBe('{');
    expect(at('/States/C/Choices[7]')).toBe('"Choices"');
  });

  it("takes the JSON parser's own place", () => {
    const broken = '{\n  "StartAt" "A"\n}';
    const { from, to } = rangeOf(broken, '[Source: (String)"{"; line: 2, column: 14]');
    expect(broken.slice(from, to)).toBe('"');
    expect(from).toBe(2 + 12);
  });

  it('does not run away on text that breaks off', () => {
    for (let cut = 0; cut <= text.length; cut++) {
      const { from, to } = rangeOf(text.slice(0, cut), '/States/C/Choices[1]/Next');
      expect(from).toBeLessThanOrEqual(to);
      expect(to).toBeLessThanOrEqual(cut);
    }
  });
});
