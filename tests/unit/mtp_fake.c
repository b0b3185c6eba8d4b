/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit/mtp_fake.h"

#include "unit/mtp_fake_say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum packet_kind { PACKET_BYTES, PACKET_STALL, PACKET_UNPLUG, PACKET_IO };

struct fake_packet {
	uint8_t *data;
	size_t size;
	bool ends; /* the response: with it the transaction is over */
	enum packet_kind kind;
};

static void push(struct fake_watch *fake, enum packet_kind kind, const uint8_t *data, size_t size)
{
	if (fake->queue_n == fake->queue_capacity) {
		fake->queue_capacity = fake->queue_capacity ? 2 * fake->queue_capacity : 64;
		fake->queue = realloc(fake->queue, fake->queue_capacity * sizeof *fake->queue);
		if (!fake->queue)
			abort();
	}
	struct fake_packet *packet = &fake->queue[fake->queue_n++];
	packet->kind = kind;
	packet->size = size;
	packet->ends = false;
	packet->data = malloc(size + 1);
	if (!packet->data)
		abort();
	if (size)
		memcpy(packet->data, data, size);
}

static void clear_queue(struct fake_watch *fake)
{
	for (size_t i = fake->queue_at; i < fake->queue_n; i++)
		free(fake->queue[i].data);
	fake->queue_n = fake->queue_at = 0;
}

/* One transfer as the device makes it. */
static void push_transfer(
	struct fake_watch *fake, const uint8_t *data, size_t size, bool zlp_if_whole)
{
	size_t at = 0;
	do {
		size_t n = size - at < fake->packet ? size - at : fake->packet;
		push(fake, PACKET_BYTES, data + at, n);
		at += n;
	} while (at < size);
	if (size && size % fake->packet == 0 && zlp_if_whole)
		push(fake, PACKET_BYTES, NULL, 0);
}

static void push_container(struct fake_watch *fake, uint16_t type, uint16_t code,
	uint32_t transaction, const uint32_t *parameters, size_t n)
{
	struct reply raw = { 0 };
	reply_put_number(&raw, 12 + 4 * n, 4);
	reply_put_number(&raw, type, 2);
	reply_put_number(&raw, code, 2);
	reply_put_number(&raw, transaction, 4);
	for (size_t i = 0; i < n; i++)
		reply_put_number(&raw, parameters[i], 4);
	push_transfer(fake, raw.data, raw.n, false);
	free(raw.data);
}

/* The bytes of a data phase as this device frames them, from the header on, the first `keep` of them. */
static void push_data(struct fake_watch *fake, uint16_t code, uint32_t transaction, uint64_t said,
	const struct reply *data, size_t keep)
{
	struct reply raw = { 0 };
	reply_put_number(&raw, fake->no_length ? 0xFFFFFFFF : 12 + said, 4);
	reply_put_number(&raw, 2, 2);
	reply_put_number(&raw, code, 2);
	reply_put_number(&raw, transaction, 4);
	reply_put(&raw, data->data, data->n);
	if (keep > raw.n)
		keep = raw.n;
	/* an end before the end is a short packet or an empty one, whatever the device does else */
	bool early = keep < raw.n;
	if (fake->chunk && keep == raw.n) {
		push_transfer(fake, raw.data, 12, false);
		for (size_t at = 12; at < keep; at += fake->chunk)
			push_transfer(fake, raw.data + at,
				keep - at < fake->chunk ? keep - at : fake->chunk, fake->zlp);
	} else if (fake->split && keep >= 12) {
		push_transfer(fake, raw.data, 12, false);
		if (keep > 12)
			push_transfer(fake, raw.data + 12, keep - 12, fake->zlp || early);
	} else if (keep) {
		push_transfer(fake, raw.data, keep, fake->zlp || early);
	}
	free(raw.data);
}

/* Everything from `offset` on is lost: what a hang, a stall or an unplug leaves. */
static void break_off(struct fake_watch *fake, size_t offset)
{
	size_t seen = 0, i = fake->queue_at;
	for (; i < fake->queue_n; i++) {
		struct fake_packet *packet = &fake->queue[i];
		if (seen + packet->size > offset) {
			packet->size = (offset - seen) / fake->packet * fake->packet;
			i += packet->size > 0;
			break;
		}
		seen += packet->size;
	}
	for (size_t j = i; j < fake->queue_n; j++)
		free(fake->queue[j].data);
	fake->queue_n = i;
}

