/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The packets between a program and kneadd-parse, over one SOCK_SEQPACKET channel.
 *
 *   program -> helper   REQUEST
 *   helper -> program   FILE, then any number of ACTIVITY, WELLNESS, COUNTS and PROBLEM, at most one
 *                       REFUSED, and END, which says how many of each there were
 *
 * Every packet starts with the same twelve bytes: magic, version, type, length of the rest. The
 * program believes nothing of it: a packet that breaks a rule, is out of order or is missing makes the
 * whole report worthless. */

#include "ipc/report.h"
#include "ipc/request.h"

#include <stddef.h>
#include <stdint.h>

#define WIRE_MAGIC 0x50444E4Bu /* "KNDP" */
#define WIRE_VERSION 2u
#define WIRE_HEAD_BYTES 12u
#define WIRE_PACKET_MAX_BYTES 8192u

/* Exit status of a helper whose sandbox could not be set up: no word about the file it was given. */
#define PARSE_EXIT_NO_SANDBOX 70
/* Exit status of ld.so when it cannot load what a program needs. */
#define PARSE_EXIT_NOT_STARTED 127

enum packet_type {
	PACKET_REQUEST,
	PACKET_FILE,
	PACKET_ACTIVITY,
	PACKET_WELLNESS,
	PACKET_COUNTS,
	PACKET_PROBLEM,
	PACKET_REFUSED,
	PACKET_END,
	PACKET_TYPE_COUNT,
};

/* Writes the REQUEST packet. Returns its size; -EINVAL when the request cannot be said. */
int wire_put_request(const struct parse_request *request, uint8_t ret[WIRE_PACKET_MAX_BYTES]);

/* Reads one. Returns 0; -EBADMSG. */
int wire_get_request(const void *packet, size_t size, struct parse_request *ret);

/* Takes one packet on; returns 0 or a negative errno, which ends the sending. */
typedef int (*wire_send_fn)(const void *packet, size_t size, void *userdata);

/* Sends a whole report. With report->why set it is a refusal, and its activities and days stay here.
 * Returns 0; -EINVAL when the report breaks a rule of its own; what `send` returned. */
int wire_send_report(const struct report *report, wire_send_fn send, void *userdata);

/* A report that is being received. */
struct wire_reader {
	struct report *report; /* borrowed; initialised by the caller, filled as packets come */
	bool has_file, refused, ended;
};

/* Takes the next packet. Returns 1 after END (the report is whole), 0 when more must follow; -EBADMSG for
 * a packet that breaks a rule; -ENOMEM. */
int wire_reader_take(struct wire_reader *reader, const void *packet, size_t size);
