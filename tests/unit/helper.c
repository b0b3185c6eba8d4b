/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A helper process and the verdict on how it ended. The process here misbehaves on request. */
#include "support/test.h"

#include "base/cleanup.h"
#include "helper/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *arg_helper;

/* What the helper is given: one letter that says what to do. */
static int input_of(char how)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, &how, 1), 1);
	return fd;
}

static struct parse_request request_of_test(void)
{
	struct parse_request request;
	parse_request_init(&request);
	request.zone = zone_rules_fixed(3600); /* the helper looks for it */
	return request;
}

static enum verdict run(char how, uint64_t timeout_usec, struct report *ret)
{
	AUTO_CLOSE int fd = input_of(how);
	struct parse_request request = request_of_test();
	struct helper_job job = { .path = arg_helper,
		.input_fd = fd,
		.request = &request,
		.timeout_usec = timeout_usec };
	enum verdict verdict = VERDICT_COUNT;
	report_init(ret);
	assert_int_equal(helper_run_parse(&job, ret, &verdict), 0);
	return verdict;
}

static void assert_ends(char how, enum verdict expected, const char *why)
{
	struct report report;
	enum verdict verdict = run(how, how == 'h' || how == 'w' ? 200000 : 0, &report);
	if (verdict != expected)
		fail_msg("'%c' is %s, expected %s (%s)", how, helper_verdict_names[verdict],
			helper_verdict_names[expected], report.why);
	if (!strstr(report.why, why))
		fail_msg("'%c' says \"%s\", expected \"%s\"", how, report.why, why);
	if (expected != VERDICT_OK)
		assert_int_equal(report.activities_n, 0);
	report_done(&report);
}

static void a_whole_report_is_ok(void **state)
{
	(void)state;
	struct report report;
	assert_int_equal(run('g', 0, &report), VERDICT_OK);
	assert_int_equal(report.activities_n, 1);
	assert_int_equal(report.activities[0].summary.records, 42);
	report_done(&report);
}

static void a_refusal_keeps_its_reason(void **state)
{
	(void)state;
	struct report report;
	assert_int_equal(run('r', 0, &report), VERDICT_REFUSED);
	assert_string_equal(report.why, "no such thing");
	assert_int_equal(report.format, FILE_FORMAT_FIT);
	report_done(&report);
}

static void its_own_end_is_a_crash(void **state)
{
	(void)state;
	assert_ends('s', VERDICT_CRASHED, "crashed on this file (signal 11)");
	assert_ends('y', VERDICT_CRASHED, "forbidden");
	assert_ends('x', VERDICT_CRASHED, "computed for too long");
	assert_ends('e', VERDICT_CRASHED, "exit status 3");
	assert_ends('l', VERDICT_CRASHED, "exit status 9");
}

static void an_answer_that_is_not_whole_is_a_crash(void **state)
{
	(void)state;
	assert_ends('q', VERDICT_CRASHED, "no whole answer");
	assert_ends('n', VERDICT_CRASHED, "makes no sense");
	assert_ends('o', VERDICT_CRASHED, "makes no sense");
}

static void an_end_from_outside_says_nothing_of_the_file(void **state)
{
	(void)state;
	assert_ends('k', VERDICT_ENDED, "from outside");
	assert_ends('t', VERDICT_ENDED, "from outside");
	assert_ends('b', VERDICT_NO_SANDBOX, "sandbox cannot be set up");
}

static void time_runs_out(void **state)
{
	(void)state;
	assert_ends('h', VERDICT_HUNG, "took longer than 1 s");
	assert_ends('w', VERDICT_HUNG, "took longer than");
}

static void it_has_its_three_descriptors_and_nothing_else(void **state)
{
	(void)state;
	/* things that must not leak: descriptors without close-on-exec, a blocked signal, an ignored one */
	AUTO_CLOSE int stray = open("/dev/null", O_RDONLY);
	AUTO_CLOSE int high = fcntl(stray, F_DUPFD, 600);
	assert_true(high >= 600);
	sigset_t set, before;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &set, &before);
	(void)signal(SIGPIPE, SIG_IGN);
	assert_int_equal(setenv("KNEAD_SECRET", "x", 1), 0);
	struct report report;
	enum verdict verdict = run('d', 0, &report);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(verdict, VERDICT_REFUSED);
	assert_string_equal(report.why, "fds 2 3 4, no environment, SIGUSR1 open, SIGPIPE default");
	report_done(&report);
}

