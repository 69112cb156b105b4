/* SPDX-License-Identifier: GPL-2.0-only */
/* Sockets, by what they are connected to. */
#ifndef HELD_SOCKET_H
#define HELD_SOCKET_H

#include "record.h"

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10

static __always_inline struct sock *sock_of(struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);

	return BPF_CORE_READ(socket, sk);
}

/* A power of two that no name of a unix socket comes to (108 bytes, linux/un.h). */
#define MOST_UNIX_NAME 128

/* Appends the address that a unix socket is bound to, and answers with its length; 0: none. */
static __always_inline __u32 append_unix_name(struct sock *sock)
{
	struct unix_address *address = BPF_CORE_READ((struct unix_sock *)sock, addr);
	char *text = record.bytes + sizeof(struct held_socket);
	__u32 length;

	if (!address)
		return 0;
	length = BPF_CORE_READ(address, len) - sizeof(((struct sockaddr_un *)0)->sun_family);
	barrier_var(length);
	if (!length || length > sizeof(((struct sockaddr_un *)0)->sun_path))
		return 0;
	/* The verifier of 6.1 does not carry the test over to the copy that clang passes: a mask it sees. */
	barrier_var(length);
	bpf_probe_read_kernel(text, length & (MOST_UNIX_NAME - 1),
			      (void *)address + bpf_core_field_offset(struct unix_address, name) +
				      bpf_core_field_offset(struct sockaddr_un, sun_path));
	if (!text[0])
		text[0] = '@';
	return length;
}

static __always_inline void describe_unix(struct sock *sock)
{
	struct sock *peer;
	__u32 length = 0;

	begin_record(HELD_UNIX, sizeof(struct held_socket));
	/* Where unix sockets are a module, the kernel's BTF does not have them. */
	if (!bpf_core_type_exists(struct unix_sock))
		return;
	/* A client has no name, and a connection that was accepted the name of its listener. */
	peer = BPF_CORE_READ((struct unix_sock *)sock, peer);
	if (peer)
		length = append_unix_name(peer);
	if (!length)
		length = append_unix_name(sock);
	record.header.length += length;
}

static __always_inline void describe_socket(struct file *file)
{
	struct held_socket *held = (void *)record.bytes;
	struct sock *sock = sock_of(file);

	begin_record(HELD_SOCKET, sizeof(*held));
	__builtin_memset(held, 0, sizeof(*held));
	if (!sock)
		return;
	held->family = BPF_CORE_READ(sock, __sk_common.skc_family);
	held->type = BPF_CORE_READ(sock, sk_type);
	held->protocol = BPF_CORE_READ(sock, sk_protocol);
	held->state = BPF_CORE_READ(sock, __sk_common.skc_state);
	if (held->family == AF_UNIX) {
		describe_unix(sock);
	} else if (held->family == AF_INET || held->family == AF_INET6) {
		held->local_port = BPF_CORE_READ(sock, __sk_common.skc_num);
		held->peer_port = BPF_CORE_READ(sock, __sk_common.skc_dport);
		if (held->family == AF_INET)
			BPF_CORE_READ_INTO((__u32 *)held->peer, sock, __sk_common.skc_daddr);
		else if (bpf_core_field_exists(struct sock_common, skc_v6_daddr))
			BPF_CORE_READ_INTO((struct in6_addr *)held->peer, sock, __sk_common.skc_v6_daddr);
	}
}

#endif
