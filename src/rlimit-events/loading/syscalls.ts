/**
 * How far each system call can move the count of open descriptors, and which change the memory of a process (see
 * bpf/rlimit_events.h).
 *
 * What is not listed here makes the BPF program count again, so that a call that somebody adds to the
 * kernel costs time and never exactness. A number is how many descriptors one call can install or
 * remove at most: recvmsg(2) takes SCM_MAX_FD of SCM_RIGHTS and one of SCM_PIDFD
 * (include/net/scm.h), getsockopt(2) one by SO_PEERPIDFD, clone(2) one by CLONE_PIDFD, fcntl(2) one
 * by F_DUPFD.
 */
import { MOST_WEIGHT, SYSCALLS, WEIGHT_BY_ABI, WEIGHT_BY_BYTES, WEIGHT_UNKNOWN } from '../layout/index.js';
import { I386 } from './i386.js';

/** The number of a system call on x86-64 and on arm64 (asm/unistd_64.h, asm-generic/unistd.h). */
type Numbers = readonly [x64: number | null, arm64: number | null];

const ARCHITECTURES = ['x64', 'arm64'];

const none: Record<string, Numbers> = {
  lseek: [8, 62],
  stat: [4, null],
  fstat: [5, 80],
  lstat: [6, null],
  newfstatat: [262, 79],
  statx: [332, 291],
  poll: [7, null],
  ppoll: [271, 73],
  select: [23, null],
  pselect6: [270, 72],
  mmap: [9, 222],
  mprotect: [10, 226],
  munmap: [11, 215],
  brk: [12, 214],
  mremap: [25, 216],
  msync: [26, 227],
  mincore: [27, 232],
  madvise: [28, 233],
  rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135],
  rt_sigpending: [127, 136],
  rt_sigtimedwait: [128, 137],
  rt_sigsuspend: [130, 133],
  rt_sigqueueinfo: [129, 138],
  access: [21, null],
  faccessat: [269, 48],
  faccessat2: [439, 439],
  sched_yield: [24, 124],
  pause: [34, null],
  nanosleep: [35, 101],
  clock_gettime: [228, 113],
  clock_getres: [229, 114],
  clock_nanosleep: [230, 115],
  getitimer: [36, 102],
  alarm: [37, null],
  setitimer: [38, 103],
  getpid: [39, 172],
  recvfrom: [45, 207],
  shutdown: [48, 210],
  bind: [49, 200],
  listen: [50, 201],
  connect: [42, 203],
  getsockname: [51, 204],
  getpeername: [52, 205],
  setsockopt: [54, 208],
  fork: [57, null],
  vfork: [58, null],
  exit: [60, 93],
  wait4: [61, 260],
  waitid: [247, 95],
  kill: [62, 129],
  tkill: [200, 130],
  tgkill: [234, 131],
  uname: [63, 160],
  flock: [73, 32],
  fsync: [74, 82],
  fdatasync: [75, 83],
  truncate: [76, 45],
  ftruncate: [77, 46],
  getdents: [78, null],
  getdents64: [217, 61],
  getcwd: [79, 17],
  chdir: [80, 49],
  fchdir: [81, 50],
  rename: [82, null],
  renameat: [264, 38],
  renameat2: [316, 276],
  mkdir: [83, null],
  mkdirat: [258, 34],
  rmdir: [84, null],
  link: [86, null],
  linkat: [265, 37],
  unlink: [87, null],
  unlinkat: [263, 35],
  symlink: [88, null],
  symlinkat: [266, 36],
  readlink: [89, null],
  readlinkat: [267, 78],
  chmod: [90, null],
  fchmod: [91, 52],
  fchmodat: [268, 53],
  chown: [92, null],
  fchown: [93, 55],
  lchown: [94, null],
  fchownat: [260, 54],
  umask: [95, 166],
  gettimeofday: [96, 169],
  time: [201, null],
  getrlimit: [97, 163],
  getrusage: [98, 165],
  sysinfo: [99, 179],
  times: [100, 153],
  getuid: [102, 174],
  getgid: [104, 176],
  geteuid: [107, 175],
  getegid: [108, 177],
  getppid: [110, 173],
  getpgrp: [111, null],
  getpgid: [121, 155],
  getsid: [124, 156],
  gettid: [186, 178],
  utime: [132, null],
  utimes: [235, null],
  utimensat: [280, 88],
  futimesat: [261, null],
  statfs: [137, 43],
  fstatfs: [138, 44],
  sync: [162, 81],
  syncfs: [306, 267],
  futex: [202, 98],
  epoll_ctl: [233, 21],
  epoll_wait: [232, null],
  epoll_pwait: [281, 22],
  epoll_pwait2: [441, 441],
  restart_syscall: [219, 128],
  fallocate: [285, 47],
  fadvise64: [221, 223],
  readahead: [187, 213],
  tee: [276, 77],
  vmsplice: [278, 75],
  copy_file_range: [326, 285],
  timerfd_settime: [286, 86],
  timerfd_gettime: [287, 87],
  timer_settime: [223, 110],
  timer_gettime: [224, 108],
  getrandom: [318, 278],
  getcpu: [309, 168],
  sched_getaffinity: [204, 123],
  sched_setaffinity: [203, 122],
  sched_getscheduler: [145, 120],
  sched_getparam: [143, 121],
  set_robust_list: [273, 99],
  get_robust_list: [274, 100],
  set_tid_address: [218, 96],
  rseq: [334, 293],
  membarrier: [324, 283],
  process_vm_readv: [310, 270],
  semop: [65, 193],
  semtimedop: [220, 192],
  semget: [64, 190],
  semctl: [66, 191],
  msgsnd: [69, 189],
  msgrcv: [70, 188],
  shmat: [30, 196],
  shmdt: [67, 197],
  shmctl: [31, 195],
  shmget: [29, 194],
  io_getevents: [208, 4],
  sigaltstack: [131, 132],
  mlock: [149, 228],
  munlock: [150, 229],
  arch_prctl: [158, null],
  mq_timedsend: [242, 182],
  mq_timedreceive: [243, 183],
  mq_notify: [244, 184],
  inotify_add_watch: [254, 27],
  inotify_rm_watch: [255, 28],
  pidfd_send_signal: [424, 424],
};

