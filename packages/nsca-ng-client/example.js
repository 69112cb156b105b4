import { createClient, Secret } from 'nsca-ng-client';

const [server, port, identity, keyFile] = process.argv.slice(2);
const key = Secret.fromFile(keyFile, 'key');
const client = createClient({ server, port: Number(port), identity, key });

const output = 'FDS CRITICAL - 51 of 64 open files |fds=51;40;50;0;64';
const [outcome] = await client.send([{ host: 'gw01', service: 'fds', returnCode: 2, output }]);
console.log(outcome.status, outcome.error?.message ?? '');
await client.close();
