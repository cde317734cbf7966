/** Files on their way to buckets; they go on while one looks at other pages of the console. */

import { settings } from '../../app/settings';
import { failureOf, failureText } from '../../aws/failure';
import { insight } from '../../aws/insight';
import { queryClient } from '../../aws/queries';

export interface Upload {
  id: number;
  bucket: string;
  key: string;
  size: number;
  sent: number;
  state: 'waiting' | 'sending' | 'done' | 'failed' | 'stopped';
  error?: string;
}

export interface Chosen {
  /** Below the folder that is uploaded to. */
  path: string;
  file: File;
}

/** A browser has six connections to a server, and streams hold some. */
const AT_ONCE = 2;

let uploads: Upload[] = [];
let count = 0;
const files = new Map<number, File>();
const requests = new Map<number, XMLHttpRequest>();
const listeners = new Set<() => void>();

export const uploadList = {
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  get: () => uploads,
};

function change(id: number, part: Partial<Upload>) {
  uploads = uploads.map((upload) => (upload.id === id ? { ...upload, ...part } : upload));
  for (const listener of listeners) listener();
}

export function upload(bucket: string, prefix: string, chosen: Chosen[]) {
  const added = chosen.map(({ path, file }): Upload => {
    const id = count++;
    files.set(id, file);
    return { id, bucket, key: prefix + path, size: file.size, sent: 0, state: 'waiting' };
  });
  uploads = [...added, ...uploads];
  for (const listener of listeners) listener();
  next();
}

export function stopUpload(id: number) {
  requests.get(id)?.abort();
  files.delete(id);
  change(id, { state: 'stopped' });
  next();
}

export function clearUploads() {
  uploads = uploads.filter(({ state }) => state === 'waiting' || state === 'sending');
  for (const listener of listeners) listener();
}

function next() {
  const sending = uploads.filter(({ state }) => state === 'sending').length;
  const waiting = uploads.filter(({ state }) => state === 'waiting');
  for (const one of waiting.slice(0, Math.max(AT_ONCE - sending, 0))) send(one);
}

/** `fetch` tells nothing of how far a body has got; this does. */
function send({ id, bucket, key }: Upload) {
  const file = files.get(id);
  if (!file) return;
  const request = new XMLHttpRequest();
  requests.set(id, request);
  change(id, { state: 'sending' });
  request.open('PUT', insight.objectUrl(bucket, key));
  request.setRequestHeader('x-taxiway-region', settings().region);
  request.setRequestHeader('content-type', file.type || 'application/octet-stream');
  request.upload.onprogress = ({ loaded }) => change(id, { sent: loaded });
  request.onload = () => {
    if (request.status < 300) over(id, { state: 'done', sent: file.size });
    else void refusal(request).then((error) => over(id, { state: 'failed', error }));
  };
  request.onerror = () => over(id, { state: 'failed', error: 'The connection was lost' });
  request.onabort = () => requests.delete(id);
  request.send(file);
}

function over(id: number, part: Partial<Upload>) {
  files.delete(id);
  requests.delete(id);
  change(id, part);
  void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[2] === 's3' });
  next();
}

async function refusal(request: XMLHttpRequest): Promise<string> {
  return failureText(await failureOf(new Response(request.responseText, { status: request.status })));
}

/** Returns the files that were dropped, those in folders with their paths. */
export async function dropped(items: DataTransferItemList): Promise<Chosen[]> {
  // The list is emptied as soon as this is left for the first time.
  const entries = Array.from(items).flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: Chosen[] = [];
  for (const entry of entries) await walk(entry, '', found);
  return found;
}

async function walk(entry: FileSystemEntry, path: string, found: Chosen[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    found.push({ path: path + entry.name, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a hundred at a time, then none.
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return;
    for (const inner of some) await walk(inner, `${path}${entry.name}/`, found);
  }
}
