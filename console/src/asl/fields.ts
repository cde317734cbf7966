// The members that the Amazon States Language knows, by where they stand: what the editor offers.
// Source: https://states-language.net and "Amazon States Language" of the Step Functions developer guide.

export type Language = 'JSONPath' | 'JSONata';

export interface Field {
  name: string;
  /** What it is for, in a few words. */
  info: string;
  /** What its value looks like, where the cursor goes: `""`, `{}`, `[]`, a number. */
  value: string;
  only?: Language;
}

const field = (name: string, value: string, info: string, only?: Language): Field => ({ name, value, info, only });

const COMMENT = field('Comment', '""', 'A description for people');
const LANGUAGE = field('QueryLanguage', '""', 'JSONPath or JSONata');

export const TOP: Field[] = [
  COMMENT,
  field('StartAt', '""', 'The first state'),
  field('States', '{}', 'The states by their names'),
  field('TimeoutSeconds', '60', 'The execution fails after this time'),
  field('Version', '"1.0"', 'The version of the language'),
  LANGUAGE,
];

export const PROCESSOR: Field[] = [
  field('ProcessorConfig', '{}', 'Inline or distributed'),
  field('StartAt', '""', 'The first state'),
  field('States', '{}', 'The states by their names'),
  COMMENT,
];

export const BRANCH: Field[] = [
  COMMENT,
  field('StartAt', '""', 'The first state'),
  field('States', '{}', 'The states by their names'),
];

const TYPE = field('Type', '""', 'What kind of state it is');
const FLOW = [field('Next', '""', 'The state that follows'), field('End', 'true', 'The execution or branch ends here')];
const PATHS = [
  field('InputPath', '"$"', 'The part of the input that is used', 'JSONPath'),
  field('OutputPath', '"$"', 'The part that is passed on', 'JSONPath'),
];
const OUTPUT = [field('Output', '{}', 'What is passed on', 'JSONata')];
const ASSIGN = field('Assign', '{}', 'Variables that later states can read');
const RESULT = [
  field('ResultSelector', '{}', 'Shapes the result before it is put into the input', 'JSONPath'),
  field('ResultPath', '"$"', 'Where the result is put into the input', 'JSONPath'),
];
const PARAMETERS = [
  field('Parameters', '{}', 'What is given to the work', 'JSONPath'),
  field('Arguments', '{}', 'What is given to the work', 'JSONata'),
];
const ERRORS = [
  field('Retry', '[]', 'Which errors are tried again, and how'),
  field('Catch', '[]', 'Which errors lead to another state'),
];
const ALL = [TYPE, COMMENT, LANGUAGE];

