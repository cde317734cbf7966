import { paths } from '../../app/paths';
import type { Section } from '../../app/sections';
import { words } from './words';

export const section: Section = {
  title: words.title,
  items: [
    { text: words.rules, href: paths.rules() },
    { text: words.buses, href: paths.buses() },
    { text: words.schedules, href: paths.schedules() },
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
