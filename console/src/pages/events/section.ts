import { paths } from '../../app/paths';
import type { Section } from '../../app/section';
import { nav } from '../nav';

export const section: Section = {
  title: nav.events.title,
  items: [
    { text: nav.events.rules, href: paths.rules() },
    { text: nav.events.buses, href: paths.buses() },
    { text: nav.events.schedules, href: paths.schedules() },
  ],
  routes: [
    { path: 'events/rules', lazy: async () => ({ Component: (await import('./RulesPage')).RulesPage }) },
    { path: 'events/rules/create', lazy: async () => ({ Component: (await import('./RuleFormPage')).CreateRulePage }) },
    { path: 'events/rules/:bus/:name', lazy: async () => ({ Component: (await import('./RulePage')).RulePage }) },
    { path: 'events/rules/:bus/:name/edit', lazy: async () => ({ Component: (await import('./RuleFormPage')).EditRulePage }) },
    { path: 'events/buses', lazy: async () => ({ Component: (await import('./BusesPage')).BusesPage }) },
    { path: 'scheduler/schedules', lazy: async () => ({ Component: (await import('../scheduler/SchedulesPage')).SchedulesPage }) },
    {
      path: 'scheduler/schedules/create',
      lazy: async () => ({ Component: (await import('../scheduler/ScheduleFormPage')).ScheduleFormPage }),
    },
    {
      path: 'scheduler/schedules/:group/:name',
      lazy: async () => ({ Component: (await import('../scheduler/SchedulePage')).SchedulePage }),
    },
  ],
};
