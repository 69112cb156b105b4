import { createClient, Password } from 'nsca-client';

const [server, port, passwordFile] = process.argv.slice(2);
const password = Password.fromFile(passwordFile);
const client = createClient({ server, port: Number(port), encryption: 'xor', password });

const output = 'FDS CRITICAL - 51 of 64 open files |fds=51;40;50;0;64';
const [outcome] = await client.send([{ host: 'web1', service: 'fds', returnCode: 2, output }]);
console.log(outcome.status, outcome.error?.message ?? '');