static void push_answer(struct fake_watch *fake, uint16_t code, uint32_t transaction,
	uint32_t parameter, bool has_parameter)
{
	push_container(fake, 3, code, transaction, &parameter, has_parameter);
	fake->queue[fake->queue_n - 1].ends = true;
}

/* Faults that change what is said. Returns true when the whole reply is made. */
static bool misbehave(struct fake_watch *fake, uint16_t code, struct reply *data, bool has_data,
	uint16_t response)
{
	uint32_t id = fake->transaction;
	static const uint8_t garbage[70] = { 0xDE, 0xAD, 0xBE, 0xEF, 0x55, 0xAA };
	static const uint8_t zeros[8], more[100];
	switch (fake->fault) {
	case FAKE_BUSY:
		push_answer(fake, 0x2019, id, 0, false);
		return true;
	case FAKE_NO_SESSION:
		fake->session_open = false;
		push_answer(fake, 0x2003, id, 0, false);
		return true;
	case FAKE_GENERAL:
		push_answer(fake, 0x2002, id, 0, false);
		return true;
	case FAKE_NO_DATA:
		push_answer(fake, 0x2001, id, 0, false);
		return true;
	case FAKE_STRAY:
		push_container(fake, 3, 0x2001, id - 1, NULL, 0);
		return false;
	case FAKE_STRAY_DATA:
		push_data(fake, code, id - 1, data->n, data, SIZE_MAX);
		return false;
	case FAKE_EVENT:
		push_container(fake, 4, 0x4002, id, &(uint32_t) { 7 }, 1);
		return false;
	case FAKE_GARBAGE:
		push_transfer(fake, garbage, sizeof garbage, false);
		return false;
	case FAKE_CUT:
	case FAKE_CUT_OK:
		if (!has_data)
			return false;
		push_data(fake, code, id, data->n, data, fake->fault_offset);
		push_answer(fake, fake->fault == FAKE_CUT ? 0x2007 : 0x2001, id, 0, false);
		return true;
	case FAKE_WRONG_DATA:
		if (has_data)
			push_data(fake, code, id + 5, data->n, data, SIZE_MAX);
		push_answer(fake, response, id, 0, false);
		return true;
	case FAKE_WRONG_ANSWER:
		if (has_data)
			push_data(fake, code, id, data->n, data, SIZE_MAX);
		push_answer(fake, response, id + 3, 0, false);
		return true;
	case FAKE_PADDING:
		if (has_data)
			push_data(fake, code, id, data->n, data, SIZE_MAX);
		push_transfer(fake, zeros, sizeof zeros, false);
		push_answer(fake, response, id, 0, false);
		return true;
	case FAKE_STALL_OK:
		if (has_data)
			push_data(fake, code, id, data->n, data, SIZE_MAX);
		push(fake, PACKET_STALL, NULL, 0);
		push_answer(fake, response, id, 0, false);
		return true;
	case FAKE_CLAIMS_MUCH:
		if (has_data)
			push_data(fake, code, id, 0x7FFFFF00, data, SIZE_MAX);
		return has_data;
	case FAKE_LONG:
		if (has_data && data->n)
			reply_put(data, more, sizeof more);
		return false;
	case FAKE_ZEROS:
	case FAKE_NONSENSE:
		if (data->n)
			memset(data->data, fake->fault == FAKE_ZEROS ? 0 : 0xFF, data->n);
		return false;
	case FAKE_FLIP:
		if (data->n)
			data->data[fake->fault_offset % data->n] ^= 0x10;
		return false;
	default:
		return false;
	}
}

