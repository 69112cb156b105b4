/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the programs write for each open file, as ../records.ts reads it: a header, and
 * as many bytes as it says behind it, without padding, in the machine's byte order.
 */
#ifndef HELD_H
#define HELD_H

#include <linux/types.h>

enum held_kind {
	/* The names from the file up to the root, each with a zero at its end: "log" "var" is /var/log. */
	HELD_PATH = 1,
	HELD_DELETED_PATH = 2,
	/* It has no place among the files; its own name, such as [eventfd] or memfd:buffer. */
	HELD_ANONYMOUS = 3,
	HELD_PIPE = 4,
	/* A struct held_socket */
	HELD_SOCKET = 5,
	/* A struct held_socket, and the sun_path; @ stands for an abstract one's zero. */
	HELD_UNIX = 6,
};

struct held_header {
	__u16 kind;
	__u16 length;
};

/* In this order, what sockets are grouped by lies together: ../sockets.ts. */
struct held_socket {
	/* In the network's byte order, as the kernel has it. */
	__u16 peer_port;
	/* Of IPv4 the first four bytes. */
	__u8 peer[16];
	__u16 family;
	/* SOCK_STREAM, … */
	__u16 type;
	/* IPPROTO_TCP, … */
	__u16 protocol;
	/* TCP_ESTABLISHED, …; sockets other than TCP's borrow them. */
	__u16 state;
	__u16 local_port;
};

#endif
