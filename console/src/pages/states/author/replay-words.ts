export const replay = {
  title: (name: string) => `Input of ${name}`,
  text: 'What you change is saved to the state machine; then the machine is executed with this input.',
  input: 'Input',
  run: 'Execute',
  saveAndRun: 'Save and execute',
  changed: (name: string) => `The state machine has changed since ${name} ran.`,
  load: 'Take the definition that it ran',
} as const;
