import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';

import { rangeOf } from '../../../asl/pointer';
import { settings } from '../../../app/settings';
import { requestJson } from '../../../aws/request';
import type { Finding, MachineType } from '../api';

export interface Located extends Finding {
  from: number;
  to: number;
  line: number;
}

/** Typing rests this long before the text is checked. */
const REST_MS = 300;

/**
 * Checks a definition as it is written, with ValidateStateMachineDefinition. While a newer text is on its way the findings are
 * those of the older one.
 */
export function useValidation(text: string, type: MachineType) {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery({
    queryKey: ['validate', settings().region, type, rested],
    // not by `call`: what is checked at every key is no command that anybody wants to copy
    queryFn: ({ signal }) =>
      requestJson<{ result: 'OK' | 'FAIL'; diagnostics: Finding[] }>('/call/states/ValidateStateMachineDefinition', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ definition: rested, type, severity: 'WARNING' }),
        signal,
      }),
    enabled: rested.trim() !== '',
    placeholderData: (old) => old,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const found = useMemo<Located[]>(
    () =>
      (query.data?.diagnostics ?? []).map((finding) => {
        // found in the text as it is now: an older finding still leads to its place
        const range = rangeOf(text, finding.location);
        return { ...finding, ...range, line: lineOf(text, range.from) };
      }),
    [query.data, text],
  );
  return { found, result: query.data?.result, busy: query.isFetching || rested !== text, error: query.error };
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
