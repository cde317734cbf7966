import { section as athena } from '../pages/athena/section';
import { section as emr } from '../pages/emr/section';
import { section as events } from '../pages/events/section';
import { section as home } from '../pages/home/section';
import { section as logs } from '../pages/logs/section';
import { section as reports } from '../pages/reports/section';
import { section as s3 } from '../pages/s3/section';
import { section as states } from '../pages/states/section';
import type { Section } from './section';

/** In the navigation's order. */
export const sections: Section[] = [home, states, emr, events, athena, s3, reports, logs];