static void the_channel_may_lie_where_the_input_goes(void **state)
{
	(void)state;
	/* the input as descriptor 3, so that a careless dup2() would destroy it */
	AUTO_CLOSE int saved = fcntl(3, F_DUPFD_CLOEXEC, 64);
	AUTO_CLOSE int input = input_of('g');
	assert_true(dup2(input, 3) == 3 || input == 3);
	struct parse_request request = request_of_test();
	struct helper_job job = { .path = arg_helper, .input_fd = 3, .request = &request };
	struct report report;
	enum verdict verdict = VERDICT_COUNT;
	report_init(&report);
	int r = helper_run_parse(&job, &report, &verdict);
	if (saved >= 0)
		(void)dup2(saved, 3);
	assert_int_equal(r, 0);
	assert_int_equal(verdict, VERDICT_OK);
	report_done(&report);
}

static void a_helper_that_is_not_there_is_no_verdict(void **state)
{
	(void)state;
	AUTO_CLOSE int fd = input_of('g');
	struct parse_request request = request_of_test();
	struct helper_job job = {
		.path = "/nonexistent/kneadd-parse", .input_fd = fd, .request = &request
	};
	struct report report;
	enum verdict verdict = VERDICT_COUNT;
	report_init(&report);
	assert_int_equal(helper_run_parse(&job, &report, &verdict), -ENOENT);
	assert_int_equal(verdict, VERDICT_COUNT);
}

static void a_loop_can_watch_it(void **state)
{
	(void)state;
	AUTO_CLOSE int fd = input_of('g');
	struct parse_request request = request_of_test();
	struct helper_job job = { .path = arg_helper, .input_fd = fd, .request = &request };
	struct helper *helper = NULL;
	assert_int_equal(helper_spawn_parse(&job, &helper), 0);
	assert_true(helper_deadline_usec(helper) > 0);
	struct pollfd end = { .fd = helper_pid_fd(helper), .events = POLLIN };
	struct pollfd channel = { .fd = helper_channel_fd(helper), .events = POLLIN };
	assert_int_equal(poll(&channel, 1, 10000), 1);
	(void)helper_on_readable(helper);
	assert_int_equal(poll(&end, 1, 10000), 1);
	struct report report;
	enum verdict verdict = VERDICT_COUNT;
	report_init(&report);
	assert_int_equal(helper_finish(helper, &report, &verdict), 0);
	assert_int_equal(verdict, VERDICT_OK);
	assert_int_equal(report.activities_n, 1);
	report_done(&report);
	assert_null(helper_free(helper));
}

static void freeing_one_that_runs_leaves_no_process(void **state)
{
	(void)state;
	AUTO_CLOSE int fd = input_of('h');
	struct parse_request request = request_of_test();
	struct helper_job job = { .path = arg_helper, .input_fd = fd, .request = &request };
	struct helper *helper = NULL;
	assert_int_equal(helper_spawn_parse(&job, &helper), 0);
	assert_null(helper_free(helper));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void no_descriptor_stays_behind(void **state)
{
	(void)state;
	int before = dup(2);
	(void)close(before);
	for (int i = 0; i < 5; i++) {
		assert_ends('g', VERDICT_OK, "");
		assert_ends('s', VERDICT_CRASHED, "");
	}
	int after = dup(2);
	(void)close(after);
	assert_int_equal(before, after);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_report_is_ok),
		cmocka_unit_test(a_refusal_keeps_its_reason),
		cmocka_unit_test(its_own_end_is_a_crash),
		cmocka_unit_test(an_answer_that_is_not_whole_is_a_crash),
		cmocka_unit_test(an_end_from_outside_says_nothing_of_the_file),
		cmocka_unit_test(time_runs_out),
		cmocka_unit_test(it_has_its_three_descriptors_and_nothing_else),
		cmocka_unit_test(the_channel_may_lie_where_the_input_goes),
		cmocka_unit_test(a_helper_that_is_not_there_is_no_verdict),
		cmocka_unit_test(a_loop_can_watch_it),
		cmocka_unit_test(freeing_one_that_runs_leaves_no_process),
		cmocka_unit_test(no_descriptor_stays_behind),
	};
	if (argc != 2) {
		(void)fputs("usage: test_unit_helper ODD-HELPER\n", stderr);
		return 2;
	}
	arg_helper = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
