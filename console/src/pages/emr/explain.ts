// What went wrong with a job run, in words: the error that its driver ended with, said for people, with what mends it.

export interface Explanation {
  text: string;
  /** What to do about it. */
  hint: string;
  /** An `s3://` location that it is about. */
  place?: string;
}

interface Rule {
  /** Its groups are handed on. */
  pattern: RegExp;
  explain: (...groups: string[]) => Explanation;
}

const S3 = String.raw`s3a?://[^\s"'\`;,\]]*[^\s"'\`;,.\]:]`;

/** The first one that fits explains it: those that say the most come first. */
const RULES: Rule[] = [
  {
    pattern: new RegExp(`entry point (${S3}) does not exist`, 'i'),
    explain: (place) => ({ text: `The script ${place} is not there, so nothing was run.`, hint: 'Upload it to that location, or clone the job run with another script location.', place }),
  },
  {
    pattern: new RegExp(`PATH_NOT_FOUND\\]?.*?(${S3})`, 's'),
    explain: (place) => ({ text: `The script reads ${place}, and nothing is there.`, hint: 'Check the path in the script or in its arguments, and whether what writes it has run.', place }),
  },
  {
    pattern: new RegExp(`PATH_ALREADY_EXISTS\\]?.*?(${S3})|path (${S3}) already exists`, 's'),
    explain: (place, other) => ({ text: `The script writes to ${place || other}, which has something in it.`, hint: 'Write with mode("overwrite") or mode("append"), or to another location.', place: place || other }),
  },
  {
    pattern: new RegExp(`(?:UnknownStoreException|NoSuchBucket)(?:.*?s3a?://([a-z0-9.-]+))?`, 's'),
    explain: (bucket) => ({ text: bucket ? `There is no bucket ${bucket}.` : 'A bucket that the job run uses does not exist.', hint: 'Create it, or correct the bucket in the script, its arguments or the log location.' }),
  },
  {
    pattern: /(?:TABLE_OR_VIEW_NOT_FOUND\]?.*?table or view|Table or view not found:?)\s+[`']?([\w.`]+)/is,
    explain: (name = '') => ({ text: `There is no table or view ${plain(name)}.`, hint: 'Check the database and the name, and whether what creates it has run.' }),
  },
  {
    pattern: /UNRESOLVED_COLUMN.*?name [`']?([\w.`]+?)[`']? cannot be resolved(?:.*?Did you mean one of the following\? \[([^\]]*))?/is,
    explain: (name = '', like = '') => ({ text: `There is no column ${plain(name)}.`, hint: like ? `The nearest ones are ${plain(like)}.` : 'Compare the names in the script with the columns of the data.' }),
  },
  {
    pattern: /PARSE_SYNTAX_ERROR\] (.*)/,
    explain: (what) => ({ text: `A SQL statement of the script cannot be parsed: ${what}`, hint: 'The statement is in the driver\'s stdout, with a mark at the place.' }),
  },
  {
    pattern: /ModuleNotFoundError: No module named '([^']+)'/,
    explain: (name) => ({ text: `The script imports ${name}, which is not installed where Spark runs.`, hint: 'Ship it with --py-files or spark.archives, or do without it.' }),
  },
  {
    pattern: /(SyntaxError|IndentationError|TabError): (.*)/,
    explain: (_, what) => ({ text: `The script is not valid Python: ${what}.`, hint: 'The line is in the driver\'s stdout.' }),
  },
  {
    pattern: /NameError: name '([^']+)' is not defined/,
    explain: (name) => ({ text: `The script uses ${name}, which it has not defined or imported.`, hint: 'The line is in the driver\'s stdout.' }),
  },
  {
    pattern: /KeyError: (.*)/,
    explain: (key) => ({ text: `The script asks for ${key}, which is not there.`, hint: 'The line is in the driver\'s stdout; look at the data that was read and at the arguments.' }),
  },
  {
    pattern: /IndexError: list index out of range/,
    explain: () => ({ text: 'The script asks for more than there is in a list; often an argument is missing.', hint: 'Compare the script arguments with what the script reads from sys.argv.' }),
  },
  {
    pattern: /ClassNotFoundException: ([\w.$]+)/,
    explain: (name) => ({ text: `The class ${name} is in none of the jars.`, hint: 'Check --class and --jars.' }),
  },
  {
    pattern: /OutOfMemoryError|Java heap space|GC overhead|killed by signal 9|Too small maximum heap/,
    explain: () => ({ text: 'The driver ran out of memory.', hint: 'Give it more with --conf spark.driver.memory=…, or bring less to the driver: write instead of collect().' }),
  },
  {
    pattern: /No space left on device/,
    explain: () => ({ text: 'The disk is full.', hint: 'Make room where the server keeps its data and where Spark keeps its temporary files (spark.local.dir).' }),
  },
  {
    pattern: /AccessDenied|Access Denied|status code: 403|403 Forbidden/i,
    explain: () => ({ text: 'The job run was not allowed to do what it asked for.', hint: 'Check the bucket\'s policy and the credentials that the server knows.' }),
  },
  {
    pattern: /Connection refused|UnknownHostException: ([\w.-]+)|Name or service not known/,
    explain: (host) => ({ text: host ? `The host ${host} cannot be found.` : 'Something that the script connects to does not answer.', hint: 'Check the address and whether it is reachable from this machine.' }),
  },
  {
    pattern: /driver exited with status (\d+)/,
    explain: (code) => ({ text: `The script ended itself with exit status ${code} and left no error.`, hint: 'What it printed last is in stdout and stderr.' }),
  },
  {
    pattern: /ended without a word/,
    explain: () => ({ text: 'What looks after the job run was killed, or the machine was restarted.', hint: 'Start it again; a retry policy does so by itself.' }),
  },
  {
    pattern: /Py4JJavaError: An error occurred while calling \S+?\. (?:[\w.$]+\.)?(\w+): (.+)/s,
    explain: (kind, what) => ({ text: `Spark threw ${kind}: ${what}`, hint: 'All of it is in the driver\'s stdout and stderr.' }),
  },
  {
    pattern: /(?:^|- )(?:[\w.]+\.)?(\w+(?:Error|Exception)): (.+)/s,
    explain: (kind, what) => ({ text: `The script raised ${kind}: ${what}`, hint: 'Where it was raised is in the driver\'s stdout.' }),
  },
];

/** Explains the details of a failed job run; nothing where they say all that there is. */
export function explain(details: string | undefined): Explanation | undefined {
  for (const { pattern, explain } of RULES) {
    const found = details === undefined ? null : pattern.exec(details);
    if (!found) continue;
    const { place, ...said } = explain(...found.slice(1));
    // AWS keeps details short: a location that is cut off leads nowhere
    return place === undefined || place.endsWith('…') ? said : { ...said, place };
  }
  return undefined;
}

function plain(name: string): string {
  return name.replaceAll('`', '').trim();
}
