/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead export DIR: everything that is known, readable without Knead. */
#include "cli/export_folder.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "cli/activity_view.h"
#include "import/original.h"
#include "ipc/json_text.h"
#include "store/store_export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define ACTIVITIES "activities.jsonl"

struct exporting {
	struct store *store;
	const struct export_folder *folder;
	FILE *to;
	enum export_table table;
	int originals_fd;
	size_t activities, originals, missing;
};

static const char *const table_names[EXPORT_COUNT] = {
	[EXPORT_DAYS] = "days.jsonl",
	[EXPORT_SCORES] = "scores.jsonl",
	[EXPORT_ALERTS] = "alerts.jsonl",
	[EXPORT_MASSAGES] = "massages.jsonl",
	[EXPORT_FEELINGS] = "feelings.jsonl",
	[EXPORT_FLAGS] = "flags.jsonl",
};

static int put_line(const char *json, void *userdata)
{
	struct exporting *exporting = userdata;
	return fprintf(exporting->to, "%s\n", json) < 0 ? -EIO : 0;
}

static int write_table(FILE *to, void *userdata)
{
	struct exporting *exporting = userdata;
	exporting->to = to;
	return store_export(exporting->store, exporting->table, put_line, exporting);
}

static int put_activity(const struct stored_activity *stored, void *userdata)
{
	struct exporting *exporting = userdata;
	exporting->activities++;
	json_auto_t *object = activity_to_json(stored);
	return object ? json_print(exporting->to, object) : -ENOMEM;
}

static int write_activities(FILE *to, void *userdata)
{
	struct exporting *exporting = userdata;
	exporting->to = to;
	return store_each_activity(exporting->store, 0, put_activity, exporting);
}

/* An original, and a line that says which it is. */
static int put_original(const struct export_file *file, void *userdata)
{
	struct exporting *exporting = userdata;
	char name[ORIGINAL_NAME_BYTES], hex[HASH_HEX_BYTES];
	(void)original_name(file->at_ms, file->hash, file->format, name);
	int r = original_place(
		store_directory(exporting->store), file->hash, exporting->originals_fd, name);
	bool missing = r == -ENOENT || r == -EBADMSG;
	if (r < 0 && !missing)
		return r;
	exporting->originals += !missing;
	exporting->missing += missing;
	json_auto_t *object = json_pack("{s:s?,s:s,s:o}", "file", missing ? NULL : name, "sha256",
		hash_hex(file->hash, hex), "was",
		file->path ? json_from_bytes(file->path) : json_null());
	return object ? json_print(exporting->to, object) : -ENOMEM;
}

static int write_originals(FILE *to, void *userdata)
{
	struct exporting *exporting = userdata;
	exporting->to = to;
	return store_export_files(exporting->store, put_original, exporting);
}

/* The last file: where it stands, the export is whole. */
static int write_readme(FILE *to, void *userdata)
{
	(void)userdata;
	static const char text[] =
		"What Knead (" KNEAD_VERSION ") knew when this was written.\n"
		"\n"
		"originals/        the files as they came from watches and folders; they hold "
		"positions\n"
		"originals.jsonl   which original is which: name here, SHA-256, where it was seen "
		"first\n"
		"activities.jsonl  one activity a line, with every number and its sources (by "
		"SHA-256)\n"
		"days.jsonl        sums of each local day, and its night: resting heart rate, "
		"sleep ...\n"
		"scores.jsonl      the five scores at the end of each day\n"
		"alerts.jsonl      what was decided to be said, to whom, and what became of it\n"
		"massages.jsonl    massages that were logged\n"
		"feelings.jsonl    soreness that was logged, 0 to 10, and where\n"
		"flags.jsonl       injury, illness, snooze: from when to when\n"
		"\n"
		"Files that end in .jsonl are JSON Lines (https://jsonlines.org): UTF-8, one JSON "
		"object a\n"
		"line. Instants are UTC (2026-05-16T07:00:00Z), dates are local days. Units stand "
		"at the end\n"
		"of a name: _m metres, _s seconds, _h hours, _bpm beats per minute, _ms "
		"milliseconds, _spm\n"
		"steps per minute. null is \"not known\". Load is in TSS-like points (100: an hour "
		"at\n"
		"threshold).\n"
		"\n"
		"The originals are FIT and TCX; GoldenCheetah, FitTrackee, Endurain and others "
		"read them.\n";
	return fputs(text, to) < 0 ? -EIO : 0;
}

static int write_tables(struct exporting *exporting)
{
	int r = 0;
	for (int table = 0; r == 0 && table < EXPORT_COUNT; table++) {
		exporting->table = (enum export_table)table;
		r = export_file(exporting->folder, table_names[table], write_table, exporting);
	}
	return r;
}

static int write_all(struct exporting *exporting)
{
	int folder = exporting->folder->fd;
	if (mkdirat(folder, "originals", 0700) < 0)
		return -errno;
	AUTO_CLOSE int originals =
		openat(folder, "originals", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (originals < 0)
		return -errno;
	exporting->originals_fd = originals;
	int r = export_file(exporting->folder, "originals.jsonl", write_originals, exporting);
	if (r == 0)
		r = export_file(exporting->folder, ACTIVITIES, write_activities, exporting);
	if (r == 0)
		r = write_tables(exporting);
	if (r == 0)
		r = export_file(exporting->folder, "README.txt", write_readme, exporting);
	return r == 0 && fsync(folder) < 0 ? -errno : r;
}

static int print(const struct cli_context *context, const char *path, const struct exporting *done)
{
	if (done->missing)
		(void)cli_fail(0, "incomplete", path,
			"%zu originals are gone from the archive, or damaged", done->missing);
	int status = done->missing ? CLI_PART : CLI_DONE;
	if (context->json) {
		json_auto_t *object =
			json_pack("{s:o,s:I,s:I,s:I}", "folder", json_from_bytes(path),
				"activities", (json_int_t)done->activities, "originals",
				(json_int_t)done->originals, "missing", (json_int_t)done->missing);
		return object && json_print(stdout, object) == 0 ? status : CLI_PART;
	}
	(void)printf("%zu activities and %zu originals in ", done->activities, done->originals);
	cli_print_clean(path);
	(void)puts("; README.txt there says what is what");
	return status;
}

int verb_export(struct cli_context *context, int count, char **arguments)
{
	(void)count;
	const char *path = arguments[0];
	AUTO_SESSION struct session session;
	int status = session_open(context, STORE_READ, &session);
	if (status != CLI_DONE)
		return status;
	CLEANUP(export_folder_done) struct export_folder folder = { .fd = -EBADF };
	int r = export_folder_open(path, &folder);
	if (r == -ENOTEMPTY)
		return cli_fail(CLI_USAGE, "cannot export", path,
			"the folder is not empty, and nothing in it is replaced: name a new one");
	struct exporting exporting = { .store = session.store, .folder = &folder };
	if (r == 0)
		r = write_all(&exporting);
	if (r < 0)
		return cli_fail(CLI_STATE, "the export is not whole", path,
			"%s (it is whole when README.txt stands in it)", strerror(-r));
	return print(context, path, &exporting);
}
