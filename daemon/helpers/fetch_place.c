/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helpers/fetch_place.h"

#include "base/cleanup.h"
#include "import/original.h"
#include "ipc/place_wire.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define PATH_BYTES 4200u

static int enter_cage(const char *state_dir, const char *folder)
{
	char spool[PATH_BYTES], archive[PATH_BYTES];
	bool landlock = false;
	(void)snprintf(spool, sizeof spool, "%s/spool", state_dir);
	(void)snprintf(archive, sizeof archive, "%s/archive", state_dir);
	const struct landlock_path paths[] = { { folder, LANDLOCK_FILES },
		{ state_dir, LANDLOCK_LIST }, { spool, LANDLOCK_READ },
		{ archive, LANDLOCK_READ } };
	return sandbox_enter_with(SANDBOX_FOLDER, paths, ARRAY_SIZE(paths), &landlock);
}

/* The original's absence and the folder's are told apart: -ENODATA and -ENOENT. */
static int place(
	const struct fetch_channel *channel, int folder, const struct place_request *request)
{
	struct stat st;
	int r = original_place(channel->state_dir, request->hash, folder, request->name);
	return r == -ENOENT && fstat(folder, &st) == 0 && st.st_nlink > 0 ? -ENODATA : r;
}

/* Returns 1 when it was answered; 0 at the end; a negative errno. */
static int serve(const struct fetch_channel *channel, int folder)
{
	uint8_t raw[PLACE_REQUEST_BYTES + 1], said[PLACE_ANSWER_BYTES];
	struct place_request request;
	ssize_t n = recv(channel->fd, raw, sizeof raw, 0);
	if (n <= 0)
		return n < 0 ? -errno : 0;
	int r = place_request_get(raw, (size_t)n, &request);
	if (r < 0)
		return r;
	r = folder < 0 ? folder : place(channel, folder, &request);
	place_answer_put(r, said);
	return send(channel->fd, said, sizeof said, MSG_NOSIGNAL) == (ssize_t)sizeof said ? 1
											  : -EPIPE;
}

int fetch_place(const struct fetch_channel *channel, const char *folder)
{
	int r = enter_cage(channel->state_dir, folder);
	AUTO_CLOSE int fd = r < 0 ? -EOPNOTSUPP : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r == 0 && fd < 0)
		fd = -errno;
	do
		r = serve(channel, fd);
	while (r > 0);
	return r;
}
