import { shortAddress } from './address.js';

/** `struct held_socket` of bpf/held.h: what lies where, as one character for each byte. */
const PEER_PORT = 0;
const PEER = 2;
const FAMILY = 18;
const TYPE = 20;
const PROTOCOL = 22;
const STATE = 24;
const LOCAL_PORT = 26;
const SIZE = 28;

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_RAW = 3;

/** linux/socket.h, those that a service may have; others are told by their number. */
const FAMILIES: Partial<Record<number, string>> = {
  15: 'KEY',
  16: 'NETLINK',
  17: 'PACKET',
  29: 'CAN',
  30: 'TIPC',
  31: 'BLUETOOTH',
  38: 'ALG',
  40: 'VSOCK',
  43: 'SMC',
  44: 'XDP',
};

/** linux/in.h */
const PROTOCOLS: Partial<Record<number, string>> = {
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  33: 'DCCP',
  58: 'ICMPv6',
  132: 'SCTP',
  136: 'UDPLITE',
  262: 'MPTCP',
};

/** net/tcp_states.h */
const STATES: Partial<Record<number, string>> = {
  1: 'ESTABLISHED',
  2: 'SYN_SENT',
  3: 'SYN_RECV',
  4: 'FIN_WAIT1',
  5: 'FIN_WAIT2',
  6: 'TIME_WAIT',
  7: 'CLOSE',
  8: 'CLOSE_WAIT',
  9: 'LAST_ACK',
  10: 'LISTEN',
  11: 'CLOSING',
  12: 'SYN_RECV',
};
const LISTEN = 10;

/** What the names of sockets other than the internet's are: a unix socket's by its address. */
export function nameOfSocket(socket: string): string {
  const family = u16(socket, FAMILY);
  if (family !== AF_UNIX) return `${FAMILIES[family] ?? `family ${family}`} socket`;
  const isListening = u16(socket, STATE) === LISTEN;
  return `UNIX ${isListening ? 'listening ' : ''}${unixAddress(socket.slice(SIZE)) || 'unnamed'}`;
}

/** A path ends with its first zero; an abstract name may have zeros within. */
function unixAddress(bytes: string): string {
  if (bytes.startsWith('@')) return bytes;
  const end = bytes.indexOf('\0');
  return end < 0 ? bytes : bytes.slice(0, end);
}

export function isInet(socket: string): boolean {
  const family = u16(socket, FAMILY);
  return family === AF_INET || family === AF_INET6;
}

export function hasPeer(socket: string): boolean {
  return peerPort(socket) !== 0;
}

// Keys are mere parts of the socket: there may be as many sockets as descriptors.

/** The same for all sockets of a family and protocol in one state. */
export function kindOf(socket: string): string {
  return socket.slice(FAMILY, LOCAL_PORT);
}

/** The same for all of a kind that are connected to one peer. */
export function peerKey(socket: string): string {
  return socket.slice(PEER_PORT, LOCAL_PORT);
}

/** The same for all of a kind that have one port here. */
export function localKey(socket: string): string {
  return socket.slice(FAMILY, SIZE);
}

/** Finer than localKey(): the same kind, the same port here, and the same address of the peer, whatever its port. */
export function originKey(socket: string): string {
  return socket.slice(PEER, SIZE);
}

/** The same for all of a kind that are connected to one port, wherever. */
export function peerPortKey(socket: string): string {
  return socket.slice(PEER_PORT, PEER) + kindOf(socket);
}

export function outboundName(socket: string, address = peerAddress(socket), port = `:${peerPort(socket)}`) {
  return `${protocolName(socket)} ${address}${port}${stateSuffix(socket)}`;
}

export function inboundName(socket: string, address = peerAddress(socket), port = ` :${localPort(socket)}`) {
  return `${protocolName(socket)}${port} from ${address}${stateSuffix(socket)}`;
}

/** The name of a socket without a peer. */
export function lonelyName(socket: string): string {
  const port = localPort(socket);
  if (port === 0) return `${protocolName(socket)} unconnected`;
  return `${protocolName(socket)} ${u16(socket, STATE) === LISTEN ? 'listening ' : ''}:${port}`;
}

function protocolName(socket: string): string {
  if (u16(socket, TYPE) === SOCK_RAW) return 'raw IP';
  const protocol = u16(socket, PROTOCOL);
  return PROTOCOLS[protocol] ?? `IP protocol ${protocol}`;
}

/** The states are TCP's; other protocols borrow two. */
function stateSuffix(socket: string): string {
  const state = u16(socket, STATE);
  return protocolName(socket).endsWith('TCP') ? ` ${STATES[state] ?? `state ${state}`}` : '';
}

function peerAddress(socket: string): string {
  return shortAddress(socket.slice(PEER, FAMILY), u16(socket, FAMILY) === AF_INET6);
}

function localPort(socket: string): number {
  return u16(socket, LOCAL_PORT);
}

/** In the network's byte order. */
function peerPort(socket: string): number {
  return (socket.charCodeAt(PEER_PORT) << 8) | socket.charCodeAt(PEER_PORT + 1);
}

function u16(socket: string, at: number): number {
  return socket.charCodeAt(at) | (socket.charCodeAt(at + 1) << 8);
}
