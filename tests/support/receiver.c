/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-receiver: stands in for the phone. A tiny HTTP server on this machine's loopback that shows each
 * notification, verifies signatures by itself, keeps a log for tests, and misbehaves on request. */

#include "base/cleanup.h"
#include "support/receiver_line.h"
#include "support/receiver_note.h"
#include "util/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <locale.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>

#define LINES_MAX 64u

struct receiver {
	int listen_fd, signal_fd, log_fd;
	struct line lines[LINES_MAX];
	size_t lines_n;
	struct script script;
	struct note_key key;
	struct clock_source clock;
	bool quiet;
	uint64_t requests, max; /* max 0: no end */
	int64_t idle_exit_ms, last_ms;
	char **seen; /* ids that were taken in; owned */
	size_t seen_n;
};

static int64_t monotonic_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_seen(const struct receiver *r, const char *id)
{
	for (size_t i = 0; i < r->seen_n; i++)
		if (strcmp(r->seen[i], id) == 0)
			return true;
	return false;
}

static void remember(struct receiver *r, const char *id)
{
	char **longer = reallocarray(r->seen, r->seen_n + 1, sizeof *longer);
	if (!longer)
		return;
	r->seen = longer;
	r->seen[r->seen_n] = strdup(id);
	if (r->seen[r->seen_n])
		r->seen_n++;
}

/* In the log before it is answered: whoever has the answer finds the line. */
static void write_log(const struct receiver *r, const struct note *note,
	const struct request *request, const struct act *act, bool duplicate)
{
	if (r->log_fd < 0)
		return;
	AUTO_FREE char *line = note_log_line(note, request, act->word, duplicate, r->requests);
	if (line)
		(void)dprintf(r->log_fd, "%s\n", line);
}

static struct act on_request(const struct request *request, void *userdata)
{
	struct receiver *r = userdata;
	r->requests++;
	r->last_ms = monotonic_ms();
	int64_t now_s = clock_now_ms(&r->clock) / 1000;
	struct note note;
	note_read(request, &r->key, now_s, &note);
	struct act act = script_next(&r->script);
	if (note.signature == SIGNATURE_BAD)
		act = (struct act) { .status = 401, .word = "401" };
	bool duplicate = *note.id && is_seen(r, note.id);
	write_log(r, &note, request, &act, duplicate);
	if (act_accepts(&act) && !duplicate) {
		if (*note.id)
			remember(r, note.id);
		if (!r->quiet)
			note_show(&note, now_s, stdout);
	}
	note_done(&note);
	return act;
}

static void accept_line(struct receiver *r)
{
	int fd = accept4(r->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	if (r->lines_n == LINES_MAX)
		(void)close(fd);
	else if (line_open(fd, &r->lines[r->lines_n]) == 0)
		r->lines_n++;
}

static void drop_closed(struct receiver *r)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->lines_n; i++)
		if (r->lines[i].state != LINE_CLOSED)
			r->lines[kept++] = r->lines[i];
	r->lines_n = kept;
}

static int poll_timeout(const struct receiver *r, int64_t now_ms)
{
	int64_t until = r->idle_exit_ms ? r->last_ms + r->idle_exit_ms : INT64_MAX;
	for (size_t i = 0; i < r->lines_n; i++)
		if (r->lines[i].state == LINE_WAITING && r->lines[i].due_ms < until)
			until = r->lines[i].due_ms;
	if (until == INT64_MAX)
		return -1;
	return until <= now_ms ? 0 : (int)(until - now_ms);
}

static bool is_over(const struct receiver *r, int64_t now_ms)
{
	if (r->max && r->requests >= r->max && r->lines_n == 0)
		return true;
	return r->idle_exit_ms && now_ms - r->last_ms >= r->idle_exit_ms;
}

static int serve(struct receiver *r)
{
	struct pollfd fds[LINES_MAX + 2];
	r->last_ms = monotonic_ms();
	while (!is_over(r, monotonic_ms())) {
		fds[0] = (struct pollfd) { .fd = r->signal_fd, .events = POLLIN };
		fds[1] = (struct pollfd) { .fd = r->listen_fd, .events = POLLIN };
		size_t polled = r->lines_n;
		for (size_t i = 0; i < polled; i++)
			fds[i + 2] = (struct pollfd) { .fd = r->lines[i].fd,
				.events = line_events(&r->lines[i]) };
		if (poll(fds, polled + 2, poll_timeout(r, monotonic_ms())) < 0)
			return -errno;
		if (fds[0].revents)
			return 0;
		for (size_t i = 0; i < polled; i++)
			line_step(&r->lines[i], fds[i + 2].revents, monotonic_ms(), on_request, r);
		drop_closed(r);
		if (fds[1].revents)
			accept_line(r);
	}
	return 0;
}

static int listen_on(uint16_t port, int *ret_fd, uint16_t *ret_port)
{
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	int yes = 1;
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0 ||
		bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 16) < 0 ||
		getsockname(fd, (struct sockaddr *)&address, &size) < 0)
		return -errno;
	*ret_fd = TAKE_FD(fd);
	*ret_port = ntohs(address.sin_port);
	return 0;
}