const one: Record<string, Numbers> = {
  open: [2, null],
  openat: [257, 56],
  openat2: [437, 437],
  creat: [85, null],
  close: [3, 57],
  dup: [32, 23],
  dup2: [33, null],
  dup3: [292, 24],
  fcntl: [72, 25],
  socket: [41, 198],
  accept: [43, 202],
  accept4: [288, 242],
  eventfd: [284, null],
  eventfd2: [290, 19],
  signalfd: [282, null],
  signalfd4: [289, 74],
  timerfd_create: [283, 85],
  epoll_create: [213, null],
  epoll_create1: [291, 20],
  inotify_init: [253, null],
  inotify_init1: [294, 26],
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  fanotify_init: [300, 262],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  fsopen: [430, 430],
  fsmount: [432, 432],
  fspick: [433, 433],
  mq_open: [240, 180],
  getsockopt: [55, 209],
  clone: [56, 220],
  clone3: [435, 435],
  landlock_create_ruleset: [444, 444],
};

const two: Record<string, Numbers> = {
  pipe: [22, null],
  pipe2: [293, 59],
  socketpair: [53, 199],
};

/**
 * A driver's read or write can install some: fanotify's, and InfiniBand's. What is sent in whatever way can be a netlink
 * message, of which each accepts a handshake (handshake_nl_accept_doit() in net/handshake/netlink.c, which is tlshd's) and
 * takes 28 bytes.
 */
const byBytes: Record<string, Numbers> = {
  read: [0, 63],
  readv: [19, 65],
  pread64: [17, 67],
  preadv: [295, 69],
  preadv2: [327, 286],
  write: [1, 64],
  writev: [20, 66],
  pwrite64: [18, 68],
  pwritev: [296, 70],
  pwritev2: [328, 287],
  sendto: [44, 206],
  sendmsg: [46, 211],
  sendfile: [40, 71],
  splice: [275, 76],
};

/**
 * Any number: bpf(2) runs programs that call it again, as light skeletons do (bpf_sys_bpf() in kernel/bpf/syscall.c), and
 * of sendmmsg(2) nobody is told the bytes.
 */
const many: Record<string, Numbers> = {
  bpf: [321, 280],
  sendmmsg: [307, 269],
};

const SCM_MAX_FD = 253;
const received: Record<string, Numbers> = {
  recvmsg: [47, 212],
};

const PRLIMIT64: Numbers = [302, 261];
const SETRLIMIT: Numbers = [160, 164];
const LIMITS_OF_I386 = [340, 75];

