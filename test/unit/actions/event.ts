import type { ActionEvent } from '../../../src/actions/index.js';

export const event: ActionEvent = {
  host: 'gw01',
  service: 'Broker descriptors',
  state: 'CRITICAL',
  previousState: 'WARNING',
  resource: 'nofile',
  process: { pid: 4711, name: 'broker', value: 900, limit: 1024 },
  output: 'FDS CRITICAL - broker[4711] has 900 of 1024 open files (88%) |fds=900;512;819;0;1024',
};

export const none = { warning: [], critical: [], ok: [] };
