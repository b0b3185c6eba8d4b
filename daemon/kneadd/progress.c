/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kneadd/progress.h"

#include <stdio.h>

void progress_begin(struct progress *progress)
{
	progress->wanted = progress->got = progress->refused = progress->later = 0;
	progress->done_bytes = 0;
	progress->listed = progress->known_make = false;
	progress->seen[0] = '\0';
}

void progress_listed(
	struct progress *progress, const struct waiting *source, const struct fetch_packet *packet)
{
	progress->wanted = packet->wanted_n;
	progress->listed = true;
	progress->known_make = packet->known_make;
	if (!*packet->path)
		(void)snprintf(progress->seen, sizeof progress->seen, "%s",
			*packet->why ? packet->why : "nothing");
	if (source->kind == SOURCE_VOLUME) /* which may have turned out to be no watch */
		board_begin(&progress->board, source->name, source->title);
	board_listed(&progress->board, packet->wanted_n, (uint64_t)packet->size_bytes);
}

void progress_within(struct progress *progress, uint64_t bytes)
{
	board_progress(
		&progress->board, progress->got, progress->refused, progress->done_bytes + bytes);
}

static void count_file(
	struct progress *progress, const struct fetch_packet *packet, unsigned *number)
{
	++*number;
	progress->done_bytes += packet->size_bytes < 0 ? 0 : (uint64_t)packet->size_bytes;
	progress_within(progress, 0);
}

void progress_got(struct progress *progress, const struct fetch_packet *packet)
{
	count_file(progress, packet, &progress->got);
}

void progress_refused(struct progress *progress, const struct fetch_packet *packet)
{
	count_file(progress, packet, &progress->refused);
}

const char *progress_say(const struct progress *progress, const struct waiting *source,
	char ret[PROGRESS_TEXT_BYTES])
{
	char refused[24] = "";
	if (progress->refused)
		(void)snprintf(refused, sizeof refused, ", %u refused", progress->refused);
	if (progress->listed && progress->wanted)
		(void)snprintf(ret, PROGRESS_TEXT_BYTES, "reading %s: %u of %u new files%s",
			source->title, progress->got, progress->wanted, refused);
	else
		(void)snprintf(
			ret, PROGRESS_TEXT_BYTES, "looking for new files on %s", source->title);
	return ret;
}