/** Those that set the effective user: setuid, setreuid and setresuid. */
const SETUID: readonly Numbers[] = [
  [105, 146],
  [113, 145],
  [117, 147],
];

const UNKNOWN = 0xffff_ffff;

const weightOfGroup: (readonly [Record<string, Numbers>, number])[] = [
  [none, 0],
  [one, 1],
  [two, 2],
  [byBytes, WEIGHT_BY_BYTES],
  [received, SCM_MAX_FD + 1],
  [many, WEIGHT_UNKNOWN],
];

/** The numbers of the system calls that set the effective user, for an architecture as `process.arch` names it. */
export function setuidNumbers(architecture: string): number[] {
  const column = ARCHITECTURES.indexOf(architecture);
  return SETUID.map((numbers) => numbers[column] ?? UNKNOWN);
}

/** By how many descriptors each can move the count of open ones. */
export function descriptorWeights(architecture: string): Uint16Array {
  return weights(architecture, (_name, weight) => weight);
}

/** Those of the known ones that change how much memory a process has, or what of it is writable or locked. */
const MEMORY_CHANGES = [
  'mmap',
  'mprotect',
  'munmap',
  'brk',
  'mremap',
  'madvise',
  'shmat',
  'shmdt',
  'mlock',
  'munlock',
  'arch_prctl',
  'remap_file_pages',
];

/** Whether each can change the memory of a process: by any amount, or not at all. */
export const memoryWeights = weightsOf(...MEMORY_CHANGES);

/** What no system call changes but those that set a limit. */
export function limitWeights(architecture: string): Uint16Array {
  const column = ARCHITECTURES.indexOf(architecture);
  const result = new Uint16Array(SYSCALLS);
  for (const numbers of [PRLIMIT64, SETRLIMIT]) {
    const number = numbers[column];
    if (typeof number !== 'number') return allUnknown();
    result[number] = WEIGHT_UNKNOWN;
  }
  const ofI386 = new Uint16Array(SYSCALLS);
  for (const number of LIMITS_OF_I386) ofI386[number] = WEIGHT_UNKNOWN;
  return withPrograms32(architecture, result, ofI386);
}

/** What only some of the known ones change. */
export function weightsOf(...names: readonly string[]): (architecture: string) => Uint16Array {
  const changing = new Set(names);
  return (architecture) => weights(architecture, (name) => (changing.has(name) ? WEIGHT_UNKNOWN : 0));
}

/** What changes with no system call is looked at after each. */
export function everyCall(): Uint16Array {
  return allUnknown();
}

/** An architecture without a table here is watched exactly, by counting at each system call's end. */
function weights(architecture: string, weightOf: (name: string, descriptors: number) => number): Uint16Array {
  const column = ARCHITECTURES.indexOf(architecture);
  const result = allUnknown();
  const ofI386 = allUnknown();
  for (const [name, number] of Object.entries(I386)) ofI386[number] = weightOf(name, 0);
  for (const [group, descriptors] of weightOfGroup)
    for (const [name, numbers] of Object.entries(group)) {
      const number = numbers[column];
      if (typeof number === 'number') result[number] = weightOf(name, descriptors);
      const numberOnI386 = I386[name];
      if (numberOnI386 !== undefined) ofI386[numberOnI386] = weightOf(name, descriptors);
    }
  return withPrograms32(architecture, result, ofI386);
}

/**
 * Of x86-64, where it is dear to tell whose call it is: also what a 32-bit program's call of the same number can change.
 * If that is more, the mark says so. On arm64 the registers tell.
 */
function withPrograms32(architecture: string, weights: Uint16Array, ofI386: Uint16Array): Uint16Array {
  if (architecture !== 'x64') return weights;
  return weights.map((weight, number) => {
    const other = ofI386[number] ?? WEIGHT_UNKNOWN;
    if (weight === WEIGHT_UNKNOWN) return weight;
    const isMore = other === WEIGHT_UNKNOWN || (other & MOST_WEIGHT) > (weight & MOST_WEIGHT);
    // What it returns is 0 or small where only the other has bytes: close(2), stat(2) and their like.
    return weight | (isMore ? WEIGHT_BY_ABI : other & WEIGHT_BY_BYTES);
  });
}

function allUnknown(): Uint16Array {
  return new Uint16Array(SYSCALLS).fill(WEIGHT_UNKNOWN);
}
