export const strings = {
  title: 'Step Functions',
  machines: 'State machines',
  executions: 'Executions',
  activities: 'Activities',
} as const;