export const STATE: Record<string, Field[]> = {
  Task: [
    ...ALL,
    field('Resource', '""', 'What is called'),
    ...PARAMETERS,
    ...PATHS,
    ...RESULT,
    ...OUTPUT,
    ASSIGN,
    ...FLOW,
    ...ERRORS,
    field('TimeoutSeconds', '60', 'The work fails with States.Timeout after this time'),
    field('TimeoutSecondsPath', '"$."', 'The same, from the input', 'JSONPath'),
    field('HeartbeatSeconds', '30', 'The work fails when it has not been heard of for so long'),
    field('HeartbeatSecondsPath', '"$."', 'The same, from the input', 'JSONPath'),
    field('Credentials', '{}', 'The role that the work is done with'),
  ],
  Pass: [
    ...ALL,
    field('Result', '{}', 'What is passed on', 'JSONPath'),
    field('Parameters', '{}', 'What is passed on, made from the input', 'JSONPath'),
    field('ResultPath', '"$"', 'Where the result is put into the input', 'JSONPath'),
    ...PATHS,
    ...OUTPUT,
    ASSIGN,
    ...FLOW,
  ],
  Choice: [
    ...ALL,
    field('Choices', '[]', 'The rules: the first that holds is taken'),
    field('Default', '""', 'The state if none holds'),
    ...PATHS,
    ...OUTPUT,
    ASSIGN,
  ],
  Wait: [
    ...ALL,
    field('Seconds', '1', 'How long'),
    field('Timestamp', '""', 'Until when'),
    field('SecondsPath', '"$."', 'How long, from the input', 'JSONPath'),
    field('TimestampPath', '"$."', 'Until when, from the input', 'JSONPath'),
    ...PATHS,
    ...OUTPUT,
    ASSIGN,
    ...FLOW,
  ],
  Succeed: [...ALL, ...PATHS, ...OUTPUT],
  Fail: [
    ...ALL,
    field('Error', '""', 'The name of the error'),
    field('Cause', '""', 'The error in words'),
    field('ErrorPath', '"$."', 'The name, from the input', 'JSONPath'),
    field('CausePath', '"$."', 'The words, from the input', 'JSONPath'),
  ],
  Parallel: [
    ...ALL,
    field('Branches', '[]', 'What runs side by side'),
    ...PARAMETERS,
    ...PATHS,
    ...RESULT,
    ...OUTPUT,
    ASSIGN,
    ...FLOW,
    ...ERRORS,
  ],
  Map: [
    ...ALL,
    field('ItemProcessor', '{}', 'What is done for each item'),
    field('ItemsPath', '"$"', 'The array of the items', 'JSONPath'),
    field('Items', '[]', 'The items', 'JSONata'),
    field('ItemSelector', '{}', 'What each iteration is given'),
    field('ItemReader', '{}', 'Reads the items from S3 (distributed)'),
    field('ItemBatcher', '{}', 'Puts several items into one iteration (distributed)'),
    field('ResultWriter', '{}', 'Writes the results to S3 (distributed)'),
    field('MaxConcurrency', '0', 'How many iterations run at once; 0 for no limit'),
    field('MaxConcurrencyPath', '"$."', 'The same, from the input', 'JSONPath'),
    field('ToleratedFailurePercentage', '0', 'How many per cent may fail (distributed)'),
    field('ToleratedFailureCount', '0', 'How many may fail (distributed)'),
    field('Label', '""', "Part of the Map run's name (distributed)"),
    ...PATHS,
    ...RESULT,
    ...OUTPUT,
    ASSIGN,
    ...FLOW,
    ...ERRORS,
  ],
};

export const RETRIER: Field[] = [
  field('ErrorEquals', '[]', 'The errors that it is for'),
  field('IntervalSeconds', '1', 'Before the first retry'),
  field('MaxAttempts', '3', 'How many retries'),
  field('BackoffRate', '2', 'How the interval grows'),
  field('MaxDelaySeconds', '60', 'The longest interval'),
  field('JitterStrategy', '"FULL"', 'FULL or NONE'),
  COMMENT,
];

export const CATCHER: Field[] = [
  field('ErrorEquals', '[]', 'The errors that it is for'),
  field('Next', '""', 'The state that follows'),
  field('ResultPath', '"$.error"', 'Where the error is put into the input', 'JSONPath'),
  ...OUTPUT,
  ASSIGN,
  COMMENT,
];

const COMPARISONS = [
  'StringEquals',
  'StringLessThan',
  'StringGreaterThan',
  'StringLessThanEquals',
  'StringGreaterThanEquals',
  'StringMatches',
  'NumericEquals',
  'NumericLessThan',
  'NumericGreaterThan',
  'NumericLessThanEquals',
  'NumericGreaterThanEquals',
  'BooleanEquals',
  'TimestampEquals',
  'TimestampLessThan',
  'TimestampGreaterThan',
  'TimestampLessThanEquals',
  'TimestampGreaterThanEquals',
];
const KINDS = ['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'];

function sample(comparison: string): string {
  if (comparison.startsWith('Numeric')) return '0';
  return comparison.startsWith('Boolean') ? 'true' : '""';
}

export const RULE: Field[] = [
  field('Condition', '"{%  %}"', 'The condition', 'JSONata'),
  field('Variable', '"$."', 'What is compared', 'JSONPath'),
  ...COMPARISONS.map((name) => field(name, sample(name), 'Compares with a value', 'JSONPath')),
  ...COMPARISONS.filter((name) => name !== 'StringMatches').map((name) =>
    field(`${name}Path`, '"$."', 'Compares with another part of the input', 'JSONPath'),
  ),
  ...KINDS.map((name) => field(name, 'true', 'Tests what it is', 'JSONPath')),
  field('And', '[]', 'All of them hold', 'JSONPath'),
  field('Or', '[]', 'One of them holds', 'JSONPath'),
  field('Not', '{}', 'It does not hold', 'JSONPath'),
  field('Next', '""', 'The state that follows'),
  ...OUTPUT,
  ASSIGN,
  COMMENT,
];