/* Renamed into place, so that nobody reads half a number. */
static int write_port(const char *path, uint16_t port)
{
	AUTO_FREE char *part = NULL;
	if (asprintf(&part, "%s.part", path) < 0)
		return -ENOMEM;
	FILE *file = fopen(part, "we");
	if (!file)
		return -errno;
	(void)fprintf(file, "%u\n", (unsigned)port);
	if (fclose(file) != 0 || rename(part, path) < 0)
		return -errno;
	return 0;
}

static const char usage[] =
	"Usage: knead-receiver [OPTIONS]\n"
	"Stands in for the phone: shows what webhooks send to http://127.0.0.1:PORT/NAME\n"
	"(kind generic or ntfy). Listens on loopback only.\n\n"
	"  --port N            0 (default): any free one\n"
	"  --port-file FILE    writes the port there\n"
	"  --log FILE          appends one JSON object a request\n"
	"  --secret-file FILE  whsec_... line: wrong signatures are answered 401\n"
	"  --clock FILE        test clock, for the age of signatures\n"
	"  --script LIST       what to do with one request after the other, then \"ok\":\n"
	"                      ok NNN[:retry-after=N] slow=N silent endless bodyhang bodycut\n"
	"                      headercut close reset; WORD*N repeats\n"
	"  --max N             ends after N requests\n"
	"  --idle-exit N       ends after N seconds without a request\n"
	"  --quiet             shows nothing\n";

struct options {
	const char *port_file, *log, *secret_file, *script;
	uint16_t port;
};

static bool number(const char *text, long max, long *ret)
{
	char *end = NULL;
	*ret = strtol(text, &end, 10);
	return end != text && !*end && *ret >= 0 && *ret <= max;
}

static int parse_options(int argc, char **argv, struct receiver *r, struct options *options)
{
	static const struct option longs[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "port-file", required_argument, NULL, 'P' },
		{ "log", required_argument, NULL, 'l' },
		{ "secret-file", required_argument, NULL, 's' },
		{ "clock", required_argument, NULL, 'c' },
		{ "script", required_argument, NULL, 'S' },
		{ "max", required_argument, NULL, 'm' },
		{ "idle-exit", required_argument, NULL, 'i' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;
	long value = 0;
	bool good = true;
	while (good && (c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'p':
			good = number(optarg, UINT16_MAX, &value);
			options->port = (uint16_t)value;
			break;
		case 'm':
			good = number(optarg, INT32_MAX, &value);
			r->max = (uint64_t)value;
			break;
		case 'i':
			good = number(optarg, 86400, &value);
			r->idle_exit_ms = value * 1000;
			break;
		case 'P':
			options->port_file = optarg;
			break;
		case 'l':
			options->log = optarg;
			break;
		case 's':
			options->secret_file = optarg;
			break;
		case 'c':
			r->clock.file = optarg;
			break;
		case 'S':
			options->script = optarg;
			break;
		case 'q':
			r->quiet = true;
			break;
		default:
			(void)fputs(usage, c == 'h' ? stdout : stderr);
			exit(c == 'h' ? 0 : 2);
		}
	}
	return good && optind == argc ? 0 : -EINVAL;
}

static int start(struct receiver *r, const struct options *options)
{
	int e = options->script ? script_parse(options->script, &r->script) : 0;
	if (e >= 0 && options->secret_file)
		e = note_key_read(options->secret_file, &r->key);
	if (e < 0)
		return e;
	if (options->log) {
		r->log_fd = open(options->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		if (r->log_fd < 0)
			return -errno;
	}
	sigset_t ends;
	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &ends, NULL);
	r->signal_fd = signalfd(-1, &ends, SFD_CLOEXEC);
	if (r->signal_fd < 0)
		return -errno;
	uint16_t port = 0;
	e = listen_on(options->port, &r->listen_fd, &port);
	if (e < 0)
		return e;
	if (options->port_file)
		return write_port(options->port_file, port);
	(void)printf("listening on http://127.0.0.1:%u/\n", (unsigned)port);
	(void)fflush(stdout);
	return 0;
}

static void stop(struct receiver *r)
{
	for (size_t i = 0; i < r->lines_n; i++)
		line_close(&r->lines[i]);
	for (size_t i = 0; i < r->seen_n; i++)
		free(r->seen[i]);
	free(r->seen);
	script_done(&r->script);
}

int main(int argc, char **argv)
{
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	struct receiver r = { .listen_fd = -1, .signal_fd = -1, .log_fd = -1 };
	struct options options = { 0 };
	if (parse_options(argc, argv, &r, &options) < 0) {
		(void)fputs(usage, stderr);
		return 2;
	}
	int e = start(&r, &options);
	if (e >= 0)
		e = serve(&r);
	stop(&r);
	if (e < 0)
		(void)fprintf(stderr, "knead-receiver: %s\n", strerror(-e));
	return e < 0;
}
