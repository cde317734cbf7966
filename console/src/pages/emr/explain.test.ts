import { expect, test } from 'vitest';

import { explain } from './explain';

/** As the server words them: `outcome.rs` and `diagnose.rs` of the job runs. */
const ended = (said: string) => explain(`Jobrun failed. Main Spark container terminated with errors. Last error seen in logs - ${said}`);

test('what is not there, with its place', () => {
  expect(explain('The entry point s3://nowhere/x.py does not exist')).toMatchObject({ text: 'The script s3://nowhere/x.py is not there, so nothing was run.', place: 's3://nowhere/x.py' });
  expect(ended('pyspark.errors.exceptions.captured.AnalysisException: [PATH_NOT_FOUND] Path does not exist: s3://taxi/raw/2020.')).toMatchObject({ place: 's3://taxi/raw/2020' });
  expect(ended('pyspark.errors.exceptions.captured.AnalysisException: [PATH_ALREADY_EXISTS] Path s3a://taxi/out already exists. Set mode as "overwrite" to overwrite the existing path.')?.place).toBe('s3a://taxi/out');
  expect(ended('[TABLE_OR_VIEW_NOT_FOUND] The table or view `taxi`.`trips` cannot be found.')?.text).toBe('There is no table or view taxi.trips.');
});

test('what the script got wrong', () => {
  expect(ended("ModuleNotFoundError: No module named 'pandas'")?.text).toContain('imports pandas');
  expect(ended("SyntaxError: '(' was never closed")?.text).toBe("The script is not valid Python: '(' was never closed.");
  expect(ended('[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column or function parameter with name `fare` cannot be resolved. Did you mean one of the following? [`fares`, `tip`].')).toEqual({
    text: 'There is no column fare.', hint: 'The nearest ones are fares, tip.',
  });
  expect(ended("KeyError: 'b'")?.text).toBe("The script asks for 'b', which is not there.");
  expect(ended("pyspark.errors.exceptions.captured.ParseException: [PARSE_SYNTAX_ERROR] Syntax error at or near 'selec'.(line 1, pos 0)")?.text).toContain("cannot be parsed: Syntax error at or near 'selec'.");
  expect(ended('pyspark.errors.exceptions.captured.IllegalArgumentException: no')?.text).toBe('The script raised IllegalArgumentException: no');
  expect(ended('ValueError: no taxis today')?.text).toBe('The script raised ValueError: no taxis today');
});

test('what the machine did', () => {
  expect(ended('the driver was killed by signal 9, as the system does when memory runs out')?.text).toBe('The driver ran out of memory.');
  expect(ended('the driver exited with status 3')?.text).toContain('exit status 3');
  expect(ended('py4j.protocol.Py4JJavaError: An error occurred. java.io.IOException: No space left on device')?.text).toBe('The disk is full.');
});

test('as Spark 3.5 words them, cut to what AWS keeps', () => {
  expect(ended("py4j.protocol.Py4JJavaError: An error occurred while calling o43.parquet. org.apache.hadoop.fs.s3a.UnknownStoreException: `s3://no-such-bucket-at-all/x': getFileStatus o…")?.text).toBe('There is no bucket no-such-bucket-at-all.');
  expect(ended('pyspark.errors.exceptions.captured.AnalysisException: [PATH_ALREADY_EXISTS] Path s3://scripts/out/t already exists. Set mode as "overwrite" to overwrite the existing pat…')?.place).toBe('s3://scripts/out/t');
  expect(ended('pyspark.errors.exceptions.captured.AnalysisException: [TABLE_OR_VIEW_NOT_FOUND] The table or view `taxi`.`trips` cannot be found. Verify the spelling and correctness of …')?.text).toBe('There is no table or view taxi.trips.');
  expect(ended('pyspark.errors.exceptions.captured.AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column or function parameter with name `idd` cannot be resolved. Did you mean…')).toEqual({ text: 'There is no column idd.', hint: 'Compare the names in the script with the columns of the data.' });
  expect(ended('py4j.protocol.Py4JJavaError: An error occurred while calling o31.save. java.lang.ClassCastException: a is not b')?.text).toBe('Spark threw ClassCastException: a is not b');
});

test('the cut end of a long text is still understood', () => {
  const cut = ended('pyspark.errors.exceptions.captured.AnalysisException: [PATH_NOT_FOUND] Path does not exist: s3://taxi/a/very/long/pa…');
  expect(cut?.text).toContain('reads s3://taxi/a/very/long/pa…');
  expect(cut?.place).toBeUndefined();
});

test('what is not known is not explained', () => {
  expect(explain(undefined)).toBeUndefined();
  expect(explain('the spark env is being built')).toBeUndefined();
});
