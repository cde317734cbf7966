import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';

import { settings, useSettings } from '../app/settings';
import { followBus, leaveBus } from './bus';
import { queryClient } from './queries';
import { onSignedOut, request, requestJson } from './request';

export interface Session {
  signedIn: boolean;
  required: boolean;
  account: string;
  region: string;
  version: string;
}

const KEY = ['session'];

/** Who this browser is to the server; with it the live connection comes and goes. */
export function useSession() {
  const { region } = useSettings();
  const query = useQuery({ queryKey: KEY, queryFn: () => requestJson<Session>('/session'), staleTime: Infinity });
  const inside = query.data && (query.data.signedIn || !query.data.required);
  useEffect(() => {
    if (inside) followBus();
    else leaveBus();
  }, [inside, region]);
  return query;
}

export async function signIn(keys: { accessKeyId: string; secretAccessKey: string }) {
  await request('/session', {
    method: 'POST',
    body: JSON.stringify({ ...keys, region: settings().region }),
    headers: { 'content-type': 'application/json' },
  });
  await queryClient.invalidateQueries();
}

export async function signOut() {
  await request('/session', { method: 'DELETE' });
  queryClient.clear();
  location.reload();
}

onSignedOut(() => {
  const session = queryClient.getQueryData<Session>(KEY);
  if (session?.signedIn) queryClient.setQueryData(KEY, { ...session, required: true, signedIn: false });
});
