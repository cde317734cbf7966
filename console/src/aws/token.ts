/** Returns a new client token. Not crypto.randomUUID: where the console is reached by plain HTTP from elsewhere, it is not there. */
export function clientToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
