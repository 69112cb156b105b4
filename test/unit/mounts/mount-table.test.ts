import { expect, it } from '@jest/globals';
import { foreignMounts } from '../../../src/mounts/mount-table.js';

const table = [
  // `/` itself may be of a server: without it no program would run.
  '27 1 0:30 / / rw,relatime - nfs4 192.0.2.1:/root rw,vers=4.2',
  '22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw',
  '24 27 8:1 / /var rw,relatime shared:1 master:2 - ext4 /dev/sda1 rw',
  '40 27 0:40 / /srv/data rw,relatime shared:9 - nfs4 192.0.2.1:/data rw',
  String.raw`41 27 0:41 / /srv/with\040blank\134 rw - fuse.sshfs user@host:/ - rw`,
  '42 27 0:42 / /net rw - autofs /etc/auto.net rw',
  '43 27 0:43 / /srv/data rw - cifs //server/data rw',
  '44 27 0:44 / /new rw - thing-of-tomorrow none rw',
  '',
].join('\n');

it('what somebody else has to answer for is what is not known to be of this machine, and not the root', () => {
  expect(foreignMounts(table)).toEqual(['/srv/data', '/srv/with blank\\', '/net', '/new']);
});
