/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch/mtp_file.h"

#include "activity/activity.h"
#include "base/cleanup.h"
#include "fetch/file_check.h"
#include "fetch/watch_memory.h"
#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* One that is busy with a file is not waited for long: others may come meanwhile, and it is asked again. */
#define FILE_BUSY_MS 2000u
#define REST_MAGIC 0x52444E4Bu /* "KNDR" */
#define REST_HEADER_MAX (WATCH_PATH_BYTES + MTP_TEXT_BYTES + 32)

/* A file being put together. */
struct assembly {
	const struct mtp_file *reader;
	const struct source_file *file;
	uint32_t handle;
	uint8_t *data;  /* owned */
	uint8_t *first; /* owned: what the first try gave, when it was whole and wrong */
	size_t size, got, first_size;
	bool unsized; /* the watch does not say how large it is: `size` is what came */
	bool in_pieces;
	int rest_fd; /* where the pieces are kept; negative: nowhere */
};

/* What a kept rest begins with: it belongs to this very file or to none. */
static size_t rest_header(const struct source_file *file, uint8_t ret[REST_HEADER_MAX])
{
	struct bytes_out out = bytes_out_of(ret, REST_HEADER_MAX);
	bytes_put_le32(&out, REST_MAGIC);
	bytes_put_le64(&out, (uint64_t)file->size_bytes);
	bytes_put_le64(&out, (uint64_t)file->mtime_ns);
	bytes_put_le16(&out, (uint16_t)strlen(file->path));
	bytes_put(&out, file->path, strlen(file->path));
	return out.failed ? 0 : out.size;
}

