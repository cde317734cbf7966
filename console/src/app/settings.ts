import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useSyncExternalStore } from 'react';

/** What the user chose for this browser; tabs share it. */
export interface Settings {
  theme: 'light' | 'dark' | 'system';
  time: 'utc' | 'local';
  region: string;
}

const KEY = 'taxiway.settings';
const FIRST: Settings = { theme: 'system', time: 'local', region: 'us-east-1' };

let current = read();
const listeners = new Set<() => void>();

function read(): Settings {
  try {
    return { ...FIRST, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>) };
  } catch {
    // storage can be forbidden or hold another program's text; the first settings always work
    return FIRST;
  }
}

export function settings(): Settings {
  return current;
}

export function changeSettings(change: Partial<Settings>) {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // they last until the tab is closed
  }
  applySettings();
  for (const listener of listeners) listener();
}

/** Puts the theme on the page. */
export function applySettings() {
  const dark = current.theme === 'dark' || (current.theme === 'system' && darkSystem.matches);
  applyMode(dark ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
}

const darkSystem = window.matchMedia('(prefers-color-scheme: dark)');
darkSystem.addEventListener('change', applySettings);
window.addEventListener('storage', (event) => {
  if (event.key !== KEY) return;
  current = read();
  applySettings();
  for (const listener of listeners) listener();
});

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, settings);
}
