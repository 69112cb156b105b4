import type { Reply } from './exchange.js';
import type { Target } from './target.js';
import { inOneLine } from './trouble.js';
import { isRecord, notIcinga, parseJson, throwIfGeneral } from './verdict.js';

/** What a server says of itself and of the user who asks. */
export interface About {
  /** Such as `r2.13.6-1`. */
  readonly version: string;
  /** The name of its ApiUser. */
  readonly user: string;
  /** Whether the user may submit results at all, if only for some services. */
  readonly maySubmit: boolean;
}

/** The permission to submit results. */
const SUBMIT = 'actions/process-check-result';

/** Reads the answer to `GET /v1`. @throws Icinga2Error */
export function aboutOf(reply: Reply, target: Target): About {
  throwIfGeneral(reply, target);
  const json = parseJson(reply.body);
  const [about] = isRecord(json) && Array.isArray(json['results']) ? (json['results'] as unknown[]) : [];
  if (!isRecord(about) || typeof about['user'] !== 'string' || typeof about['version'] !== 'string')
    throw notIcinga(reply, target);
  const { permissions } = about;
  const granted = Array.isArray(permissions) ? permissions.filter((each) => typeof each === 'string') : [];
  return {
    version: inOneLine(about['version']),
    user: inOneLine(about['user']),
    maySubmit: granted.some((permission) =>
      stands(permission.toLowerCase().replace(/ \(filtered\)$/, ''), SUBMIT),
    ),
  };
}

/** Whether a permission stands for another, as to Icinga: `*` for any characters, and `?` for one. */
function stands(permission: string, wanted: string): boolean {
  /** So many characters of what is wanted can be what was read of the permission. */
  let lengths = [0];
  for (const sign of permission) {
    const [shortest = wanted.length + 1] = lengths;
    lengths =
      sign === '*'
        ? Array.from({ length: wanted.length + 1 - shortest }, (_, more) => shortest + more)
        : lengths.flatMap((length) =>
            length < wanted.length && (sign === '?' || sign === wanted[length]) ? [length + 1] : [],
          );
  }
  return lengths.includes(wanted.length);
}
