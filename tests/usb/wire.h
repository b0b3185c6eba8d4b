/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Inside of the simulated watch: from operations to packets. Nothing here knows of umockdev. */

#include "usb/watch.h"

/* ---- objects */

#define OBJECT_FOLDER 0x3001u
#define OBJECT_UNDEFINED 0x3000u

struct object {
	uint32_t number, parent; /* from 1; parent 0: the root */
	bool is_folder;
	char *name; /* owned, ASCII or UTF-8 */
	uint8_t *bytes;
	uint64_t size;
	char date[20];
};

struct tree {
	struct object *list; /* owned */
	size_t n;
};

bool tree_load(const char *path, struct tree *ret);
void tree_done(struct tree *tree);
const struct object *tree_at(const struct tree *tree, uint32_t number);

/* ---- bytes, little-endian, growing */

struct grow {
	uint8_t *data; /* owned */
	size_t n, room;
};

void grow_bytes(struct grow *to, const void *data, size_t n);
void grow_u8(struct grow *to, unsigned value);
void grow_u16(struct grow *to, unsigned value);
void grow_u32(struct grow *to, uint32_t value);
void grow_u64(struct grow *to, uint64_t value);
void grow_text(struct grow *to, const char *utf8); /* as MTP strings are */
uint32_t get_u32(const uint8_t *at);
uint16_t get_u16(const uint8_t *at);

/* ---- the responder: one operation in, one answer out */

struct command {
	uint16_t code;
	uint32_t id, parameters[5];
	unsigned n;
};

struct answer {
	bool has_data;
	struct grow data; /* payload only */
	uint16_t code;
	uint32_t parameters[3];
	unsigned n;
};

struct responder {
	const struct watch_profile *profile;
	struct tree tree;
	bool session;
	uint32_t session_id, last_id, shift; /* added to each object's number */
};

/* In a session ids begin at 1 and grow by one; outside they are 0. */
void responder_check_id(
	struct responder *responder, const struct command *command, struct watch_counts *counts);

void responder_answer(struct responder *responder, const struct command *command,
	struct watch_counts *counts, struct answer *ret);
void count_broken_rule(struct watch_counts *counts, const char *rule);

/* ---- the wire: packets to the host */

enum stop { STOP_NONE, STOP_STALL, STOP_HANG, STOP_UNPLUG, STOP_PROTO };

/* One USB transfer on its way to the host. */
struct transfer {
	uint8_t *data; /* owned */
	size_t n, at;
	bool zlp;       /* an empty packet follows a full last one */
	enum stop stop; /* what happens at `stop_at` */
	size_t stop_at;
	int64_t wait_ms;    /* STOP_HANG: for so long; 0: for ever */
	uint64_t from_usec; /* not before */
};

#define TRANSFERS_MAX 16u

struct wire {
	struct watch_profile *profile;
	struct watch_counts *counts;
	struct responder responder;
	struct transfer queue[TRANSFERS_MAX];
	size_t queue_n;
	uint8_t events[8][24];
	size_t events_n;
	bool gone, halted_in, halted_out;
	unsigned busy_polls;
	unsigned seen[WATCH_FAULTS_MAX]; /* how often a fault's operation came */
};

/* The host sent bytes. Returns 0, or the errno of the transfer (EPIPE, ENODEV). */
int wire_out(struct wire *wire, const uint8_t *data, size_t n);

/* The host asks for up to n bytes. Returns 1 when the transfer is complete: *ret_n bytes and *ret_error
 * (0 or an errno); 0: not yet (call again, *ret_n carries what came so far). */
int wire_in(struct wire *wire, uint8_t *data, size_t n, size_t *ret_n, int *ret_error);

/* As wire_in(), for the interrupt endpoint. */
int wire_event(struct wire *wire, uint8_t *data, size_t n, size_t *ret_n);

/* A control request. Returns the number of bytes answered; a negative errno; -EAGAIN: it never answers. */
int wire_control(struct wire *wire, const uint8_t setup[8], uint8_t *data, size_t n);

void wire_clear_halt(struct wire *wire, unsigned endpoint);
void wire_drop(struct wire *wire); /* all that is under way */

/* Descriptors as the kernel shows them: device, configurations, interfaces, endpoints. An interface number of seven is
 * the largest. Returns their size. */
#define WIRE_DESCRIPTORS_BYTES 512u
size_t wire_descriptors(const struct watch_profile *profile, uint8_t ret[WIRE_DESCRIPTORS_BYTES]);
unsigned wire_configuration(const struct watch_profile *profile);
