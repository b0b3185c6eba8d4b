/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kneadd-parse: one file, one verdict, in a cage.
 *
 * Started by knead or kneadd it inherits a channel as descriptor 3 and the file as descriptor 4, and
 * has no environment. By hand, `kneadd-parse FILE --json` prints the report instead. In both cases the
 * sandbox closes before the first byte of the request or of the file is read. */

#include "base/cleanup.h"
#include "helpers/no_leak_check.h"
#include "helpers/parse_file.h"
#include "ipc/json_text.h"
#include "ipc/report_json.h"
#include "ipc/wire.h"
#include "sandbox/sandbox.h"
#include "tcx/tcx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define CHANNEL_FD 3
#define INPUT_FD 4

enum {
	EXIT_DONE = 0,
	EXIT_REFUSED = 1,
	EXIT_WRONG_USE = 2,
	EXIT_NO_SANDBOX = PARSE_EXIT_NO_SANDBOX,
};

/* The file and what is known of it before it is read. */
struct input {
	int fd;
	size_t size_bytes;
	bool regular;
};

static int inspect(int fd, struct input *ret)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	*ret = (struct input) {
		.fd = fd,
		.size_bytes = st.st_size > 0 ? (size_t)st.st_size : 0,
		.regular = S_ISREG(st.st_mode),
	};
	return 0;
}

/* Everything that opens files or asks the kernel for what the list will not have, then the list. */
static int enter(bool *ret_landlock)
{
	tcx_prepare();
	json_object_seed(1); /* or jansson opens /dev/urandom; the keys are ours */
	int r = sandbox_enter(SANDBOX_PARSE, ret_landlock);
	if (r < 0)
		(void)fprintf(
			stderr, "kneadd-parse: the sandbox cannot be set up: %s\n", strerror(-r));
	return r;
}

/* The whole file in memory, up to what fstat() said of it. */
static int read_whole(const struct input *input, uint8_t **ret, size_t *ret_size)
{
	AUTO_FREE uint8_t *data = malloc(input->size_bytes ? input->size_bytes : 1);
	if (!data)
		return -ENOMEM;
	size_t done = 0;
	while (done < input->size_bytes) {
		ssize_t n = pread(input->fd, data + done, input->size_bytes - done, (off_t)done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*ret_size = done;
	*ret = TAKE_PTR(data);
	return 0;
}

static void parse_input(
	const struct input *input, const struct parse_request *request, struct report *ret)
{
	AUTO_FREE uint8_t *data = NULL;
	size_t size = 0;
	if (!input->regular) {
		parse_refuse(ret, REPORT_NO_OFFSET, "not a regular file");
		return;
	}
	if (input->size_bytes > FILE_MAX_BYTES) {
		parse_refuse(ret, REPORT_NO_OFFSET, "larger than 32 MiB");
		return;
	}
	int r = read_whole(input, &data, &size);
	if (r == 0)
		parse_file(data, size, request, ret);
	else
		parse_refuse(ret, REPORT_NO_OFFSET, strerror(-r));
}

/* Blocks when the other side is slow; dies of SIGPIPE when it is gone. */
static int send_packet(const void *packet, size_t size, void *userdata)
{
	(void)userdata;
	ssize_t n = -1;
	do
		n = write(CHANNEL_FD, packet, size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

static int run_for_parent(void)
{
	struct input input = { .fd = -EBADF };
	if (fcntl(CHANNEL_FD, F_GETFD) < 0 || inspect(INPUT_FD, &input) < 0) {
		(void)fputs("usage: kneadd-parse FILE --json\n", stderr);
		return EXIT_WRONG_USE;
	}
	bool landlock = false;
	if (enter(&landlock) < 0)
		return EXIT_NO_SANDBOX;
	uint8_t packet[WIRE_PACKET_MAX_BYTES + 1];
	struct parse_request request;
	ssize_t n = read(CHANNEL_FD, packet, sizeof packet);
	if (n < 0 || wire_get_request(packet, (size_t)n, &request) < 0) {
		(void)fputs("kneadd-parse: no request\n", stderr);
		return EXIT_WRONG_USE;
	}
	CLEANUP(report_done) struct report report;
	report_init(&report);
	report.no_landlock = !landlock;
	parse_input(&input, &request, &report);
	return wire_send_report(&report, send_packet, NULL) < 0 ? EXIT_REFUSED : EXIT_DONE;
}

static int run_by_hand(const char *path)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct input input = { .fd = -EBADF };
	int r = fd < 0 ? -errno : inspect(fd, &input);
	if (r < 0) {
		(void)fprintf(stderr, "kneadd-parse: cannot open the file: %s\n", strerror(-r));
		return EXIT_REFUSED;
	}
	bool landlock = false;
	if (enter(&landlock) < 0)
		return EXIT_NO_SANDBOX;
	struct parse_request request;
	parse_request_init(&request);
	CLEANUP(report_done) struct report report;
	report_init(&report);
	parse_input(&input, &request, &report);
	json_auto_t *json = report_to_json(&report, path);
	if (!json || json_print(stdout, json) < 0 || fflush(stdout) != 0)
		return EXIT_REFUSED;
	return report.valid ? EXIT_DONE : EXIT_REFUSED;
}

int main(int argc, char **argv)
{
	const char *path = NULL;
	bool usage = false;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			continue;
		usage |= path || (argv[i][0] == '-' && argv[i][1]);
		path = argv[i];
	}
	if (usage || (argc > 1 && !path)) {
		(void)fputs("usage: kneadd-parse FILE --json\n", stderr);
		return EXIT_WRONG_USE;
	}
	return path ? run_by_hand(path) : run_for_parent();
}
