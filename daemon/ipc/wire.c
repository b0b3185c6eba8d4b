/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/wire.h"

#include "base/cleanup.h"
#include "ipc/codec.h"
#include "ipc/fields.h"

#include <errno.h>
#include <string.h>

#define COUNTS_PER_PACKET 64u

/* What END says, to be compared with what came. */
struct totals {
	uint32_t activities, wellness, counts, problems;
	bool refused;
};

static void totals_fields(struct codec *codec, struct totals *totals)
{
	codec_u32(codec, &totals->activities);
	codec_u32(codec, &totals->wellness);
	codec_u32(codec, &totals->counts);
	codec_u32(codec, &totals->problems);
	codec_bool(codec, &totals->refused);
}

/* The twelve bytes before everything; the length is known when the rest is written. */
static void put_head(uint8_t *packet, enum packet_type type, size_t length)
{
	struct bytes_out head = bytes_out_of(packet, WIRE_HEAD_BYTES);
	bytes_put_le32(&head, WIRE_MAGIC);
	bytes_put_le16(&head, WIRE_VERSION);
	bytes_put_le16(&head, (uint16_t)type);
	bytes_put_le32(&head, (uint32_t)length);
}

/* Returns the type of a packet whose first twelve bytes hold, -EBADMSG otherwise. */
static int get_head(const void *packet, size_t size)
{
	struct bytes in = bytes_of(packet, size);
	uint32_t magic = bytes_le32(&in);
	uint16_t version = bytes_le16(&in);
	uint16_t type = bytes_le16(&in);
	uint32_t length = bytes_le32(&in);
	if (in.failed || size > WIRE_PACKET_MAX_BYTES || magic != WIRE_MAGIC ||
		version != WIRE_VERSION || type >= PACKET_TYPE_COUNT || length != bytes_left(&in))
		return -EBADMSG;
	return type;
}

static struct codec encode_body(uint8_t *packet)
{
	return codec_encoder(packet + WIRE_HEAD_BYTES, WIRE_PACKET_MAX_BYTES - WIRE_HEAD_BYTES);
}

static struct codec decode_body(const void *packet, size_t size)
{
	return codec_decoder((const uint8_t *)packet + WIRE_HEAD_BYTES, size - WIRE_HEAD_BYTES);
}

int wire_put_request(const struct parse_request *request, uint8_t ret[WIRE_PACKET_MAX_BYTES])
{
	struct parse_request copy = *request;
	struct codec codec = encode_body(ret);
	fields_request(&codec, &copy);
	if (!codec_ok(&codec))
		return -EINVAL;
	put_head(ret, PACKET_REQUEST, codec.out.size);
	return (int)(WIRE_HEAD_BYTES + codec.out.size);
}

int wire_get_request(const void *packet, size_t size, struct parse_request *ret)
{
	if (get_head(packet, size) != PACKET_REQUEST)
		return -EBADMSG;
	struct parse_request request;
	parse_request_init(&request);
	struct codec codec = decode_body(packet, size);
	fields_request(&codec, &request);
	if (!codec_ok(&codec))
		return -EBADMSG;
	*ret = request;
	return 0;
}

/* One packet on its way out. */
struct sender {
	uint8_t packet[WIRE_PACKET_MAX_BYTES];
	wire_send_fn send;
	void *userdata;
};

static int send_packet(struct sender *sender, enum packet_type type, const struct codec *body)
{
	if (!codec_ok(body))
		return -EINVAL;
	put_head(sender->packet, type, body->out.size);
	return sender->send(sender->packet, WIRE_HEAD_BYTES + body->out.size, sender->userdata);
}

static int send_file(struct sender *sender, const struct report *report)
{
	struct report head = *report;
	struct codec codec = encode_body(sender->packet);
	fields_file(&codec, &head);
	return send_packet(sender, PACKET_FILE, &codec);
}

static int send_activities(struct sender *sender, const struct report *report)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < report->activities_n; i++) {
		struct report_activity activity = report->activities[i];
		struct codec codec = encode_body(sender->packet);
		fields_activity(&codec, &activity);
		r = send_packet(sender, PACKET_ACTIVITY, &codec);
	}
	return r;
}

static int send_wellness(struct sender *sender, const struct report *report)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < report->wellness.n; i++) {
		struct wellness_part part = report->wellness.list[i];
		struct codec codec = encode_body(sender->packet);
		fields_wellness(&codec, &part);
		r = send_packet(sender, PACKET_WELLNESS, &codec);
	}
	return r;
}

static int send_counts(struct sender *sender, const struct report *report)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < report->counts_n;) {
		size_t left = report->counts_n - i;
		uint8_t n = (uint8_t)(left < COUNTS_PER_PACKET ? left : COUNTS_PER_PACKET);
		struct codec codec = encode_body(sender->packet);
		codec_u8(&codec, &n);
		for (size_t end = i + n; i < end; i++) {
			struct report_count count = report->counts[i];
			fields_count(&codec, &count);
		}
		r = send_packet(sender, PACKET_COUNTS, &codec);
	}
	return r;
}

static int send_problems(struct sender *sender, const struct report *report)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < report->problems_n; i++) {
		struct report_problem problem = report->problems[i];
		struct codec codec = encode_body(sender->packet);
		fields_problem(&codec, &problem);
		r = send_packet(sender, PACKET_PROBLEM, &codec);
	}
	return r;
}

