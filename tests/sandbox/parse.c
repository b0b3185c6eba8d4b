/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real kneadd-parse: its cage closes before the first byte from outside, an attacker inside it
 * gets nowhere, and it does its work. */
#include "support/test.h"

#include "base/cleanup.h"
#include "helper/helper.h"
#include "ipc/wire.h"
#include "sandbox/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *arg_parse;

#define TCX_BODY                                                                            \
	"<TrainingCenterDatabase "                                                          \
	"xmlns=\"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2\"><Activities>" \
	"<Activity Sport=\"Running\"><Id>2026-05-03T06:12:44Z</Id>"                         \
	"<Lap StartTime=\"2026-05-03T06:12:44Z\"><TotalTimeSeconds>60</TotalTimeSeconds>"   \
	"<DistanceMeters>200</DistanceMeters><Track>"                                       \
	"<Trackpoint><Time>2026-05-03T06:12:44Z</Time><DistanceMeters>0</DistanceMeters>"   \
	"</Trackpoint><Trackpoint><Time>2026-05-03T06:13:44Z</Time>"                        \
	"<DistanceMeters>200</DistanceMeters></Trackpoint></Track></Lap></Activity>"        \
	"</Activities></TrainingCenterDatabase>\n"

static int input_of(const char *text)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	return fd;
}

/* Traces one run over a small file; with force >= 0 that call takes the place of its first read. */
static void run_traced(long force, struct trace *ret)
{
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	AUTO_CLOSE int ours = pair[0];
	AUTO_CLOSE int theirs = pair[1];
	AUTO_CLOSE int input = input_of(TCX_BODY);
	struct parse_request request;
	uint8_t packet[WIRE_PACKET_MAX_BYTES];
	parse_request_init(&request);
	int size = wire_put_request(&request, packet);
	assert_int_equal(send(ours, packet, (size_t)size, 0), size);
	trace_run(arg_parse, theirs, input, force, ret);
}

static void the_cage_closes_before_the_first_byte(void **state)
{
	(void)state;
	struct trace trace;
	run_traced(-1, &trace);
	assert_int_equal(trace.status, 0);
	assert_true(trace.filter_step > 0);
	assert_true(trace.request_step > 0 && trace.input_step > 0); /* it did read them */
	assert_true(trace.filter_step < trace.request_step);
	assert_true(trace.filter_step < trace.input_step);
	assert_true(trace.landlock_step < trace.filter_step);
	bool has_landlock = syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
	assert_int_equal(trace.landlock_step > 0, has_landlock);
}

static void an_attacker_inside_it_dies(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		long number;
	} calls[] = {
		{ "socket", SYS_socket },
		{ "connect", SYS_connect },
		{ "execve", SYS_execve },
		{ "clone", SYS_clone },
		{ "kill", SYS_kill },
		{ "unlinkat", SYS_unlinkat },
		{ "ptrace", SYS_ptrace },
		{ "prctl", SYS_prctl },
		{ "memfd_create", SYS_memfd_create },
	};
	if (!trace_can_force())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct trace trace;
		run_traced(calls[i].number, &trace);
		assert_true(trace.forced);
		if (!WIFSIGNALED(trace.status) || WTERMSIG(trace.status) != SIGSYS)
			fail_msg("%s: status 0x%x", calls[i].name, (unsigned)trace.status);
	}
}

static void opening_a_file_inside_it_is_refused(void **state)
{
	(void)state;
	static const long calls[] = { SYS_openat, SYS_openat2, SYS_readlinkat, SYS_faccessat,
		SYS_newfstatat };
	if (!trace_can_force())
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct trace trace;
		run_traced(calls[i], &trace);
		assert_true(trace.forced);
		assert_int_equal(trace.forced_result, -EACCES);
		assert_int_equal(trace.status, 0); /* and it ends in good order */
	}
}

static enum verdict run(int input_fd, struct report *ret)
{
	struct parse_request request;
	parse_request_init(&request);
	struct helper_job job = { .path = arg_parse, .input_fd = input_fd, .request = &request };
	enum verdict verdict = VERDICT_COUNT;
	report_init(ret);
	assert_int_equal(helper_run_parse(&job, ret, &verdict), 0);
	return verdict;
}

static void it_does_its_work(void **state)
{
	(void)state;
	AUTO_CLOSE int input = input_of("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" TCX_BODY);
	struct report report;
	assert_int_equal(run(input, &report), VERDICT_OK);
	assert_true(report.valid);
	assert_int_equal(report.format, FILE_FORMAT_TCX);
	assert_int_equal(report.activities_n, 1);
	assert_int_equal(report.activities[0].summary.records, 2);
	assert_near(report.activities[0].summary.stated.timer_s, 60, 0.001);
	report_done(&report);
}

static void an_odd_encoding_is_no_crash(void **state)
{
	(void)state;
	/* libxml2 asks iconv, and iconv opens tables */
	static const char *const encodings[] = { "KOI8-R", "EUC-JP", "IBM500", "UTF-7", "x-none" };
	for (size_t i = 0; i < ARRAY_SIZE(encodings); i++) {
		char text[2048];
		(void)snprintf(text, sizeof text, "<?xml version=\"1.0\" encoding=\"%s\"?>%s",
			encodings[i], TCX_BODY);
		AUTO_CLOSE int input = input_of(text);
		struct report report;
		enum verdict verdict = run(input, &report);
		if (verdict != VERDICT_OK && verdict != VERDICT_REFUSED)
			fail_msg("%s: %s, %s", encodings[i], helper_verdict_names[verdict],
				report.why);
		report_done(&report);
	}
}

static void what_is_no_file_is_refused(void **state)
{
	(void)state;
	int pipes[2];
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	struct report report;
	assert_int_equal(run(pipes[0], &report), VERDICT_REFUSED);
	assert_string_equal(report.why, "not a regular file");
	report_done(&report);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
}

static void a_huge_file_is_refused_unread(void **state)
{
	(void)state;
	AUTO_CLOSE int input = input_of("x");
	assert_int_equal(ftruncate(input, (off_t)4 << 30), 0);
	struct report report;
	assert_int_equal(run(input, &report), VERDICT_REFUSED);
	assert_string_equal(report.why, "larger than 32 MiB");
	report_done(&report);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cage_closes_before_the_first_byte),
		cmocka_unit_test(an_attacker_inside_it_dies),
		cmocka_unit_test(opening_a_file_inside_it_is_refused),
		cmocka_unit_test(it_does_its_work),
		cmocka_unit_test(an_odd_encoding_is_no_crash),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(a_huge_file_is_refused_unread),
	};
	if (argc != 2) {
		(void)fputs("usage: test_sandbox_parse KNEADD-PARSE\n", stderr);
		return 2;
	}
	arg_parse = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
