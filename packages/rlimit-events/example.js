import { parseLevel, RlimitEvents } from 'rlimit-events';

const pid = Number(process.argv[2]);
const descriptor = new RlimitEvents((event) => {
  if (event.type === 'level') console.log(event.direction, event.value, 'of', event.limit);
  if (event.type === 'process-ended' && event.pid === pid) descriptor.close();
});
const levels = [parseLevel('80%')];
const now = descriptor.watch(pid, { resource: 'nofile', levels });
console.log('now', now.value, 'of', now.limit);
