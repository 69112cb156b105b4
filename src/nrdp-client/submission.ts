/** A passive check result of a service. */
export interface NrdpCheck {
  readonly host: string;
  readonly service: string;
  readonly returnCode: 0 | 1 | 2 | 3;
  /** As a plugin prints it, perhaps with several lines. */
  readonly output: string;
}

/** PHP takes 8 MB in one request (post_max_size), and answers more with a page and nothing stored. */
const MOST_CHECKS = 500;
const MOST_BYTES = 1_000_000;

/** A form that submits these checks, and as many as there are. */
export interface Submission {
  readonly count: number;
  /** `JSONDATA=…`: 1.5 knows it by no other name, and all take this one. */
  readonly field: string;
}

/** As many forms as are needed, in order. */
export function submissionsOf(checks: readonly NrdpCheck[]): Submission[] {
  const submissions: string[][] = [];
  let bytes = Infinity;
  for (const check of checks) {
    const encoded = encodeURIComponent(JSON.stringify(itemOf(check)));
    bytes += encoded.length;
    const last = submissions.at(-1);
    if (last && last.length < MOST_CHECKS && bytes <= MOST_BYTES) last.push(encoded);
    else {
      submissions.push([encoded]);
      bytes = encoded.length;
    }
  }
  return submissions.map((items) => ({ count: items.length, field: fieldOf(items) }));
}

/** Checks nothing but whether a submission would be taken: NRDP looks at the token before it looks at the list. */
export const NO_CHECKS: Submission = { count: 0, field: fieldOf([]) };

function fieldOf(items: readonly string[]): string {
  const [before, after] = ['{"checkresults":[', ']}'].map(encodeURIComponent);
  return `JSONDATA=${before}${items.join('%2C')}${after}`;
}

/**
 * Without the type it would be the result of a host, whatever else it says. With a `time`, 1.5 counts it and stores
 * nothing.
 */
function itemOf({ host, service, returnCode, output }: NrdpCheck): object {
  return {
    checkresult: { type: 'service' },
    hostname: wellFormed(host),
    servicename: wellFormed(service),
    state: String(returnCode),
    // Nagios takes `\n` for a newline, which NRDP makes of a real one, and two backslashes for one.
    output: wellFormed(output).replaceAll('\\', '\\\\'),
  };
}

/** PHP's JSON has no half of a character, and Nagios ends a text at a NUL. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd').replaceAll('\0', '');
}
