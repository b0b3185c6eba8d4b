/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/spool.h"

#include "activity/activity.h"
#include "base/cleanup.h"
#include "base/num.h"
#include "store/place.h"
#include "util/crash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/evp.h>

#define SPOOL "spool"
#define BUFFER_BYTES 65536u
#define HEX_LENGTH (HASH_HEX_BYTES - 1)
#define FROM ".from"
#define PART ".part"
#define NAME_BYTES (HASH_HEX_BYTES + sizeof FROM)

static void digest_freep(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

/* A pass over a file: hash, and copy where there is somewhere to copy to. */
struct pass {
	EVP_MD_CTX *digest;
	int from, to; /* to: -EBADF, only hash */
	uint64_t size;
};

static int pass_run(struct pass *pass)
{
	AUTO_FREE uint8_t *buffer = malloc(BUFFER_BYTES);
	if (!buffer)
		return -ENOMEM;
	for (;;) {
		long n = place_read(pass->from, buffer, BUFFER_BYTES);
		if (n <= 0)
			return (int)n;
		pass->size += (uint64_t)n;
		if (pass->size > FILE_MAX_BYTES)
			return -EFBIG;
		if (!EVP_DigestUpdate(pass->digest, buffer, (size_t)n))
			return -EIO;
		int r = pass->to < 0 ? 0 : place_write(pass->to, buffer, (size_t)n);
		if (r < 0)
			return r;
	}
}

/* Only regular files: nothing else has an end, or can be read twice. */
static int check_kind(int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	return st.st_size > (off_t)FILE_MAX_BYTES ? -EFBIG : 0;
}

static int read_through(
	int from, int to, const struct spool_origin *origin, uint8_t ret_hash[HASH_BYTES])
{
	if (origin->size_bytes > (int64_t)FILE_MAX_BYTES)
		return -EFBIG;
	int r = check_kind(from);
	if (r < 0)
		return r;
	CLEANUP(digest_freep) EVP_MD_CTX *digest = EVP_MD_CTX_new();
	if (!digest)
		return -ENOMEM;
	if (!EVP_DigestInit_ex(digest, EVP_sha256(), NULL))
		return -EIO;
	struct pass pass = { .digest = digest, .from = from, .to = to };
	r = pass_run(&pass);
	if (r < 0)
		return r;
	if (origin->size_bytes >= 0 && pass.size != (uint64_t)origin->size_bytes)
		return -ENODATA;
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	if (!EVP_DigestFinal_ex(digest, hash, &length) || length != HASH_BYTES)
		return -EIO;
	memcpy(ret_hash, hash, HASH_BYTES);
	return 0;
}

int spool_hash(int fd, const struct spool_origin *origin, uint8_t ret_hash[HASH_BYTES])
{
	int r = check_kind(fd);
	if (r < 0)
		return r;
	off_t start = lseek(fd, 0, SEEK_CUR);
	if (start < 0)
		return -errno;
	r = read_through(fd, -EBADF, origin, ret_hash);
	if (lseek(fd, start, SEEK_SET) < 0 && r == 0)
		r = -errno;
	return r;
}

static char *name_of(const uint8_t hash[HASH_BYTES], const char *tail, char ret[NAME_BYTES])
{
	char hex[HASH_HEX_BYTES];
	(void)snprintf(ret, NAME_BYTES, "%s%s", hash_hex(hash, hex), tail);
	return ret;
}

/* The origin is the target of a symbolic link that leads nowhere: made whole or not at all by one call,
 * without a second fsync (a link is metadata, which the next commit of the file system takes along). */
static int note_origin(int spool, const uint8_t hash[HASH_BYTES], const struct spool_origin *origin)
{
	char target[sizeof origin->source + sizeof origin->path + 80], name[NAME_BYTES];
	(void)snprintf(target, sizeof target, "%lld %lld %lld %zu %s%s",
		(long long)origin->size_bytes, (long long)origin->mtime_ns,
		(long long)origin->serial, strlen(origin->source), origin->source, origin->path);
	if (symlinkat(target, spool, name_of(hash, FROM, name)) == 0)
		return 0;
	/* of the same content twice the first one counts; and a file system without links costs a
	 * restart the name of the source, no more */
	return errno == EEXIST || errno == EPERM || errno == EOPNOTSUPP ? 0 : -errno;
}

static int take_part(int spool, int fd, int part, const char *part_name, bool durable,
	const struct spool_origin *origin, uint8_t ret_hash[HASH_BYTES])
{
	uint8_t hash[HASH_BYTES];
	char name[NAME_BYTES];
	int r = read_through(fd, part, origin, hash);
	if (r < 0)
		return r;
	crash_here(CRASH_SPOOL_WRITTEN);
	if (durable && fdatasync(part) < 0)
		return -errno;
	crash_here(CRASH_SPOOL_SYNCED);
	r = note_origin(spool, hash, origin);
	if (r < 0)
		return r;
	if (renameat(spool, part_name, spool, name_of(hash, "", name)) < 0)
		return -errno;
	crash_here(CRASH_SPOOL_RENAMED);
	memcpy(ret_hash, hash, HASH_BYTES);
	return 0;
}

static int take(const char *state_dir, int fd, bool durable, const struct spool_origin *origin,
	uint8_t ret_hash[HASH_BYTES])
{
	AUTO_CLOSE int spool = place_open(state_dir, SPOOL, true);
	if (spool < 0)
		return spool;
	char part_name[PLACE_PART_BYTES];
	AUTO_CLOSE int part = place_new_part(spool, part_name);
	if (part < 0)
		return part;
	int r = take_part(spool, fd, part, part_name, durable, origin, ret_hash);
	if (r < 0)
		(void)unlinkat(spool, part_name, 0);
	return r;
}

int spool_take(const char *state_dir, int fd, const struct spool_origin *origin,
	uint8_t ret_hash[HASH_BYTES])
{
	return take(state_dir, fd, true, origin, ret_hash);
}

int spool_take_for_now(const char *state_dir, int fd, const struct spool_origin *origin,
	uint8_t ret_hash[HASH_BYTES])
{
	return take(state_dir, fd, false, origin, ret_hash);
}

/* The number before the next blank, which it steps over. */
static bool next_number(const char **at, int64_t *ret)
{
	const char *blank = strchr(*at, ' ');
	if (!blank || num_int(*at, (size_t)(blank - *at), INT64_MIN, INT64_MAX, ret) < 0)
		return false;
	*at = blank + 1;
	return true;
}

static bool parse_origin(const char *text, struct spool_origin *ret)
{
	struct spool_origin origin = { 0 };
	int64_t length = 0;
	if (!next_number(&text, &origin.size_bytes) || !next_number(&text, &origin.mtime_ns) ||
		!next_number(&text, &origin.serial) || !next_number(&text, &length))
		return false;
	size_t rest = strlen(text);
	if (length < 0 || length >= (int64_t)sizeof origin.source || (size_t)length > rest ||
		rest - (size_t)length >= sizeof origin.path)
		return false;
	memcpy(origin.source, text, (size_t)length);
	memcpy(origin.path, text + length, rest - (size_t)length);
	*ret = origin;
	return true;
}

static void read_origin(
	int spool, const uint8_t hash[HASH_BYTES], const struct stat *st, struct spool_origin *ret)
{
	char name[NAME_BYTES], target[sizeof ret->source + sizeof ret->path + 80];
	ssize_t n = readlinkat(spool, name_of(hash, FROM, name), target, sizeof target - 1);
	if (n > 0) {
		target[n] = '\0';
		if (parse_origin(target, ret))
			return;
	}
	*ret = (struct spool_origin) {
		.source = SPOOL,
		.size_bytes = st->st_size,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		.serial = -1,
	};
	(void)snprintf(ret->path, sizeof ret->path, "%s", name_of(hash, "", name));
}

/* A spooled file with the instant at which it became whole. */
struct listed {
	struct spool_file file;
	struct timespec since;
};

struct listing {
	struct listed *rows;
	size_t n, capacity;
};

static void listing_done(struct listing *listing)
{
	free(listing->rows);
}

static int listing_add(struct listing *listing, struct listed **ret)
{
	if (listing->n == listing->capacity) {
		size_t capacity = listing->capacity ? 2 * listing->capacity : 16;
		struct listed *rows = reallocarray(listing->rows, capacity, sizeof *rows);
		if (!rows)
			return -ENOMEM;
		listing->rows = rows;
		listing->capacity = capacity;
	}
	*ret = &listing->rows[listing->n++];
	return 0;
}

static bool ends_with(const char *name, const char *tail)
{
	size_t length = strlen(name), of_tail = strlen(tail);
	return length >= of_tail && strcmp(name + length - of_tail, tail) == 0;
}

/* A note whose file never got its name, or was removed first. */
static bool is_orphan(int spool, const char *name)
{
	char hex[HASH_HEX_BYTES];
	if (!ends_with(name, FROM) || strlen(name) != HEX_LENGTH + strlen(FROM))
		return false;
	memcpy(hex, name, HEX_LENGTH);
	hex[HEX_LENGTH] = '\0';
	return faccessat(spool, hex, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT;
}

static int list_one(int spool, const char *name, struct listing *listing)
{
	if (ends_with(name, PART) || is_orphan(spool, name)) {
		(void)unlinkat(spool, name, 0);
		return 0;
	}
	uint8_t hash[HASH_BYTES];
	struct stat st;
	if (!hash_from_hex(name, hash) || fstatat(spool, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		!S_ISREG(st.st_mode))
		return 0;
	struct listed *row = NULL;
	int r = listing_add(listing, &row);
	if (r < 0)
		return r;
	*row = (struct listed) { .since = st.st_ctim };
	memcpy(row->file.hash, hash, HASH_BYTES);
	read_origin(spool, hash, &st, &row->file.origin);
	return 0;
}

static int by_age(const void *a, const void *b)
{
	const struct listed *first = a, *second = b;
	if (first->since.tv_sec != second->since.tv_sec)
		return first->since.tv_sec < second->since.tv_sec ? -1 : 1;
	if (first->since.tv_nsec != second->since.tv_nsec)
		return first->since.tv_nsec < second->since.tv_nsec ? -1 : 1;
	return memcmp(first->file.hash, second->file.hash, HASH_BYTES);
}

static void closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

static int list_all(int spool_fd, struct listing *listing)
{
	CLEANUP(closedirp) DIR *dir = fdopendir(spool_fd);
	if (!dir) {
		int r = -errno;
		(void)close(spool_fd);
		return r;
	}
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry)
			return -errno;
		int r = list_one(dirfd(dir), entry->d_name, listing);
		if (r < 0)
			return r;
	}
}

int spool_list(const char *state_dir, struct spool_file **ret, size_t *ret_n)
{
	CLEANUP(listing_done) struct listing listing = { 0 };
	int spool = place_open(state_dir, SPOOL, false);
	int r = spool == -ENOENT ? 0 : spool;
	if (spool >= 0)
		r = list_all(spool, &listing);
	if (r < 0)
		return r;
	struct spool_file *files = calloc(listing.n ? listing.n : 1, sizeof *files);
	if (!files)
		return -ENOMEM;
	if (listing.n)
		qsort(listing.rows, listing.n, sizeof *listing.rows, by_age);
	for (size_t i = 0; i < listing.n; i++)
		files[i] = listing.rows[i].file;
	*ret = files;
	*ret_n = listing.n;
	return 0;
}

int spool_open(const char *state_dir, const uint8_t hash[HASH_BYTES])
{
	char name[NAME_BYTES];
	AUTO_CLOSE int spool = place_open(state_dir, SPOOL, false);
	int fd = spool < 0 ? -1
			   : openat(spool, name_of(hash, "", name),
				     O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	return fd >= 0 ? fd : archive_open(state_dir, hash);
}

int spool_remove(const char *state_dir, const uint8_t hash[HASH_BYTES])
{
	char name[NAME_BYTES];
	AUTO_CLOSE int spool = place_open(state_dir, SPOOL, false);
	if (spool < 0)
		return spool == -ENOENT ? 0 : spool;
	/* the file first: a note alone is nothing, a file alone would lose its origin */
	if (unlinkat(spool, name_of(hash, "", name), 0) < 0 && errno != ENOENT)
		return -errno;
	crash_here(CRASH_SPOOL_REMOVED);
	(void)unlinkat(spool, name_of(hash, FROM, name), 0);
	return 0;
}
