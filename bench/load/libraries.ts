/** The least that a Node program is which talks to the kernel by libbpf: both libraries, and one function called. */
import koffi from 'koffi';

koffi.load('libbpf.so.1').func('uint32_t libbpf_major_version(void)')();
process.stdout.write('ready\n');
setInterval(() => undefined, 2 ** 30);