/* Faults that break off what is said. */
static void break_down(struct fake_watch *fake)
{
	switch (fake->fault) {
	case FAKE_HANG:
	case FAKE_WEDGE:
	case FAKE_DEAD:
		break_off(fake, fake->fault_offset);
		fake->wedged = fake->fault != FAKE_HANG;
		fake->dead = fake->fault == FAKE_DEAD;
		break;
	case FAKE_UNPLUG:
		break_off(fake, fake->fault_offset);
		push(fake, PACKET_UNPLUG, NULL, 0);
		break;
	case FAKE_STALL:
		break_off(fake, fake->fault_offset);
		push(fake, PACKET_STALL, NULL, 0);
		push_answer(fake, 0x2002, fake->transaction, 0, false);
		break;
	case FAKE_STALL_MUTE:
		break_off(fake, fake->fault_offset);
		push(fake, PACKET_STALL, NULL, 0);
		break;
	case FAKE_IO:
		break_off(fake, fake->fault_offset);
		push(fake, PACKET_IO, NULL, 0);
		break;
	default:
		break;
	}
}

static uint64_t number(const uint8_t *raw, size_t n)
{
	uint64_t value = 0;
	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)raw[i] << (8 * i);
	return value;
}

static bool only_reads(uint16_t code)
{
	static const uint16_t reading[] = { 0x1001, 0x1002, 0x1003, 0x1004, 0x1005, 0x1007, 0x1008,
		0x1009, 0x101B, 0x9801, 0x9803, 0x9805, 0x9001 };
	for (size_t i = 0; i < sizeof reading / sizeof *reading; i++)
		if (reading[i] == code)
			return true;
	return false;
}

static void take_command(struct fake_watch *fake, uint16_t code, const uint32_t *parameters)
{
	bool faulty = fake->fault != FAKE_FINE && fake->operations >= fake->fault_at &&
		      fake->operations < fake->fault_at + fake->fault_for &&
		      (!fake->fault_every ||
			      (fake->operations - fake->fault_at) % fake->fault_every == 0);
	struct reply data = { 0 };
	bool has_data = false;
	uint32_t parameter = 0xFFFFFFFF;
	bool outside = code == 0x1001 || code == 0x1002;
	uint16_t response = !fake->session_open && !outside ? 0x2003 : 0x2001;
	if (fake->ids_go_on_from && code != 0x1001) {
		fake->session_open = true;
		response = fake->transaction < fake->ids_go_on_from ? 0x2004 : 0x2001;
	}
	if (response == 0x2001 && (!faulty || fake->fault != FAKE_BUSY))
		response = fake_answer(fake, code, parameters, &data, &has_data, &parameter);
	has_data = has_data && response == 0x2001;
	for (unsigned i = 0; i < fake->strays; i++)
		push_container(fake, 3, 0x2001, fake->transaction - 1 - i, NULL, 0);
	if (!faulty || !misbehave(fake, code, &data, has_data, response)) {
		if (has_data)
			push_data(fake, code, fake->transaction, data.n, &data, SIZE_MAX);
		push_answer(fake, response, fake->transaction, parameter, parameter != 0xFFFFFFFF);
	}
	if (faulty)
		break_down(fake);
	free(data.data);
}

/* Nothing is to be said to one that was unplugged. */
static int say_gone(struct fake_watch *fake)
{
	fake->sins++;
	return -ENODEV;
}

static int on_write(void *userdata, const uint8_t *data, size_t size, unsigned timeout_ms)
{
	struct fake_watch *fake = userdata;
	if (fake->gone)
		return say_gone(fake);
	if (fake->wedged) {
		fake->now_ms += timeout_ms;
		return -ETIMEDOUT;
	}
	if (fake->stalled_out)
		return -EPIPE;
	fake->transfers++;
	if (size < 12 || number(data, 4) != size || number(data + 4, 2) != 1 || size > 32) {
		fake->sins++;
		return 0;
	}
	uint32_t parameters[5] = { 0 };
	uint16_t code = (uint16_t)number(data + 6, 2);
	for (size_t i = 0; 12 + 4 * i < size; i++)
		parameters[i] = (uint32_t)number(data + 12 + 4 * i, 4);
	if (!only_reads(code))
		fake->forbidden = code;
	/* the properties of everything: Garmin answers without data, and others for minutes */
	if (fake->in_transaction || (code == 0x9805 && parameters[0] == 0xFFFFFFFF))
		fake->sins++;
	fake->transaction = (uint32_t)number(data + 8, 4);
	/* 0 outside of a session and for opening it, never in one */
	bool outside = code == 0x1002 || (code == 0x1001 && !fake->session_open);
	if (outside != (fake->transaction == 0) && !(code == 0x1001 && fake->session_open))
		fake->sins++;
	if (fake->operations < FAKE_LOG_MAX)
		fake->log[fake->operations] = code;
	fake->operations++;
	fake->by_code[code]++;
	if (fake->fault == FAKE_STALL_WRITE && fake->operations == fake->fault_at) {
		fake->operations--;
		fake->by_code[code]--;
		fake->fault_at = 0;
		fake->stalled_out = true;
		return -EPIPE;
	}
	fake->in_transaction = true;
	fake->data_begun = false;
	take_command(fake, code, parameters);
	return 0;
}

