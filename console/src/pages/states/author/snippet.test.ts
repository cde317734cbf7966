import { expect, test } from 'vitest';

import type { Integration, Shape } from '../../../aws/insight';
import { fieldLabel, parameters, problem, skeleton, snippetText, taskState, words } from './snippet';

const integration: Integration = {
  service: 'emr-containers', title: 'Amazon EMR on EKS: Create a virtual cluster', action: 'createVirtualCluster',
  resource: 'arn:aws:states:::emr-containers:createVirtualCluster', patterns: [''],
  call: { service: 'emr-containers', operation: 'CreateVirtualCluster' }, parameters: [],
};
const shape: Shape = {
  type: 'structure',
  members: {
    clientToken: { type: 'string', token: true, required: true },
    tags: { type: 'map', key: { type: 'string' }, value: { type: 'string' } },
    name: { type: 'string', required: true, max: 64 },
    containerProvider: {
      type: 'structure', required: true,
      members: {
        type: { type: 'string', required: true, enum: ['EKS'] },
        id: { type: 'string', required: true },
        info: { type: 'structure', members: { eksInfo: { type: 'structure', members: { namespace: { type: 'string' } } } } },
      },
    },
  },
};
const provider = '{"Id": "demo", "Type": "EKS", "Info": {"EksInfo": {"Namespace": "spark"}}}';

test('the tutorial\'s first snippet', () => {
  const state = taskState({
    integration, shape, pattern: '', jsonata: false, typed: { name: 'taxi', containerProvider: provider }, more: { ResultPath: '$.cluster', Next: 'Submit' },
  });
  expect(state).toEqual({
    Type: 'Task', Resource: 'arn:aws:states:::emr-containers:createVirtualCluster',
    Parameters: { Name: 'taxi', ContainerProvider: JSON.parse(provider) }, ResultPath: '$.cluster', Next: 'Submit',
  });
  expect(JSON.parse(`{${snippetText('A "b"', state)}}`)).toEqual({ 'A "b"': state });
});

test('what comes from the execution\'s data', () => {
  expect(parameters(shape, { name: '$.name', tags: '' }, false)).toEqual({ 'Name.$': '$.name' });
  expect(parameters(shape, { name: "States.Format('{}', $.a)" }, false)).toEqual({ 'Name.$': "States.Format('{}', $.a)" });
  expect(parameters(shape, { name: '{% $states.input.name %}' }, true)).toEqual({ Name: '{% $states.input.name %}' });
  expect(parameters(shape, { name: '$5 taxi' }, true)).toEqual({ Name: '$5 taxi' });
});

test('JSONata has Arguments; patterns are part of the resource', () => {
  const state = taskState({ integration, shape, pattern: 'sync', jsonata: true, typed: {} });
  expect(state).toMatchObject({ Resource: 'arn:aws:states:::emr-containers:createVirtualCluster.sync', Arguments: {}, End: true });
});

test('labels say what to enter', () => {
  expect(fieldLabel(integration, 'name')).toBe('Enter virtual cluster name');
  expect(fieldLabel(integration, 'containerProvider')).toBe('Enter container provider');
  expect(words('KMSKeyArn')).toBe('KMS key arn');
});

test('a field tells what is wrong', () => {
  expect(problem({ type: 'string', required: true }, ' ', false)).toBe('Required');
  expect(problem(shape.members!.containerProvider!, '{', false)).toMatch(/^Not JSON/);
  expect(problem(shape.members!.containerProvider!, '$.provider', false)).toBeUndefined();
  expect(problem({ type: 'integer', min: 1 }, '0', false)).toBe('At least 1');
  expect(problem({ type: 'integer' }, '1.5', false)).toBe('Not a number');
  expect(problem({ type: 'string', enum: ['EKS'] }, 'EC2', false)).toBe('One of EKS');
});

test('a skeleton has what is required', () => {
  expect(skeleton(shape.members!.containerProvider!)).toEqual({ Type: 'EKS', Id: '' });
  expect(skeleton({ type: 'structure', members: { a: { type: 'list', member: { type: 'integer', min: 3 } } } })).toEqual({ A: [3] });
});
