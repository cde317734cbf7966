import { strings } from '../strings';

/** A request that the server refused or that did not reach it; `code` is the API's own. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'Failure';
  }
}

export function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Failure && codes.includes(error.code);
}

/** Returns what to show of an error: its code and the server's own words. */
export function failureText(error: unknown): string {
  if (error instanceof Failure) return `${error.code}: ${error.message}`;
  if (error instanceof Error) return error.message;
  // react-router throws answers, not errors, for routes
  if (typeof error === 'object' && error && 'statusText' in error) return String(error.statusText);
  return String(error);
}

export async function failureOf(response: Response): Promise<Failure> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as { code?: string; message?: string };
    return new Failure(body.code ?? `HTTP ${response.status}`, body.message ?? response.statusText, response.status);
  } catch {
    return new Failure(`HTTP ${response.status}`, text.slice(0, 500) || response.statusText, response.status);
  }
}

export function networkFailure(): Failure {
  return new Failure('NetworkFailure', strings.error.network, 0);
}