static size_t read_all(int fd, uint8_t *data, size_t size)
{
	size_t got = 0;
	while (got < size) {
		long n = place_read(fd, data + got, size - got);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	return got;
}

static int open_rest(const struct mtp_file *reader, int flags)
{
	char name[WATCH_FILE_BYTES];
	if (!reader->state_dir)
		return -ENOENT;
	watch_file_name(reader->source, ".rest", name);
	AUTO_CLOSE int dir = place_open(reader->state_dir, WATCH_FOLDER, true);
	return dir < 0 ? dir : openat(dir, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0660);
}

static void forget_rest(const struct mtp_file *reader)
{
	char name[WATCH_FILE_BYTES];
	if (!reader->state_dir)
		return;
	watch_file_name(reader->source, ".rest", name);
	AUTO_CLOSE int dir = place_open(reader->state_dir, WATCH_FOLDER, false);
	if (dir >= 0)
		(void)unlinkat(dir, name, 0);
}

/* Takes over the whole pieces of an earlier try. That they are what they were is for the checksum of the
 * whole file to say. */
static void resume(struct assembly *at)
{
	uint8_t mine[REST_HEADER_MAX], theirs[REST_HEADER_MAX];
	size_t header = rest_header(at->file, mine);
	at->rest_fd = header ? open_rest(at->reader, O_RDWR | O_CREAT) : -1;
	struct stat st;
	if (at->rest_fd < 0 || fstat(at->rest_fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	if (read_all(at->rest_fd, theirs, header) == header && !memcmp(mine, theirs, header))
		at->got = read_all(at->rest_fd, at->data, at->size);
	at->got -= at->got % MTP_PIECE_BYTES;
	off_t end = (off_t)(header + at->got);
	if (ftruncate(at->rest_fd, at->got ? end : 0) < 0 ||
		lseek(at->rest_fd, at->got ? end : 0, SEEK_SET) < 0 ||
		(!at->got && place_write(at->rest_fd, mine, header) < 0)) {
		(void)close(at->rest_fd);
		at->rest_fd = -1;
	}
}

static void progress(const struct assembly *at)
{
	const struct source_callbacks *callbacks = at->reader->callbacks;
	callbacks->on_progress(at->file, at->got, callbacks->userdata);
}

static int read_pieces(struct assembly *at)
{
	struct mtp_session *session = at->reader->session;
	while (at->got < at->size) {
		size_t left = at->size - at->got;
		uint32_t n = left < MTP_PIECE_BYTES ? (uint32_t)left : MTP_PIECE_BYTES;
		int r = mtp_get_piece(session, at->handle, (uint32_t)at->got, n, FILE_BUSY_MS);
		if (r < 0)
			return r;
		n = (uint32_t)session->data_n;
		memcpy(at->data + at->got, session->data, n);
		at->got += n;
		/* a rest that can't be kept costs time at the next plug-in, no more */
		if (at->rest_fd >= 0 && place_write(at->rest_fd, session->data, n) < 0) {
			(void)close(at->rest_fd);
			at->rest_fd = -1;
		}
		progress(at);
	}
	return 0;
}

static int read_whole(struct assembly *at)
{
	struct mtp_session *session = at->reader->session;
	int r = mtp_get_object(session, at->handle, at->size, FILE_BUSY_MS);
	if (r < 0)
		return r;
	memcpy(at->data, session->data, at->size);
	at->got = at->size;
	progress(at);
	return 0;
}

/* How much is due only the data phase tells. */
static int read_unsized(struct assembly *at)
{
	struct mtp_session *session = at->reader->session;
	int r = mtp_get_unsized(session, at->handle, FILE_MAX_BYTES, FILE_BUSY_MS);
	if (r < 0)
		return r;
	uint8_t *data = realloc(at->data, session->data_n + 1);
	if (!data)
		return -ENOMEM;
	memcpy(data, session->data, session->data_n);
	at->data = data;
	at->size = at->got = session->data_n;
	progress(at);
	return 0;
}

/* What is small comes in one go, and at a second try the other way round: what one operation spoils may come
 * by the other. */
static int read_once(struct assembly *at, bool again)
{
	bool can_both = mtp_device_knows(at->reader->info, MTP_GET_PARTIAL_OBJECT);
	bool large = at->size > MTP_PIECE_BYTES;
	at->in_pieces = can_both && large != again;
	at->got = 0;
	if (at->unsized)
		return read_unsized(at);
	if (again && large)
		forget_rest(at->reader);
	if (!at->in_pieces)
		return read_whole(at);
	if (large)
		resume(at);
	int r = read_pieces(at);
	if (at->rest_fd >= 0)
		(void)close(at->rest_fd);
	at->rest_fd = -1;
	if (r != -EOPNOTSUPP)
		return r;
	at->got = 0;
	return read_whole(at);
}

static int to_file(const struct assembly *at, int *ret_fd)
{
	AUTO_CLOSE int fd = memfd_create("watch", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	int r = place_write(fd, at->data, at->size);
	if (r < 0)
		return r;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static const char *sentence(int error)
{
	switch (error) {
	case -ENODATA:
		return "came shorter or longer than the watch says: it is still being written, or "
		       "was cut";
	case -EFBIG:
		return "larger than 32 MiB, which no watch's file is";
	case -ENOENT:
		return "is no longer on the watch";
	case -EACCES:
		return "the watch gives no right to read it";
	default:
		return "the watch cannot read it";
	}
}

/* One try. Returns 0 when the file is whole; else with *ret_why unless the watch is lost. */
static int try_once(struct assembly *at, bool again, struct mtp_refusal *refusal)
{
	int r = read_once(at, again);
	if (at->reader->session->lost || r == -ENOMEM || r == -EBUSY)
		return r;
	refusal->why = r < 0 ? sentence(r) : file_check(at->file->path, at->data, at->size);
	if (!refusal->why)
		return 0;
	if (r == 0 && !again) {
		at->first = malloc(at->size + 1);
		if (at->first)
			memcpy(at->first, at->data, at->size);
		at->first_size = at->size;
	}
	refusal->damaged = r == 0 && again && at->first && at->first_size == at->size &&
			   memcmp(at->first, at->data, at->size) == 0;
	return -EBADMSG;
}

static void assembly_done(struct assembly *at)
{
	free(at->data);
	free(at->first);
}

int mtp_file_read(const struct mtp_file *reader, uint32_t handle, const struct source_file *file,
	int *ret_fd, struct mtp_refusal *ret_refusal)
{
	size_t size = file->size_bytes < 0 ? 0 : (size_t)file->size_bytes;
	CLEANUP(assembly_done)
	struct assembly at = { .reader = reader,
		.file = file,
		.handle = handle,
		.data = malloc(size + 1),
		.size = size,
		.unsized = file->size_bytes < 0,
		.rest_fd = -1 };
	if (!at.data)
		return -ENOMEM;
	struct mtp_refusal refusal = { 0 };
	int r = try_once(&at, false, &refusal);
	if (r == -EBADMSG && refusal.why)
		r = try_once(&at, true, &refusal);
	if (reader->session->lost || r == -ENOMEM || r == -EBUSY)
		return r; /* the rest stays */
	/* the rest of another file stays as well */
	if (!at.unsized && at.size > MTP_PIECE_BYTES)
		forget_rest(reader);
	if (r == 0)
		return to_file(&at, ret_fd);
	*ret_refusal = refusal;
	return -EBADMSG;
}
