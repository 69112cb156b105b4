// SPDX-License-Identifier: GPL-2.0-only
/*
 * Knows when a server on the loopback device has said something, by the kernel's own stamps (packet(7), socket(7)):
 * answers PORT
 *
 *   last    when the last segment with anything in it was sent from there, in ns of CLOCK_MONOTONIC; 0: none was
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* Between two questions there are some twenty segments; whatever else the machine says to itself comes as well. */
#define ROOM (8 << 20)

static int64_t ns_of(struct timespec time)
{
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return ns_of(time);
}

static int listen_to_loopback(void)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP) };
	int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP)), on = 1, room = ROOM;

	address.sll_ifindex = if_nametoindex("lo");
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "packet socket");
	return fd;
}

/* Whether the packet is a TCP segment from this port, with anything in it. */
static int is_said_by(uint16_t port, const unsigned char *packet, size_t length)
{
	const struct iphdr *ip = (const void *)packet;
	const struct tcphdr *tcp;
	size_t heads;

	if (length < sizeof(*ip) || ip->protocol != IPPROTO_TCP || length < ip->ihl * 4 + sizeof(*tcp))
		return 0;
	tcp = (const void *)(packet + ip->ihl * 4);
	heads = ip->ihl * 4 + tcp->doff * 4;
	return ntohs(tcp->source) == port && ntohs(ip->tot_len) > heads;
}

/* When the kernel has taken this message in, by CLOCK_REALTIME. */
static int64_t stamp_of(struct msghdr *message)
{
	struct timespec time = {};

	for (struct cmsghdr *each = CMSG_FIRSTHDR(message); each; each = CMSG_NXTHDR(message, each)) {
		if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_TIMESTAMPNS)
			memcpy(&time, CMSG_DATA(each), sizeof(time));
	}
	return ns_of(time);
}

/* Takes what has come since the last question. The device shows each packet as it goes out, and as it comes in. */
static int64_t last_said_by(uint16_t port, int fd, int64_t last)
{
	int64_t behind = now(CLOCK_REALTIME) - now(CLOCK_MONOTONIC);

	for (;;) {
		unsigned char packet[128];
		char control[CMSG_SPACE(sizeof(struct timespec))];
		struct sockaddr_ll from;
		struct iovec part = { .iov_base = packet, .iov_len = sizeof(packet) };
		struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part,
					  .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
		ssize_t length = recvmsg(fd, &message, MSG_DONTWAIT);

		if (length < 0 && errno == EAGAIN)
			return last;
		if (length < 0)
			err(1, "recvmsg");
		if (from.sll_pkttype != PACKET_OUTGOING && is_said_by(port, packet, length))
			last = stamp_of(&message) - behind;
	}
}

int main(int argc, char **argv)
{
	int fd = listen_to_loopback();
	char line[16];
	int64_t last = 0;

	if (argc != 2)
		errx(1, "usage: answers PORT");
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	while (fgets(line, sizeof(line), stdin)) {
		last = last_said_by(atoi(argv[1]), fd, last);
		printf("%ld\n", (long)last);
	}
	return 0;
}
