import type { AslKnowledge, ParameterInfo } from '../../../asl/completion';
import { insight, type Integration, type Shape } from '../../../aws/insight';
import { queryClient } from '../../../aws/queries';
import { pascal } from './snippet';

const KEY = ['integrations'];

/** Returns the integrations, read once. */
export function integrations(): Promise<Integration[]> {
  return queryClient.ensureQueryData({ queryKey: KEY, queryFn: insight.integrations, staleTime: Infinity });
}

export function shapesOf(service: string, operation: string): Promise<Shape> {
  return queryClient.ensureQueryData({ queryKey: ['shapes', service, operation], queryFn: () => insight.shapes(service, operation), staleTime: Infinity });
}

function patternsOf(one: Integration): string[] {
  return one.patterns.map((pattern) => (pattern ? `${one.resource}.${pattern.replace(/^\./, '')}` : one.resource));
}

/** What the editor's completion asks of the server. */
export const knowledge: AslKnowledge = {
  resources: () => queryClient.getQueryData<Integration[]>(KEY)?.flatMap(patternsOf) ?? [],
  parameters: async (resource, path) => {
    const one = (await integrations()).find((candidate) => patternsOf(candidate).includes(resource));
    if (!one) return [];
    let shape: Shape | undefined = await shapesOf(one.call.service, one.call.operation);
    for (const step of path) shape = inside(shape, step);
    return Object.entries(shape?.members ?? {}).map(([name, member]): ParameterInfo => ({ name: pascal(name), type: member.type, required: member.required ?? false }));
  },
};

function inside(shape: Shape | undefined, step: string | number): Shape | undefined {
  if (typeof step === 'number') return shape?.member;
  if (shape?.type === 'map') return shape.value;
  return Object.entries(shape?.members ?? {}).find(([name]) => pascal(name) === step)?.[1];
}
