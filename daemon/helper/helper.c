/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helper/helper.h"

#include "base/cleanup.h"
#include "helper/spawn.h"
#include "ipc/wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct helper {
	pid_t pid; /* -1 once it is reaped */
	int pid_fd, channel_fd;
	uint64_t timeout_usec, deadline_usec;
	struct report report;
	struct wire_reader reader; /* fills report */
	bool quiet;                /* nothing more comes on the channel */
	bool nonsense;             /* it sent what breaks a rule */
	bool out_of_memory;        /* we could not keep what it sent */
	bool late;                 /* we ended it */
};

const char *helper_explain(int error)
{
	switch (error) {
	case HELPER_NO_SANDBOX:
		return HELPER_NO_SANDBOX_TEXT;
	case HELPER_NOT_STARTED:
		return "the reader kneadd-parse does not start, so nothing is read (knead doctor "
		       "says what is missing)";
	case -EMFILE:
	case -ENFILE:
		return "too few files may be open at once for a reader to be started (ulimit -n, "
		       "LimitNOFILE= of the service)";
	case -EAGAIN:
		return "no more processes may be started (ulimit -u, TasksMax= of the service)";
	case -ENOENT:
		return "a helper, or a part of the state directory, is missing (knead doctor names "
		       "it)";
	case -ENOMEM:
		return "the memory ran out";
	default:
		return strerror(-error);
	}
}

