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

/** The permission to submit results, and the wildcards that include it. */
const SUBMITS = new Set(['actions/process-check-result', 'actions/*', '*']);

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
    maySubmit: granted.some((permission) => SUBMITS.has(permission.replace(/ \(filtered\)$/, ''))),
  };
}
