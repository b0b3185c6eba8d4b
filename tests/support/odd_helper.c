/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for kneadd-parse and misbehaves as the first letter of its input says. */
#include "ipc/wire.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CHANNEL_FD 3
#define INPUT_FD 4

static int send_packet(const void *packet, size_t size, void *userdata)
{
	int *left = userdata;
	if (left && (*left)-- == 0)
		return -1;
	return write(CHANNEL_FD, packet, size) < 0 ? -1 : 0;
}

/* A report with one activity of `records` records; `packets` of it, -1 for all. */
static void send_report(const char *why, int packets)
{
	struct report report;
	report_init(&report);
	report.format = FILE_FORMAT_FIT;
	(void)snprintf(report.why, sizeof report.why, "%s", why);
	struct report_activity *activity = report_add_activity(&report);
	if (activity)
		activity->summary.records = 42;
	(void)wire_send_report(&report, send_packet, packets < 0 ? NULL : &packets);
	report_done(&report);
}

/* Says what it was given, as the reason of a refusal. */
static void describe_surroundings(void)
{
	char text[REPORT_TEXT_BYTES] = "fds";
	for (int fd = 0; fd < 1024; fd++) {
		size_t n = strlen(text);
		if (fcntl(fd, F_GETFD) >= 0)
			(void)snprintf(text + n, sizeof text - n, " %d", fd);
	}
	sigset_t mask;
	struct sigaction action;
	(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	(void)sigaction(SIGPIPE, NULL, &action);
	size_t n = strlen(text);
	(void)snprintf(text + n, sizeof text - n, ", %s environment, SIGUSR1 %s, SIGPIPE %s",
		environ && environ[0] ? "some" : "no",
		sigismember(&mask, SIGUSR1) ? "blocked" : "open",
		action.sa_handler == SIG_DFL ? "default" : "changed");
	send_report(text, -1);
}

static void send_raw(size_t size)
{
	static const uint8_t zeros[WIRE_PACKET_MAX_BYTES * 2];
	(void)!write(CHANNEL_FD, zeros, size);
}

static int end_by(int signal_number)
{
	const struct rlimit no_core = { 0 };
	(void)setrlimit(RLIMIT_CORE, &no_core);
	(void)signal(signal_number, SIG_DFL); /* a sanitizer has handlers */
	(void)raise(signal_number);
	return 1;
}

static int misbehave(char how)
{
	switch (how) {
	case 'g':
		send_report("", -1);
		return 0;
	case 'r':
		send_report("no such thing", -1);
		return 0;
	case 'd':
		describe_surroundings();
		return 0;
	case 'q':
		send_report("", 2);
		return 0;
	case 'n':
		send_raw(40);
		(void)pause();
		return 0;
	case 'o':
		send_raw(WIRE_PACKET_MAX_BYTES + 100);
		(void)pause();
		return 0;
	case 'h':
		(void)pause();
		return 0;
	case 'w':
		send_report("", -1);
		(void)pause();
		return 0;
	case 'l':
		send_report("", -1);
		return 9;
	case 'b':
		return PARSE_EXIT_NO_SANDBOX;
	case 's':
		return end_by(SIGSEGV);
	case 'y':
		return end_by(SIGSYS);
	case 'x':
		return end_by(SIGXCPU);
	case 'k':
		return end_by(SIGKILL);
	case 't':
		return end_by(SIGTERM);
	default:
		return 3;
	}
}

int main(void)
{
	uint8_t packet[WIRE_PACKET_MAX_BYTES];
	struct parse_request request;
	char how = 0;
	ssize_t n = read(CHANNEL_FD, packet, sizeof packet);
	if (n < 0 || wire_get_request(packet, (size_t)n, &request) < 0 ||
		zone_rules_at(&request.zone, 0) != 3600 || pread(INPUT_FD, &how, 1, 0) != 1)
		return 4;
	return misbehave(how);
}
