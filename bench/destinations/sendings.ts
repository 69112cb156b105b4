import type { IcingaServer } from '../../rig/servers/icinga-server.js';
import { NSCA_NG_KEY, type NscaNgServer } from '../../rig/servers/nsca-ng-server.js';
import type { HttpsSending, NscaNgSending } from '../load/bare-sender.js';
import { API_PASSWORD } from './peers.js';
import { HOST } from './result.js';

/** @param payloads commands with their newlines */
export function nscaNgSending({ port }: NscaNgServer, payloads: readonly string[]): NscaNgSending {
  return { protocol: 'nsca-ng', port, identity: HOST, key: NSCA_NG_KEY, payloads };
}

/** @param payloads bodies */
export function icinga2Sending(
  { url, name, authority }: IcingaServer,
  payloads: readonly string[],
): HttpsSending {
  return {
    protocol: 'https',
    port: Number(new URL(url).port),
    path: '/v1/actions/process-check-result',
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      Authorization: `Basic ${Buffer.from(`${HOST}:${API_PASSWORD}`).toString('base64')}`,
    },
    payloads,
    caFile: authority.ca,
    serverName: name,
  };
}
