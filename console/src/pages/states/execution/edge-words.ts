export const edge = {
  notTaken: 'The execution has not gone this way.',
  time: 'Time',
  previous: 'Previous time',
  next: 'Next time',
  timeOf: (number: number, all: number) => `${number} of ${all}`,
  diff: 'What changed on the way',
  entered: (state: string) => `What entered ${state}`,
  output: 'What came out',
} as const;