static int send_end(struct sender *sender, const struct report *report, bool refused)
{
	struct totals totals = {
		.activities = refused ? 0 : (uint32_t)report->activities_n,
		.wellness = refused ? 0 : (uint32_t)report->wellness.n,
		.counts = (uint32_t)report->counts_n,
		.problems = (uint32_t)report->problems_n,
		.refused = refused,
	};
	int r = 0;
	if (refused) {
		char why[REPORT_TEXT_BYTES];
		memcpy(why, report->why, sizeof why);
		struct codec codec = encode_body(sender->packet);
		codec_text(&codec, why, sizeof why);
		r = send_packet(sender, PACKET_REFUSED, &codec);
	}
	if (r < 0)
		return r;
	struct codec codec = encode_body(sender->packet);
	totals_fields(&codec, &totals);
	return send_packet(sender, PACKET_END, &codec);
}

int wire_send_report(const struct report *report, wire_send_fn send, void *userdata)
{
	struct sender sender = { .send = send, .userdata = userdata };
	bool refused = report->why[0] != '\0';
	int r = send_file(&sender, report);
	if (r == 0 && !refused)
		r = send_activities(&sender, report);
	if (r == 0 && !refused)
		r = send_wellness(&sender, report);
	if (r == 0)
		r = send_counts(&sender, report);
	if (r == 0)
		r = send_problems(&sender, report);
	return r == 0 ? send_end(&sender, report, refused) : r;
}

static int take_file(struct wire_reader *reader, struct codec *codec)
{
	fields_file(codec, reader->report);
	reader->has_file = codec_ok(codec);
	return 0;
}

static int take_activity(struct wire_reader *reader, struct codec *codec)
{
	struct report_activity *activity = report_add_activity(reader->report);
	if (!activity)
		return -errno;
	fields_activity(codec, activity);
	return 0;
}

static bool is_behind(const struct wellness_parts *parts, const struct wellness_part *next)
{
	const struct wellness_part *last = parts->n ? &parts->list[parts->n - 1] : NULL;
	return !last || next->day > last->day ||
	       (next->day == last->day && next->kind > last->kind);
}

static int take_wellness(struct wire_reader *reader, struct codec *codec)
{
	uint8_t bytes[WELLNESS_PART_MAX_BYTES];
	struct wellness_part part = { .bytes = bytes };
	fields_wellness(codec, &part);
	if (!codec_ok(codec) || !is_behind(&reader->report->wellness, &part))
		return -EBADMSG;
	return report_add_wellness(reader->report, &part);
}

static int take_counts(struct wire_reader *reader, struct codec *codec)
{
	uint8_t n = 0;
	codec_u8(codec, &n);
	if (n > COUNTS_PER_PACKET)
		return -EBADMSG;
	for (uint8_t i = 0; i < n && !codec->bad; i++) {
		struct report_count *count = report_add_count(reader->report);
		if (!count)
			return -errno;
		fields_count(codec, count);
	}
	return 0;
}

static int take_problem(struct wire_reader *reader, struct codec *codec)
{
	struct report *report = reader->report;
	if (report->problems_n >= ARRAY_SIZE(report->problems))
		return -EBADMSG;
	struct report_problem *problem = &report->problems[report->problems_n++];
	*problem = (struct report_problem) { 0 };
	fields_problem(codec, problem);
	return 0;
}

static int take_refused(struct wire_reader *reader, struct codec *codec)
{
	struct report *report = reader->report;
	if (reader->refused || report->activities_n || report->wellness.n)
		return -EBADMSG;
	codec_text(codec, report->why, sizeof report->why);
	reader->refused = codec_ok(codec);
	return report->why[0] ? 0 : -EBADMSG;
}

static int take_end(struct wire_reader *reader, struct codec *codec)
{
	const struct report *report = reader->report;
	struct totals said = { 0 };
	totals_fields(codec, &said);
	reader->ended = said.activities == report->activities_n &&
			said.wellness == report->wellness.n && said.counts == report->counts_n &&
			said.problems == report->problems_n && said.refused == reader->refused;
	return reader->ended ? 0 : -EBADMSG;
}

int wire_reader_take(struct wire_reader *reader, const void *packet, size_t size)
{
	static int (*const take[PACKET_TYPE_COUNT])(struct wire_reader *, struct codec *) = {
		[PACKET_FILE] = take_file,
		[PACKET_ACTIVITY] = take_activity,
		[PACKET_WELLNESS] = take_wellness,
		[PACKET_COUNTS] = take_counts,
		[PACKET_PROBLEM] = take_problem,
		[PACKET_REFUSED] = take_refused,
		[PACKET_END] = take_end,
	};
	int type = get_head(packet, size);
	if (type < 0 || !take[type] || reader->ended || reader->has_file != (type != PACKET_FILE))
		return -EBADMSG;
	if (reader->refused && type != PACKET_END)
		return -EBADMSG;
	struct codec codec = decode_body(packet, size);
	int r = take[type](reader, &codec);
	if (r == -EFBIG)
		return -EBADMSG;
	if (r < 0)
		return r;
	if (!codec_ok(&codec))
		return -EBADMSG;
	return reader->ended;
}
