import { useSession } from '../../aws/session';
import { clientToken } from '../../aws/token';

/** QuickSight wants the account in every call. */
export function useAccount(): string {
  return useSession().data?.account ?? '000000000000';
}

/** Returns an id of our own for a new thing, as QuickSight's console gives it. */
export function newId(): string {
  return clientToken();
}
