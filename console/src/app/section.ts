import type { RouteObject } from 'react-router';

/** What a service adds to the console: its entries in the navigation and its pages, each loaded when it is first opened. */
export interface Section {
  title: string;
  items: { text: string; href: string }[];
  routes: RouteObject[];
}

let all: readonly Section[] = [];

/** The router says which there are: it knows every page, and pages know only this. */
export function setSections(sections: readonly Section[]) {
  all = sections;
}

export function allSections(): readonly Section[] {
  return all;
}
