/* SPDX-License-Identifier: GPL-2.0-only */
/* The record that is being made. */
#ifndef HELD_RECORD_H
#define HELD_RECORD_H

#include "held.h"
#include "kernel.h"

#define LONGEST_RECORD 256

struct {
	struct held_header header;
	char bytes[LONGEST_RECORD];
} record;

static __always_inline void begin_record(__u16 kind, __u16 length)
{
	record.header.kind = kind;
	record.header.length = length;
}

#endif
