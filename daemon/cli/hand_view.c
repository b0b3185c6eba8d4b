/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/hand_view.h"

#include "base/cleanup.h"
#include "cli/human.h"
#include "cli/lines.h"
#include "cli/say.h"
#include "import/job.h"

#include <stdio.h>
#include <sys/statvfs.h>

/* The largest file, its archive and the rows of a first import find room in it. */
#define DISK_MIN_BYTES (64ull * 1024 * 1024)
#define CLOCK_BEHIND_MS INT64_C(60000)

static void look_at_clock(
	const struct session *session, const char *last_import, char *ret, size_t size)
{
	int64_t last_ms;
	char now[HUMAN_BYTES], last[HUMAN_BYTES];
	if (!last_import || clock_parse(last_import, &last_ms) < 0 ||
		session->now_ms >= last_ms - CLOCK_BEHIND_MS)
		return;
	(void)snprintf(ret, size,
		"this machine's clock (%s) is behind the last import (%s): is it set right?",
		human_time(session->now_ms, now), human_time(last_ms, last));
}

static void look_at_disk(const struct session *session, char *ret, size_t size)
{
	struct statvfs disk;
	if (statvfs(session->paths.state, &disk) < 0)
		return;
	unsigned long long free_bytes = (unsigned long long)disk.f_bavail * disk.f_frsize;
	if (free_bytes >= DISK_MIN_BYTES)
		return;
	(void)snprintf(ret, size, "the disk is %s (%llu MB free): imports wait until there is room",
		free_bytes < DISK_MIN_BYTES / 8 ? "full" : "nearly full", free_bytes / 1000000);
}

int hand_needed(const struct session *session, const char *last_import, struct hand_needed *ret)
{
	AUTO_FREE char *trouble = NULL;
	*ret = (struct hand_needed) { .clock = "" };
	look_at_clock(session, last_import, ret->clock, sizeof ret->clock);
	look_at_disk(session, ret->disk, sizeof ret->disk);
	int r = store_get_fact(session->store, IMPORT_FACT_TROUBLE, &trouble);
	if (r == 0 && trouble && *trouble)
		(void)snprintf(ret->import, sizeof ret->import,
			"the latest import stopped and is tried again: %s", trouble);
	return r;
}

void hand_print(const struct cli_context *context, const struct hand_needed *needed)
{
	const char *const lines[] = { needed->import, needed->disk, needed->clock };
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (!*lines[i])
			continue;
		(void)printf("%sCheck%s          ", cli_style(context, STYLE_WARN),
			cli_style(context, STYLE_PLAIN));
		lines_print(stdout, lines[i], 15, 15, lines_width(stdout));
		(void)putchar('\n');
	}
}
