// GetExecutionHistory's events, as far as the console reads them.

export interface HistoryEvent {
  id: number;
  previousEventId?: number;
  type: string;
  /** Epoch seconds. */
  timestamp: number;
  [details: string]: unknown;
}

interface Details {
  name?: string;
  index?: number;
  length?: number;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  resource?: string;
  resourceType?: string;
  parameters?: string;
  region?: string;
  assignedVariables?: Record<string, string>;
  mapRunArn?: string;
  state?: string;
  location?: string;
  workerName?: string;
  redriveCount?: number;
  timeoutInSeconds?: number;
}

/** Returns the event's details, whichever member holds them. */
export function detailsOf(event: HistoryEvent): Details {
  for (const [name, value] of Object.entries(event)) {
    if (name.endsWith('EventDetails') && typeof value === 'object' && value !== null) return value as Details;
  }
  return {};
}

/** Returns the members of a JSON object in a text, none where it is none. */
export function objectIn(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
