import type { RouteObject } from 'react-router';

import { section as states } from '../pages/states/section';

/** What a service adds to the console: its entries in the navigation and its pages, each loaded when it is first opened. */
export interface Section {
  title: string;
  items: { text: string; href: string }[];
  routes: RouteObject[];
}

/** In the navigation's order. */
export const sections: Section[] = [states];
