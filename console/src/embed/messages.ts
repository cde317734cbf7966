/**
 * The messages that an embedded page and AWS's embedding SDK send each other, as the SDK's published source has them
 * (amazon-quicksight-embedding-sdk 2.11). A message names the frame that it is of or for (`eventTarget`); an answer names the
 * message that it answers (`eventId`) and nothing else, so that nobody takes it for news.
 */
export interface Message {
  eventName: string;
  eventTarget?: Target;
  eventId?: string;
  message?: unknown;
}

export interface Target {
  experienceType: string;
  contextId?: string;
  discriminator?: number;
  dashboardId?: string;
  sheetId?: string;
  visualId?: string;
}

export interface Parameter {
  Name: string;
  Values: (string | number)[];
}

/** Reads a message; nothing of what other scripts of the page around send. */
export function readMessage(data: unknown): Message | undefined {
  const message = data as Message | null;
  return typeof message === 'object' && message !== null && typeof message.eventName === 'string' ? message : undefined;
}

/** Returns whether a message is for a frame: it names the same thing in the same context. */
export function isFor(target: Target, message: Message): boolean {
  const to = message.eventTarget;
  return to !== undefined && (['experienceType', 'contextId', 'dashboardId', 'sheetId', 'visualId'] as const).every((name) => to[name] === target[name]) && (to.discriminator ?? 0) === (target.discriminator ?? 0);
}

/** What a page can be asked, and what it says to that. */
export interface Answers {
  parameters: () => Parameter[];
  setParameters: (parameters: Parameter[]) => void;
  sheets: () => { Name: string; SheetId: string }[];
  sheetId: () => string;
  setSheetId: (id: string) => boolean;
  visuals: (sheetId: string) => { Name: string; VisualId: string }[] | undefined;
  undo?: () => void;
  redo?: () => void;
  reset?: () => void;
}

const done = { success: true };
const refused = (errorCode: string, error: string) => ({ success: false, errorCode, error });

/** Returns the answer to a message; nothing where none is expected. */
export function answer({ eventName, message }: Message, page: Answers): unknown {
  const said = (message ?? {}) as { SheetId?: unknown };
  const act = (what: (() => void) | undefined) => {
    what?.();
    return what ? done : refused('Disabled', `${eventName} is disabled for this dashboard`);
  };
  switch (eventName) {
    case 'ACKNOWLEDGE':
      return undefined;
    case 'GET_PARAMETERS':
      return page.parameters();
    case 'SET_PARAMETERS': {
      const parameters = readParameters(message);
      if (!parameters) return refused('InvalidParameters', 'Parameters are a list of names with values');
      page.setParameters(parameters);
      return done;
    }
    case 'GET_SHEETS':
      return page.sheets();
    case 'GET_SELECTED_SHEET_ID':
      return page.sheetId();
    case 'SET_SELECTED_SHEET_ID':
      return page.setSheetId(String(said.SheetId)) ? done : refused('SheetNotFound', `There is no sheet ${String(said.SheetId)}`);
    case 'GET_SHEET_VISUALS':
      return page.visuals(String(said.SheetId)) ?? refused('SheetNotFound', `There is no sheet ${String(said.SheetId)}`);
    case 'UNDO':
      return act(page.undo);
    case 'REDO':
      return act(page.redo);
    case 'RESET':
      return act(page.reset);
    default:
      return refused('NotSupported', `${eventName} is not supported here`);
  }
}

/** The SDK's own examples give one value without a list. */
function readParameters(message: unknown): Parameter[] | undefined {
  if (!Array.isArray(message)) return undefined;
  const read = message.map((one: { Name?: unknown; Values?: unknown } | null) => {
    const values = Array.isArray(one?.Values) ? one.Values : [one?.Values];
    return typeof one?.Name === 'string' && values.every((value) => ['string', 'number'].includes(typeof value)) ? { Name: one.Name, Values: values as (string | number)[] } : undefined;
  });
  return read.every((one) => one !== undefined) ? read : undefined;
}

/** Returns those parameters that are others than before. */
export function changed(before: Parameter[], now: Parameter[]): Parameter[] {
  return now.filter(({ Name, Values }) => JSON.stringify(before.find((one) => one.Name === Name)?.Values) !== JSON.stringify(Values));
}
