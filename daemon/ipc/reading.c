/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ipc/reading.h"

#include "base/cleanup.h"
#include "ipc/json_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX_BYTES (8 << 20) /* a thousand refused files and their reasons */

static const char *const phases[READING_PHASE_COUNT] = {
	[READING_LOOKING] = "looking",
	[READING_FETCHING] = "fetching",
	[READING_STORING] = "storing",
	[READING_DONE] = "done",
};

void reading_done(struct reading *reading)
{
	json_decref(reading->result);
	reading->result = NULL;
}

static json_t *to_json(const struct reading *reading)
{
	return json_pack("{s:s,s:I,s:o,s:o,s:I,s:I,s:I,s:I,s:I,s:I,s:i,s:o,s:O?}", "phase",
		phases[reading->phase], "number", (json_int_t)reading->number, "source",
		json_from_bytes(reading->source), "name", json_from_bytes(reading->name), "wanted",
		(json_int_t)reading->wanted, "got", (json_int_t)reading->got, "refused",
		(json_int_t)reading->refused, "wanted_bytes", (json_int_t)reading->wanted_bytes,
		"got_bytes", (json_int_t)reading->got_bytes, "at_ms", (json_int_t)reading->at_ms,
		"status", reading->status, "why", json_from_bytes(reading->why), "result",
		reading->result);
}

int reading_write(const char *state_dir, const struct reading *reading)
{
	json_auto_t *object = to_json(reading);
	AUTO_FREE char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	AUTO_FREE char *path = NULL, *fresh = NULL;
	if (!text || asprintf(&path, "%s/" READING_FILE, state_dir) < 0 ||
		asprintf(&fresh, "%s.new", path) < 0)
		return -ENOMEM;
	size_t size = strlen(text);
	AUTO_CLOSE int fd = open(
		fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0660);
	if (fd < 0)
		return -errno;
	/* not synced: after a crash of the machine it says nothing that is still true */
	if (write(fd, text, size) != (ssize_t)size || rename(fresh, path) < 0) {
		int r = errno ? -errno : -EIO;
		(void)unlink(fresh);
		return r;
	}
	return 0;
}

static int load(const char *path, json_t **ret)
{
	struct stat st;
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX_BYTES)
		return -ENOENT;
	json_t *object = json_loadfd(fd, 0, NULL);
	if (!object)
		return -ENOENT;
	*ret = object;
	return 0;
}

static bool copy_text(char *ret, size_t room, const char *text)
{
	return snprintf(ret, room, "%s", text) < (int)room;
}

int reading_read(const char *state_dir, struct reading *ret)
{
	json_auto_t *object = NULL;
	AUTO_FREE char *path = NULL;
	const char *phase, *source, *name, *why;
	json_int_t number, wanted, got, refused = 0, wanted_bytes, got_bytes, at_ms;
	struct reading reading = { 0 };
	json_t *result = NULL;
	if (asprintf(&path, "%s/" READING_FILE, state_dir) < 0)
		return -ENOMEM;
	if (load(path, &object) < 0 ||
		json_unpack(object, "{s:s,s:I,s:s,s:s,s:I,s:I,s?:I,s:I,s:I,s:I,s:i,s:s,s?:o}",
			"phase", &phase, "number", &number, "source", &source, "name", &name,
			"wanted", &wanted, "got", &got, "refused", &refused, "wanted_bytes",
			&wanted_bytes, "got_bytes", &got_bytes, "at_ms", &at_ms, "status",
			&reading.status, "why", &why, "result", &result) < 0)
		return -ENOENT;
	int p = 0;
	while (p < READING_PHASE_COUNT && strcmp(phases[p], phase) != 0)
		p++;
	if (p == READING_PHASE_COUNT || wanted < 0 || got < 0 || wanted > UINT32_MAX ||
		got > UINT32_MAX || refused < 0 || refused > UINT32_MAX || wanted_bytes < 0 ||
		got_bytes < 0 || !copy_text(reading.source, sizeof reading.source, source) ||
		!copy_text(reading.name, sizeof reading.name, name) ||
		!copy_text(reading.why, sizeof reading.why, why))
		return -ENOENT;
	reading.phase = (enum reading_phase)p;
	reading.number = number;
	reading.wanted = (uint32_t)wanted;
	reading.got = (uint32_t)got;
	reading.refused = (uint32_t)refused;
	reading.wanted_bytes = (uint64_t)wanted_bytes;
	reading.got_bytes = (uint64_t)got_bytes;
	reading.at_ms = at_ms;
	reading.result = json_is_object(result) ? json_incref(result) : NULL;
	*ret = reading;
	return 0;
}
