/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/import_paths.h"

#include "base/cleanup.h"
#include "cli/lines.h"
#include "import/explain.h"
#include "import/feed.h"
#include "import/tree.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCE "import"

struct importing {
	struct session *session;
	struct import_job *job;
	const char *root; /* absolute; what paths are below */
	bool single;      /* root is a file */
	bool bar;
	size_t shown;
	bool (*is_over)(void);
};

static bool must_end(const struct importing *importing)
{
	return importing->is_over && importing->is_over();
}

static void origin_of(const struct importing *importing, const char *path, int64_t size_bytes,
	int64_t mtime_ns, struct spool_origin *ret)
{
	*ret = (struct spool_origin) {
		.source = SOURCE, .size_bytes = size_bytes, .mtime_ns = mtime_ns, .serial = -1
	};
	if (importing->single || !*path)
		(void)snprintf(ret->path, sizeof ret->path, "%s", importing->root);
	else
		(void)snprintf(ret->path, sizeof ret->path, "%s/%s", importing->root, path);
}

static void show_bar(struct importing *importing, bool last)
{
	if (!importing->bar)
		return;
	char text[80];
	(void)snprintf(text, sizeof text, "%zu files, %zu still to be read", importing->shown,
		import_left(importing->job));
	lines_redraw(stderr, last ? "" : text);
}

static bool on_known(const char *path, int64_t size_bytes, int64_t mtime_ns, void *userdata)
{
	struct importing *importing = userdata;
	if (importing->single) /* meant by name: its content decides, as it may have been forgotten */
		return false;
	struct spool_origin origin;
	origin_of(importing, path, size_bytes, mtime_ns, &origin);
	return !import_wants(importing->job, &origin);
}

static int on_file(const struct tree_file *file, void *userdata)
{
	struct importing *importing = userdata;
	struct spool_file spooled = { 0 };
	origin_of(importing, file->path, file->size_bytes, file->mtime_ns, &spooled.origin);
	importing->shown++;
	show_bar(importing, false);
	if (must_end(importing))
		return -EINTR;
	if (file->why == tree_vanished && !importing->single)
		return 0;
	if (file->why)
		return import_refuse(importing->job, &spooled.origin, file->why);
	const struct session *session = importing->session;
	int r = (session->throw_away ? spool_take_for_now : spool_take)(
		session->paths.state, file->fd, &spooled.origin, spooled.hash);
	if (r == -ENODATA)
		return import_refuse(importing->job, &spooled.origin,
			"shorter than its folder says: it is still being written, or was cut");
	if (r == -EIO)
		return import_refuse(
			importing->job, &spooled.origin, "cannot be read: input/output error");
	if (r == 0)
		r = import_add(importing->job, &spooled);
	return r == 0 ? import_turn(importing->job) : r;
}

/* Returns 0; -ENOENT when nothing is at that path; other negative errno. */
static int import_path(struct importing *importing, const struct devices *devices, const char *path)
{
	AUTO_FREE char *root = realpath(path, NULL);
	importing->root = root ? root : path;
	struct stat st;
	importing->single = stat(path, &st) < 0 || !S_ISDIR(st.st_mode);
	import_mean_by_name(importing->job, importing->single);
	const struct tree_callbacks callbacks = {
		.on_known = on_known, .on_file = on_file, .userdata = importing
	};
	int r = tree_walk(path, devices, &callbacks);
	return r < 0 ? r : import_walked(importing->job, SOURCE, importing->root);
}

static int wait_for_helpers(struct importing *importing)
{
	while (import_left(importing->job)) {
		struct pollfd fd = { .fd = import_fd(importing->job), .events = POLLIN };
		if (poll(&fd, 1, -1) < 0 && errno != EINTR)
			return -errno;
		int r = must_end(importing) ? -EINTR : import_turn(importing->job);
		if (r < 0)
			return r;
		show_bar(importing, false);
	}
	show_bar(importing, true);
	return 0;
}

/* Walks all paths, and stores. missing counts the paths at which nothing is. */
static int import_all(struct importing *importing, int count, char **paths, int *ret_missing)
{
	CLEANUP(devices_freep) struct devices *devices = NULL;
	int r = devices_load(&devices, NULL);
	for (int i = 0; r == 0 && i < count; i++) {
		r = import_path(importing, devices, paths[i]);
		if (r == -ENOENT) {
			(void)cli_fail(0, "cannot import", paths[i], "nothing is there");
			(*ret_missing)++;
			r = 0;
		}
	}
	return r < 0 ? r : wait_for_helpers(importing);
}

int import_paths(struct cli_context *context, struct session *session, int count, char **paths,
	bool (*is_over)(void), struct import_result *ret, int *ret_missing)
{
	AUTO_CLOSE int lock = store_lock_import(session->store, true);
	if (lock < 0)
		return cli_fail(CLI_STATE, "cannot lock the store", session->paths.state, "%s",
			import_explain(lock));
	struct importing importing = { .session = session,
		.bar = isatty(STDERR_FILENO) && !context->json,
		.is_over = is_over };
	int missing = 0;
	int r = import_new(session->store, session->conf, &context->clock, &importing.job);
	if (r == 0)
		r = import_all(&importing, count, paths, &missing);
	char why[STORE_WHY_BYTES] = "";
	if (r == 0 && missing < count)
		r = import_finish(importing.job, ret, why);
	importing.job = import_free(importing.job);
	if (r == 0) /* trouble with the folder is for status to tell; the import is done */
		(void)feed_run(session->store, session->conf);
	if (r < 0)
		return cli_fail(CLI_STATE, "cannot import", session->paths.state, "%s",
			*why ? why : import_explain(r));
	*ret_missing = missing;
	return missing == count ? CLI_NOTHING : CLI_DONE;
}