/* After a cancel, as long as it was not asked often enough whether it still is. */
static bool says_busy(const struct fake_watch *fake)
{
	return fake->status_busy && !fake->stalls_status;
}

/* What is due up to the response. */
static size_t rest_of_data(const struct fake_watch *fake)
{
	size_t rest = 0;
	for (size_t i = fake->queue_at; i < fake->queue_n && !fake->queue[i].ends; i++)
		rest += fake->queue[i].size;
	return rest;
}

/* More than what is due, although that fills its last packet: what comes behind it would be taken along. */
static bool asks_too_much(const struct fake_watch *fake, size_t size)
{
	bool knows = fake->data_begun && fake->in_transaction && fake->fault == FAKE_FINE &&
		     !fake->no_length && !fake->chunk;
	size_t rest = knows ? rest_of_data(fake) : 0;
	return rest && rest % fake->packet == 0 && size > rest;
}

static int on_read(
	void *userdata, uint8_t *data, size_t size, unsigned timeout_ms, size_t *ret_size)
{
	struct fake_watch *fake = userdata;
	*ret_size = 0;
	if (fake->gone)
		return -ENODEV;
	if (fake->stalled_in)
		return -EPIPE;
	fake->transfers++;
	if (size % fake->packet)
		fake->sins++; /* asks for a part of a packet, which loses the rest */
	if (asks_too_much(fake, size))
		fake->sins++;
	if (says_busy(fake))
		fake->sins++;
	if (fake->owes_status || fake->owes_event) {
		fake->now_ms += timeout_ms;
		return -ETIMEDOUT;
	}
	fake->now_ms += fake->drip_ms;
	while (*ret_size < size) {
		if (fake->queue_at == fake->queue_n) {
			fake->now_ms += timeout_ms;
			return -ETIMEDOUT;
		}
		struct fake_packet packet = fake->queue[fake->queue_at++];
		if (packet.kind == PACKET_UNPLUG)
			fake->gone = true;
		if (packet.kind == PACKET_STALL)
			fake->stalled_in = true;
		if (packet.kind == PACKET_BYTES)
			memcpy(data + *ret_size, packet.data, packet.size);
		free(packet.data);
		if (packet.kind != PACKET_BYTES)
			return packet.kind == PACKET_UNPLUG  ? -ENODEV
			       : packet.kind == PACKET_STALL ? -EPIPE
							     : -EIO;
		*ret_size += packet.size;
		fake->data_begun = true;
		if (packet.ends)
			fake->in_transaction = false;
		if (packet.size < fake->packet)
			break;
		if (fake->drip_ms)
			return -ETIMEDOUT;
	}
	return 0;
}

static int on_event(void *userdata, unsigned timeout_ms)
{
	struct fake_watch *fake = userdata;
	bool there = fake->owes_event && !fake->gone;
	fake->owes_event = false;
	fake->now_ms += there ? 0 : timeout_ms;
	return fake->gone ? -ENODEV : there ? 0 : -ETIMEDOUT;
}

