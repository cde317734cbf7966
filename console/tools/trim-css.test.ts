import { expect, test } from 'vitest';

import { askedFor, setOnRoot, withoutFallbacks, withoutUnasked } from './trim-css.mjs';

test('what the page always has', () => {
  expect([...setOnRoot(':root{--a:1;--b-c:2}.x{--d:3}p{}:root{--e:4}')]).toEqual(['--a', '--b-c', '--e']);
});

test('fallbacks of known tokens go, whatever is in them', () => {
  const known = new Set(['--a', '--b']);
  expect(withoutFallbacks('p{color:var(--a,#fff);b:var(--b, rgba(0, 0, 0, 0.5)) solid}', known)).toBe('p{color:var(--a);b:var(--b) solid}');
  expect(withoutFallbacks('p{f:var(--a,"x)",var(--b,1px)) var(--c,var(--a,2px))}', known)).toBe('p{f:var(--a) var(--c,var(--a))}');
  expect(withoutFallbacks('p{x:var(--c,1px);y:calc(var(--a,1px)*2)}', known)).toBe('p{x:var(--c,1px);y:calc(var(--a)*2)}');
});

test('what nobody asks for goes', () => {
  const asked = askedFor(['p{color:var(--a)}', 'style.setProperty("--b", 1)']);
  expect(withoutUnasked(':root{--x:1;--a:var(--y,2);--b:3;--z:url(a;b)}p{--q:1}', new Set([...asked]))).toContain('--a:var(--y,2);--b:3');
  expect(withoutUnasked(':root{--x:1;--a:2;--z:3}p{--x:1}', asked)).toBe(':root{--a:2}p{}');
});