static uint64_t now_usec(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void end_process(const struct helper *helper)
{
	if (helper->pid > 0)
		(void)kill(helper->pid, SIGKILL);
}

struct helper *helper_free(struct helper *helper)
{
	if (!helper)
		return NULL;
	end_process(helper);
	if (helper->pid > 0)
		(void)waitpid(helper->pid, NULL, 0);
	if (helper->pid_fd >= 0)
		(void)close(helper->pid_fd);
	if (helper->channel_fd >= 0)
		(void)close(helper->channel_fd);
	report_done(&helper->report);
	free(helper);
	return NULL;
}

int helper_spawn_parse(const struct helper_job *job, struct helper **ret)
{
	uint8_t packet[WIRE_PACKET_MAX_BYTES];
	int size = wire_put_request(job->request, packet);
	if (size < 0)
		return size;
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	AUTO_CLOSE int ours = pair[0];
	AUTO_CLOSE int theirs = pair[1];
	CLEANUP(helper_freep) struct helper *helper = calloc(1, sizeof *helper);
	if (!helper)
		return -ENOMEM;
	helper->pid = -1;
	helper->pid_fd = helper->channel_fd = -EBADF;
	report_init(&helper->report);
	helper->reader.report = &helper->report;
	/* the request waits in the channel before anybody reads it */
	if (send(ours, packet, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return -errno;
	static const char *const arguments[] = { "kneadd-parse", NULL };
	int r = spawn_helper(
		job->path, arguments, theirs, job->input_fd, &helper->pid, &helper->pid_fd);
	if (r < 0)
		return r;
	helper->channel_fd = TAKE_FD(ours);
	helper->timeout_usec = job->timeout_usec ? job->timeout_usec : HELPER_TIMEOUT_USEC;
	helper->deadline_usec = now_usec() + helper->timeout_usec;
	*ret = TAKE_PTR(helper);
	return 0;
}

int helper_channel_fd(const struct helper *helper)
{
	return helper->channel_fd;
}

int helper_pid_fd(const struct helper *helper)
{
	return helper->pid_fd;
}

uint64_t helper_deadline_usec(const struct helper *helper)
{
	return helper->deadline_usec;
}

void helper_on_deadline(struct helper *helper)
{
	helper->late = true;
	end_process(helper);
}

/* Whatever it says next is not believed. */
static void stop_listening(struct helper *helper, bool nonsense)
{
	helper->quiet = true;
	helper->nonsense |= nonsense;
	if (nonsense || helper->out_of_memory)
		end_process(helper);
}

int helper_on_readable(struct helper *helper)
{
	uint8_t packet[WIRE_PACKET_MAX_BYTES];
	while (!helper->quiet) {
		ssize_t n =
			recv(helper->channel_fd, packet, sizeof packet, MSG_DONTWAIT | MSG_TRUNC);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n <= 0) {
			stop_listening(helper, false);
			break;
		}
		int r = (size_t)n > sizeof packet
				? -EBADMSG
				: wire_reader_take(&helper->reader, packet, (size_t)n);
		helper->out_of_memory |= r == -ENOMEM;
		if (r < 0)
			stop_listening(helper, r != -ENOMEM);
	}
	return 1;
}

/* A sentence for a process that ended by itself or was ended. */
static enum verdict judge_signal(int signal_number, char ret_why[REPORT_TEXT_BYTES])
{
	switch (signal_number) {
	case SIGKILL: /* the kernel short of memory, or an operator */
	case SIGTERM:
	case SIGINT: /* Ctrl-C reaches the whole group */
	case SIGHUP:
		(void)snprintf(ret_why, REPORT_TEXT_BYTES,
			"the reader was ended from outside (signal %d)", signal_number);
		return VERDICT_ENDED;
	case SIGXCPU:
		(void)snprintf(ret_why, REPORT_TEXT_BYTES,
			"the reader crashed on this file (it computed for too long)");
		return VERDICT_CRASHED;
	case SIGSYS:
		(void)snprintf(ret_why, REPORT_TEXT_BYTES,
			"the reader crashed on this file (it tried what is forbidden, signal %d)",
			signal_number);
		return VERDICT_CRASHED;
	default:
		(void)snprintf(ret_why, REPORT_TEXT_BYTES,
			"the reader crashed on this file (signal %d)", signal_number);
		return VERDICT_CRASHED;
	}
}

static enum verdict judge(
	const struct helper *helper, const siginfo_t *end, char ret_why[REPORT_TEXT_BYTES])
{
	if (helper->late) {
		(void)snprintf(ret_why, REPORT_TEXT_BYTES, "reading it took longer than %llu s",
			(unsigned long long)(helper->timeout_usec + 999999) / 1000000);
		return VERDICT_HUNG;
	}
	if (helper->out_of_memory) {
		(void)snprintf(ret_why, REPORT_TEXT_BYTES, "out of memory");
		return VERDICT_ENDED;
	}
	if (helper->nonsense) {
		(void)snprintf(ret_why, REPORT_TEXT_BYTES, "the reader's answer makes no sense");
		return VERDICT_CRASHED;
	}
	if (end->si_code != CLD_EXITED)
		return judge_signal(end->si_status, ret_why);
	if (end->si_status == PARSE_EXIT_NO_SANDBOX) {
		(void)snprintf(ret_why, REPORT_TEXT_BYTES, HELPER_NO_SANDBOX_TEXT);
		return VERDICT_NO_SANDBOX;
	}
	if (end->si_status == PARSE_EXIT_NOT_STARTED) {
		(void)snprintf(
			ret_why, REPORT_TEXT_BYTES, "%s", helper_explain(HELPER_NOT_STARTED));
		return VERDICT_NOT_STARTED;
	}
	if (end->si_status != 0 || !helper->reader.ended) {
		(void)snprintf(ret_why, REPORT_TEXT_BYTES,
			"the reader gave no whole answer (exit status %d)", end->si_status);
		return VERDICT_CRASHED;
	}
	return helper->reader.refused ? VERDICT_REFUSED : VERDICT_OK;
}

int helper_finish(struct helper *helper, struct report *ret_report, enum verdict *ret_verdict)
{
	siginfo_t end = { 0 };
	while (waitid(P_PID, (id_t)helper->pid, &end, WEXITED) < 0)
		if (errno != EINTR)
			return -errno;
	helper->pid = -1;
	(void)helper_on_readable(helper);
	char why[REPORT_TEXT_BYTES] = "";
	*ret_verdict = judge(helper, &end, why);
	report_done(ret_report);
	if (*ret_verdict == VERDICT_OK || *ret_verdict == VERDICT_REFUSED) {
		*ret_report = helper->report;
		report_init(&helper->report);
		return 0;
	}
	(void)snprintf(ret_report->why, sizeof ret_report->why, "%s", why);
	return 0;
}

/* Waits for the end of the process, and takes what it says meanwhile. */
static int wait_for(struct helper *helper)
{
	bool listening = true;
	for (;;) {
		uint64_t now = now_usec();
		if (now >= helper->deadline_usec && !helper->late)
			helper_on_deadline(helper);
		uint64_t left_usec = now < helper->deadline_usec ? helper->deadline_usec - now : 0;
		struct pollfd fds[] = {
			{ .fd = helper->pid_fd, .events = POLLIN },
			{ .fd = listening ? helper->channel_fd : -1, .events = POLLIN },
		};
		int timeout_ms = helper->late ? -1 : (int)(left_usec / 1000 + 1);
		int n = poll(fds, ARRAY_SIZE(fds), timeout_ms);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0 && fds[1].revents)
			listening = helper_on_readable(helper) == 0;
		if (n > 0 && fds[0].revents)
			return 0;
	}
}

int helper_run_parse(
	const struct helper_job *job, struct report *ret_report, enum verdict *ret_verdict)
{
	CLEANUP(helper_freep) struct helper *helper = NULL;
	int r = helper_spawn_parse(job, &helper);
	if (!helper)
		return r;
	r = wait_for(helper);
	return r < 0 ? r : helper_finish(helper, ret_report, ret_verdict);
}
