/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Containers, packets, class requests, and what goes wrong with them: MTP 1.1 appendix H, Still Image
 * Capture class 1.0. */
#include "usb/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HEAD_BYTES 12u
#define TYPE_COMMAND 1u
#define TYPE_DATA 2u
#define TYPE_RESPONSE 3u

static uint64_t now_usec(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void wire_drop(struct wire *wire)
{
	for (size_t i = 0; i < wire->queue_n; i++)
		free(wire->queue[i].data);
	wire->queue_n = 0;
}

/* Takes the bytes over. */
static struct transfer *push(struct wire *wire, struct grow *bytes)
{
	if (wire->queue_n == TRANSFERS_MAX)
		abort();
	struct transfer *transfer = &wire->queue[wire->queue_n++];
	*transfer = (struct transfer) { .data = bytes->data, .n = bytes->n };
	if (wire->profile->latency_usec)
		transfer->from_usec = now_usec() + wire->profile->latency_usec;
	*bytes = (struct grow) { 0 };
	return transfer;
}

static void head(struct grow *to, uint32_t length, unsigned type, unsigned code, uint32_t id)
{
	grow_u32(to, length);
	grow_u16(to, type);
	grow_u16(to, code);
	grow_u32(to, id);
}

static struct transfer *push_response(struct wire *wire, uint32_t id, const struct answer *answer)
{
	struct grow bytes = { 0 };
	head(&bytes, HEAD_BYTES + 4 * answer->n, TYPE_RESPONSE, answer->code, id);
	for (unsigned i = 0; i < answer->n; i++)
		grow_u32(&bytes, answer->parameters[i]);
	return push(wire, &bytes);
}

static struct transfer *push_code(struct wire *wire, uint32_t id, int64_t code)
{
	const struct answer answer = { .code = (uint16_t)code };
	return push_response(wire, id, &answer);
}

/* The data phase: in one transfer, or first the header alone. limit: so many bytes of the container are
 * sent, then a short packet. */
static void push_data(struct wire *wire, const struct command *command, struct answer *answer,
	uint32_t id, int64_t wrong_length, uint64_t limit)
{
	struct grow bytes = { 0 };
	uint64_t length = HEAD_BYTES + answer->data.n;
	head(&bytes, (uint32_t)((int64_t)length + wrong_length), TYPE_DATA, command->code, id);
	size_t payload = answer->data.n;
	if (limit < length) {
		payload = limit > HEAD_BYTES ? (size_t)limit - HEAD_BYTES : 0;
		if (limit < HEAD_BYTES)
			bytes.n = (size_t)limit;
	}
	bool zlp = wire->profile->zlp || limit < length; /* a cut phase ends visibly */
	if (!wire->profile->unsplit && payload) {
		(void)push(wire, &bytes);
		grow_bytes(&bytes, answer->data.data, payload);
	} else {
		grow_bytes(&bytes, answer->data.data, payload);
	}
	/* unsplit, a full last packet must be followed by an empty one: nothing else ends the phase */
	push(wire, &bytes)->zlp = zlp || wire->profile->unsplit;
}

static const struct watch_fault *find_fault(struct wire *wire, const struct command *command)
{
	const struct watch_fault *found = NULL;
	for (size_t i = 0; i < wire->profile->faults_n; i++) {
		const struct watch_fault *fault = &wire->profile->faults[i];
		if (fault->operation && fault->operation != command->code)
			continue;
		if (fault->on && command->parameters[0] != fault->on + wire->responder.shift)
			continue;
		unsigned seen = ++wire->seen[i];
		unsigned first = fault->nth ? fault->nth : 1;
		if (!found && seen >= first && (!fault->times || seen < first + fault->times))
			found = fault;
	}
	wire->counts->faults += found != NULL;
	return found;
}

/* Lets `at` bytes of what is queued pass, to the packet; there it stops. */
static void stop_at(struct wire *wire, uint64_t at, enum stop stop, int64_t wait_ms)
{
	for (size_t i = 0; i < wire->queue_n; i++) {
		struct transfer *transfer = &wire->queue[i];
		if (at > transfer->n && i + 1 < wire->queue_n) {
			at -= transfer->n;
			continue;
		}
		size_t packet = wire->profile->packet_bytes;
		transfer->stop = stop;
		/* at the latest before the last packet, or the host would have it all */
		size_t last = transfer->n ? transfer->n - 1 : 0;
		transfer->stop_at = (at < last ? (size_t)at : last) / packet * packet;
		transfer->wait_ms = wait_ms;
		return;
	}
}

static void push_events(struct wire *wire)
{
	static const uint16_t codes[] = { 0x4002, 0x4003, 0x4004 };
	for (size_t i = 0; i < 3 && wire->events_n < 8; i++) {
		struct grow bytes = { 0 };
		head(&bytes, 16, 4, codes[i], 0);
		grow_u32(&bytes, 0x00020001);
		memcpy(wire->events[wire->events_n++], bytes.data, 16);
		free(bytes.data);
	}
}

static void push_nonsense(struct wire *wire, size_t n)
{
	struct grow bytes = { 0 };
	for (size_t i = 0; i < n; i++)
		grow_u8(&bytes, (unsigned)(0x5a + 37 * i));
	push(wire, &bytes)->zlp = true;
}

/* What replaces the whole answer. Returns false when the answer comes. */
static bool replace_answer(
	struct wire *wire, const struct watch_fault *fault, const struct command *command)
{
	switch (fault->kind) {
	case FAULT_RESPONSE: {
		struct answer answer = { .code = (uint16_t)fault->value };
		if (answer.code == 0x201e) { /* names the session that is open */
			answer.n = 1;
			answer.parameters[0] = wire->responder.session_id = 0x2a;
			wire->responder.session = true;
		}
		if (answer.code == 0x2003)
			wire->responder.session = false;
		(void)push_response(wire, command->id, &answer);
		return true;
	}
	case FAULT_NONSENSE:
		push_nonsense(wire, (size_t)fault->value);
		return true;
	default:
		return false;
	}
}

/* What happens while the answer is on its way. */
static void spoil(struct wire *wire, const struct watch_fault *fault, const struct command *command)
{
	switch (fault->kind) {
	case FAULT_STALL: {
		stop_at(wire, fault->at, STOP_STALL, 0);
		if (fault->value) {
			/* what was not sent is lost: after the stall only a response comes */
			size_t keep = 0;
			while (keep < wire->queue_n && wire->queue[keep].stop == STOP_NONE)
				keep++;
			for (size_t i = keep + 1; i < wire->queue_n; i++)
				free(wire->queue[i].data);
			wire->queue_n = keep < wire->queue_n ? keep + 1 : wire->queue_n;
			wire->queue[wire->queue_n - 1].n = wire->queue[wire->queue_n - 1].stop_at;
			(void)push_code(wire, command->id, fault->value);
		}
		return;
	}
	case FAULT_HANG:
		stop_at(wire, fault->at, STOP_HANG, fault->value);
		return;
	case FAULT_UNPLUG:
		stop_at(wire, fault->at, STOP_UNPLUG, 0);
		return;
	case FAULT_PROTO:
		stop_at(wire, fault->at, STOP_PROTO, 0);
		return;
	default:
		return;
	}
}

static void answer_with(struct wire *wire, const struct watch_fault *fault,
	const struct command *command, struct answer *answer)
{
	enum watch_fault_kind kind = fault ? fault->kind : FAULT_KIND_COUNT;
	uint32_t id = kind == FAULT_WRONG_ID ? command->id + 77 : command->id;
	if (kind == FAULT_EVENTS)
		push_events(wire);
	if (kind == FAULT_STRAY)
		(void)push_code(wire, command->id + 1000, 0x2002);
	if (kind == FAULT_FLIP && fault->at < answer->data.n)
		answer->data.data[fault->at] ^= 0xff;
	bool is_short = kind == FAULT_SHORT && answer->has_data;
	if (answer->has_data)
		push_data(wire, command, answer, id, kind == FAULT_LENGTH ? fault->value : 0,
			is_short ? fault->at : UINT64_MAX);
	if (is_short) {
		answer->code = (uint16_t)fault->value;
		answer->n = 0;
	}
	(void)push_response(wire, id, answer);
	if (fault)
		spoil(wire, fault, command);
}

static int take_command(struct wire *wire, const struct command *command)
{
	struct watch_counts *counts = wire->counts;
	if (counts->codes_n < WATCH_OPERATIONS_MAX)
		counts->codes[counts->codes_n++] = command->code;
	counts->operations++;
	if (wire->queue_n)
		count_broken_rule(counts, "a command before the last answer was read");
	if (wire->busy_polls && !wire->profile->status_stalls)
		count_broken_rule(counts, "a command while it was still busy with a cancel");
	wire_drop(wire);
	if (wire->profile->not_mtp)
		return 0;
	const struct watch_fault *fault = find_fault(wire, command);
	if (fault && fault->kind == FAULT_STALL_OUT) {
		wire->halted_out = true;
		return EPIPE; /* it was never taken, so its id may come again */
	}
	responder_check_id(&wire->responder, command, counts);
	if (fault && replace_answer(wire, fault, command))
		return 0;
	struct answer answer;
	responder_answer(&wire->responder, command, counts, &answer);
	answer_with(wire, fault, command, &answer);
	free(answer.data.data);
	return 0;
}

int wire_out(struct wire *wire, const uint8_t *data, size_t n)
{
	if (wire->gone)
		return ENODEV;
	if (wire->halted_out)
		return EPIPE;
	if (n < HEAD_BYTES || n > HEAD_BYTES + 20 || get_u32(data) != n ||
		get_u16(data + 4) != TYPE_COMMAND) {
		count_broken_rule(wire->counts, "what was sent is no command container");
		return 0;
	}
	struct command command = { .code = get_u16(data + 6), .id = get_u32(data + 8) };
	for (; HEAD_BYTES + 4 * command.n + 4 <= n; command.n++)
		command.parameters[command.n] = get_u32(data + HEAD_BYTES + (size_t)4 * command.n);
	return take_command(wire, &command);
}

static void pop(struct wire *wire)
{
	free(wire->queue[0].data);
	wire->queue_n--;
	memmove(&wire->queue[0], &wire->queue[1], wire->queue_n * sizeof wire->queue[0]);
}

/* The transfer at the head came to where it stops. Returns 1 when the host's request ends. */
static int stop_here(struct wire *wire, struct transfer *transfer, int *ret_error)
{
	enum stop stop = transfer->stop;
	if (stop == STOP_HANG) {
		if (!transfer->wait_ms)
			return 0;
		transfer->from_usec = now_usec() + (uint64_t)transfer->wait_ms * 1000;
		transfer->stop = STOP_NONE;
		return 0;
	}
	transfer->stop = STOP_NONE;
	if (transfer->at == transfer->n && transfer->n == transfer->stop_at && stop == STOP_STALL)
		pop(wire);
	wire->halted_in = stop == STOP_STALL;
	wire->gone = wire->gone || stop == STOP_UNPLUG;
	*ret_error = stop == STOP_STALL ? EPIPE : stop == STOP_UNPLUG ? ENODEV : EPROTO;
	return 1;
}

/* One packet of the head. Returns 1 when it ends the host's request. */
static int take_packet(struct wire *wire, uint8_t *data, size_t room, size_t *at, int *ret_error)
{
	struct transfer *transfer = &wire->queue[0];
	size_t packet = wire->profile->packet_bytes, n = transfer->n - transfer->at;
	n = n < packet ? n : packet;
	if (n > room) {
		*ret_error = EOVERFLOW;
		return 1;
	}
	memcpy(data, transfer->data + transfer->at, n);
	transfer->at += n;
	*at += n;
	wire->counts->bytes_in += n;
	if (n == packet && transfer->at == transfer->n && transfer->zlp)
		return 0; /* the empty packet is next */
	if (transfer->at == transfer->n && transfer->stop == STOP_NONE)
		pop(wire);
	return n < packet;
}

int wire_in(struct wire *wire, uint8_t *data, size_t n, size_t *ret_n, int *ret_error)
{
	*ret_error = 0;
	for (;;) {
		if (wire->gone || wire->halted_in) {
			*ret_error = wire->gone ? ENODEV : EPIPE;
			return 1;
		}
		if (*ret_n == n)
			return 1;
		struct transfer *transfer = wire->queue_n ? &wire->queue[0] : NULL;
		if (!transfer || (transfer->from_usec && now_usec() < transfer->from_usec))
			return 0;
		if (transfer->stop != STOP_NONE && transfer->at >= transfer->stop_at) {
			int r = stop_here(wire, transfer, ret_error);
			if (r == 0)
				return 0;
			return r;
		}
		if (take_packet(wire, data + *ret_n, n - *ret_n, ret_n, ret_error))
			return 1;
	}
}

int wire_event(struct wire *wire, uint8_t *data, size_t n, size_t *ret_n)
{
	if (!wire->events_n)
		return 0;
	*ret_n = n < 16 ? n : 16;
	memcpy(data, wire->events[0], *ret_n);
	wire->events_n--;
	memmove(wire->events[0], wire->events[1], wire->events_n * sizeof wire->events[0]);
	return 1;
}

void wire_clear_halt(struct wire *wire, unsigned endpoint)
{
	wire->counts->clears++;
	if (endpoint & 0x80)
		wire->halted_in = false;
	else
		wire->halted_out = false;
}

static int string_descriptor(struct wire *wire, unsigned index, uint8_t *data, size_t n)
{
	const struct watch_profile *profile = wire->profile;
	const char *texts[] = { NULL, profile->maker, profile->model_string,
		profile->interface_name, profile->decoys_alike ? "Debug" : NULL, profile->serial };
	struct grow bytes = { 0 };
	const char *text = index < 6 ? texts[index] : NULL;
	if (index && !text) {
		count_broken_rule(wire->counts, "a string that it does not have was asked for");
		return -EPIPE;
	}
	grow_u8(&bytes, 0);
	grow_u8(&bytes, 3);
	if (!index)
		grow_u16(&bytes, 0x0409);
	for (; text && *text; text++)
		grow_u16(&bytes, (uint8_t)*text);
	bytes.data[0] = (uint8_t)bytes.n;
	size_t size = bytes.n < n ? bytes.n : n;
	memcpy(data, bytes.data, size);
	free(bytes.data);
	return (int)size;
}

static int class_request(struct wire *wire, const uint8_t *setup, uint8_t *data, size_t n)
{
	if (setup[4] != wire->profile->interface)
		count_broken_rule(wire->counts, "a class request to another interface");
	switch (setup[1]) {
	case 0x64:
		wire->counts->cancels++;
		wire_drop(wire);
		wire->busy_polls = wire->profile->cancel_polls;
		return (int)n;
	case 0x66:
		wire->counts->device_resets++;
		return -EPIPE; /* as Garmin answers */
	case 0x67:
		if (wire->profile->status_stalls)
			return -EPIPE;
		if (n < 4)
			return -EPIPE;
		memcpy(data, (const uint8_t[]) { 4, 0, wire->busy_polls ? 0x19 : 0x01, 0x20 }, 4);
		wire->busy_polls -= wire->busy_polls > 0;
		return 4;
	default:
		return -EPIPE;
	}
}

int wire_control(struct wire *wire, const uint8_t setup[8], uint8_t *data, size_t n)
{
	wire->counts->control++;
	if (wire->gone)
		return -ENODEV;
	if ((setup[0] & 0x60) == 0x20)
		return class_request(wire, setup, data, n);
	if (setup[0] == 0x80 && setup[1] == 8) { /* GET_CONFIGURATION */
		if (n)
			data[0] = (uint8_t)wire_configuration(wire->profile);
		return n ? 1 : 0;
	}
	if (setup[0] == 0x80 && setup[1] == 6 && setup[3] == 3)
		return string_descriptor(wire, setup[2], data, n);
	if (setup[0] == 0x80 && setup[1] == 6 && setup[3] == 1) {
		uint8_t all[WIRE_DESCRIPTORS_BYTES];
		size_t size = wire_descriptors(wire->profile, all);
		size = size > 18 ? 18 : size;
		size = size < n ? size : n;
		memcpy(data, all, size);
		return (int)size;
	}
	return -EPIPE;
}

/* One interface with its endpoints. Returns the end. */
static uint8_t *put_interface(
	uint8_t *at, const struct watch_profile *p, unsigned number, bool decoy)
{
	uint8_t low = (uint8_t)p->packet_bytes, high = (uint8_t)(p->packet_bytes >> 8);
	bool serial = decoy && !p->decoys_alike;
	uint8_t alternate = decoy ? 0 : p->alternate;
	if (alternate) { /* with nothing in it: a device may want to cost no bandwidth at first */
		const uint8_t idle[] = { 9, 4, (uint8_t)number, 0, 0, p->class, p->subclass,
			p->protocol, 0 };
		memcpy(at, idle, sizeof idle);
		at += sizeof idle;
	}
	const uint8_t head[] = { 9, 4, (uint8_t)number, alternate, serial ? 1 : 3,
		serial  ? 2
		: decoy ? 0xff
			: p->class,
		serial  ? 2
		: decoy ? 0xff
			: p->subclass,
		serial  ? 1
		: decoy ? 0
			: p->protocol,
		decoy ? (serial ? 0 : 4) : (p->interface_name ? 3 : 0) };
	/* bulk in, bulk out, interrupt in */
	const uint8_t endpoints[] = { 7, 5, decoy ? 0x84 : 0x81, 2, low, high, 0, 7, 5,
		decoy ? 0x05 : 0x02, 2, low, high, 0, 7, 5, decoy ? 0x86 : 0x83, 3, 64, 0, 6 };
	memcpy(at, head, sizeof head);
	at += sizeof head;
	size_t skip = serial ? 14 : 0;
	memcpy(at, endpoints + skip, sizeof endpoints - skip);
	return at + sizeof endpoints - skip;
}

/* A configuration, bus-powered. */
static uint8_t *put_configuration(
	uint8_t *at, const struct watch_profile *p, unsigned value, bool other)
{
	unsigned n = other ? 1 : p->interface + 1;
	uint8_t *end = at + 9;
	for (unsigned i = 0; i < n; i++)
		end = put_interface(end, p, i, other || i < p->interface);
	const uint8_t head[] = { 9, 2, (uint8_t)(end - at), (uint8_t)((end - at) >> 8), (uint8_t)n,
		(uint8_t)value, 0, 0x80, 250 };
	memcpy(at, head, sizeof head);
	return end;
}

unsigned wire_configuration(const struct watch_profile *p)
{
	return p->configuration ? p->configuration : 1;
}

size_t wire_descriptors(const struct watch_profile *p, uint8_t ret[WIRE_DESCRIPTORS_BYTES])
{
	unsigned value = wire_configuration(p);
	const uint8_t device[] = { 18, 1, 0, 2, p->device_class, 0, 0, 64, (uint8_t)p->vendor,
		(uint8_t)(p->vendor >> 8), (uint8_t)p->product, (uint8_t)(p->product >> 8), 1, 0,
		p->maker ? 1 : 0, p->model_string ? 2 : 0, p->serial ? 5 : 0,
		p->other_configuration ? 2 : 1 };
	memcpy(ret, device, sizeof device);
	uint8_t *at = ret + sizeof device;
	if (p->other_configuration)
		at = put_configuration(at, p, value == 1 ? 2 : 1, true);
	return (size_t)(put_configuration(at, p, value, false) - ret);
}