export const INSIDE: Record<string, Field[]> = {
  ProcessorConfig: [
    field('Mode', '""', 'INLINE or DISTRIBUTED'),
    field('ExecutionType', '""', 'STANDARD or EXPRESS (distributed)'),
  ],
  ItemReader: [
    field('Resource', '"arn:aws:states:::s3:getObject"', 'How the items are read'),
    field('ReaderConfig', '{}', 'What the file looks like'),
    ...PARAMETERS,
  ],
  ReaderConfig: [
    field('InputType', '""', 'CSV, JSON, JSONL, MANIFEST or PARQUET'),
    field('CSVHeaderLocation', '""', 'FIRST_ROW or GIVEN'),
    field('CSVHeaders', '[]', "The columns' names"),
    field('CSVDelimiter', '""', 'COMMA, PIPE, SEMICOLON, SPACE or TAB'),
    field('MaxItems', '0', 'Read no more than so many'),
  ],
  ItemBatcher: [
    field('MaxItemsPerBatch', '1', 'Items in one iteration'),
    field('MaxInputBytesPerBatch', '262144', 'Bytes in one iteration'),
    field('BatchInput', '{}', 'Given to each iteration besides the items'),
  ],
  ResultWriter: [field('Resource', '"arn:aws:states:::s3:putObject"', 'How the results are written'), ...PARAMETERS],
  Credentials: [field('RoleArn', '""', 'The role')],
};

export const ERROR_NAMES = [
  'States.ALL',
  'States.TaskFailed',
  'States.Timeout',
  'States.HeartbeatTimeout',
  'States.Permissions',
  'States.Runtime',
  'States.DataLimitExceeded',
  'States.BranchFailed',
  'States.NoChoiceMatched',
  'States.IntrinsicFailure',
  'States.ParameterPathFailure',
  'States.ResultPathMatchFailure',
  'States.QueryEvaluationError',
  'States.ItemReaderFailed',
  'States.ResultWriterFailed',
  'States.ExceedToleratedFailureThreshold',
  'States.Http.Socket',
];

/** Values that a member may have, by the member's name. */
export const VALUES: Record<string, string[]> = {
  Type: ['Task', 'Pass', 'Choice', 'Wait', 'Parallel', 'Map', 'Succeed', 'Fail'],
  QueryLanguage: ['JSONata', 'JSONPath'],
  Mode: ['INLINE', 'DISTRIBUTED'],
  ExecutionType: ['STANDARD', 'EXPRESS'],
  JitterStrategy: ['FULL', 'NONE'],
  InputType: ['CSV', 'JSON', 'JSONL', 'MANIFEST', 'PARQUET'],
  CSVHeaderLocation: ['FIRST_ROW', 'GIVEN'],
  CSVDelimiter: ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'],
};

export const INTRINSICS = [
  'States.Format',
  'States.StringToJson',
  'States.JsonToString',
  'States.Array',
  'States.ArrayPartition',
  'States.ArrayContains',
  'States.ArrayRange',
  'States.ArrayGetItem',
  'States.ArrayLength',
  'States.ArrayUnique',
  'States.Base64Encode',
  'States.Base64Decode',
  'States.Hash',
  'States.JsonMerge',
  'States.MathRandom',
  'States.MathAdd',
  'States.StringSplit',
  'States.UUID',
];

export const CONTEXT = [
  'Execution.Id',
  'Execution.Input',
  'Execution.Name',
  'Execution.RoleArn',
  'Execution.StartTime',
  'Execution.RedriveCount',
  'State.EnteredTime',
  'State.Name',
  'State.RetryCount',
  'StateMachine.Id',
  'StateMachine.Name',
  'Task.Token',
  'Map.Item.Index',
  'Map.Item.Value',
];