static int on_clear_halt(void *userdata, enum mtp_pipe pipe)
{
	struct fake_watch *fake = userdata;
	if (pipe == MTP_PIPE_OUT)
		fake->stalled_out = false;
	else
		fake->stalled_in = false;
	fake->owes_status = fake->waits_for_status;
	return fake->gone ? -ENODEV : fake->wedged ? -ETIMEDOUT : 0;
}

static int on_cancel(void *userdata, uint32_t transaction)
{
	struct fake_watch *fake = userdata;
	(void)transaction;
	if (fake->gone)
		return say_gone(fake);
	if (fake->wedged) {
		fake->now_ms += 1000;
		return -ETIMEDOUT;
	}
	clear_queue(fake);
	fake->cancels++;
	fake->in_transaction = false;
	fake->status_busy = 2;
	fake->owes_event = fake->event_after_cancel;
	return fake->stalls_status ? -EPIPE : 0;
}

static int on_status(void *userdata, uint16_t *ret_code)
{
	struct fake_watch *fake = userdata;
	if (fake->gone)
		return -ENODEV;
	if (fake->wedged) {
		fake->now_ms += 1000;
		return -ETIMEDOUT;
	}
	fake->owes_status = false;
	if (fake->stalls_status)
		return -EPIPE;
	*ret_code = fake->status_busy ? 0x2019 : 0x2001;
	fake->status_busy -= fake->status_busy > 0;
	return 0;
}

static int on_reopen(void *userdata, unsigned pause_ms)
{
	struct fake_watch *fake = userdata;
	fake->now_ms += pause_ms;
	if (fake->gone)
		return say_gone(fake);
	if (fake->reopens < sizeof fake->quiet_ms / sizeof *fake->quiet_ms)
		fake->quiet_ms[fake->reopens] = pause_ms;
	fake->reopens++;
	/* the kernel says nothing of it to the device: what that was doing it goes on with */
	if (!fake->wedged)
		return 0;
	fake->wedged = fake->dead;
	fake->in_transaction = fake->session_open = fake->stalled_in = fake->stalled_out = false;
	clear_queue(fake);
	return 0;
}

static int on_reset(void *userdata)
{
	struct fake_watch *fake = userdata;
	if (!fake->may_reset)
		return -EOPNOTSUPP;
	fake->resets++;
	fake->dead = false;
	return 0;
}

static void on_pause(void *userdata, unsigned ms)
{
	struct fake_watch *fake = userdata;
	fake->now_ms += ms;
}

static uint64_t on_now(void *userdata)
{
	return ((struct fake_watch *)userdata)->now_ms;
}

static size_t on_packet(void *userdata)
{
	return ((struct fake_watch *)userdata)->packet;
}

void fake_transport(struct fake_watch *fake, struct mtp_transport *ret)
{
	static const struct mtp_transport_ops ops = { .write = on_write,
		.read = on_read,
		.drop_event = on_event,
		.clear_halt = on_clear_halt,
		.cancel = on_cancel,
		.status = on_status,
		.reopen = on_reopen,
		.reset = on_reset,
		.pause = on_pause,
		.now_ms = on_now,
		.packet_bytes = on_packet };
	*ret = (struct mtp_transport) { .ops = &ops, .userdata = fake };
}

void fake_init(struct fake_watch *fake)
{
	memset(fake, 0, sizeof *fake);
	fake->packet = 512;
	fake->split = true;
	fake->props = FAKE_PROPS_REFUSED;
	fake->storages[0] = 0x00020001;
	fake->storages_n = 1;
}

void fake_done(struct fake_watch *fake)
{
	clear_queue(fake);
	free(fake->queue);
	for (size_t i = 0; i < fake->objects_n; i++)
		free(fake->objects[i].data);
}

void fake_replug(struct fake_watch *fake)
{
	clear_queue(fake);
	fake->operations = fake->transfers = fake->cancels = fake->reopens = 0;
	memset(fake->by_code, 0, sizeof fake->by_code);
	fake->fault = FAKE_FINE;
	fake->in_transaction = fake->gone = fake->wedged = fake->dead = false;
	fake->stalled_in = fake->stalled_out = fake->session_open = false;
	fake->data_begun = fake->owes_status = fake->owes_event = false;
	fake->status_busy = 0;
	fake->now_ms = 0;
}
