/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-watch-sim: runs a program that sees a simulated watch on its USB bus. */
#include "usb/options.h"
#include "usb/report.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char usage_text[] =
	"knead-watch-sim [--SETTING[=VALUE]]... [--control=FIFO] [--report=FILE] [--unplugged] -- "
	"COMMAND...\n"
	"  Settings: see tests/usb/options.c; root=FOLDER is what the watch's storage holds.\n"
	"  The FIFO takes one line each: plug, unplug, report FILE, forget (the counts), set "
	"SETTING=VALUE, quit.\n"
	"  The exit status is the command's. --serve runs none: when the bus is there, FILE holds "
	"the environment\n"
	"  in which programs see it.\n";

struct program {
	struct watch *watch;
	struct watch_profile profile;
	const char *control, *report, *serve;
	bool unplugged;
	int control_fd;
	pid_t child;
	char line[1024];
	size_t n;
};

/* A cable that a fault pulled is noticed within this time. */
#define PATIENCE_MS 20

static void print_report(struct watch *watch, const char *path)
{
	char part[512];
	(void)snprintf(part, sizeof part, "%s.part", path);
	FILE *to = fopen(part, "we");
	if (!to)
		return;
	(void)fputs("{", to);
	report_counts(watch_counts(watch), to);
	(void)fprintf(to, ",\"node\":\"%s\"}\n", watch_node(watch));
	(void)fclose(to);
	(void)rename(part, path);
}

static void print_environment(const char *path)
{
	char part[512];
	(void)snprintf(part, sizeof part, "%s.part", path);
	FILE *to = fopen(part, "we");
	if (!to)
		return;
	(void)fprintf(to, "UMOCKDEV_DIR=%s\nLD_PRELOAD=%s\n", getenv("UMOCKDEV_DIR"),
		getenv("LD_PRELOAD"));
	(void)fclose(to);
	(void)rename(part, path);
}

/* Returns false to end. */
static bool obey(struct program *program, char *line)
{
	if (strcmp(line, "plug") == 0)
		(void)watch_plug(program->watch);
	else if (strcmp(line, "unplug") == 0)
		watch_unplug(program->watch);
	else if (strncmp(line, "report ", 7) == 0)
		print_report(program->watch, line + 7);
	else if (strcmp(line, "forget") == 0)
		watch_forget_counts(program->watch);
	else if (strncmp(line, "set ", 4) == 0 && option_set(&program->profile, line + 4))
		watch_change(program->watch, &program->profile);
	else if (strcmp(line, "quit") == 0)
		return false;
	return true;
}

static bool read_control(struct program *program)
{
	ssize_t n = read(program->control_fd, program->line + program->n,
		sizeof program->line - program->n - 1);
	if (n <= 0)
		return true;
	program->n += (size_t)n;
	program->line[program->n] = '\0';
	for (char *end; (end = strchr(program->line, '\n'));) {
		*end = '\0';
		if (!obey(program, program->line))
			return false;
		program->n -= (size_t)(end + 1 - program->line);
		memmove(program->line, end + 1, program->n + 1);
	}
	return true;
}

/* Until the command ends or the control pipe says quit; returns its exit status. */
static int serve(struct program *program, int child_fd)
{
	struct pollfd fds[] = { { .fd = child_fd, .events = POLLIN },
		{ .fd = program->control_fd, .events = POLLIN } };
	bool told = false;
	while (!fds[0].revents) {
		if (poll(fds, 2, PATIENCE_MS) < 0 && errno != EINTR)
			return 1;
		if (fds[1].revents && !read_control(program) && !told) {
			told = true;
			if (program->child < 0)
				return 0;
			(void)kill(program->child, SIGTERM);
		}
		/* a pulled cable leaves the bus as well */
		if (watch_is_plugged(program->watch) && watch_is_gone(program->watch))
			watch_unplug(program->watch);
	}
	int status = 0;
	(void)waitpid(program->child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int read_options(struct program *program, int argc, char **argv)
{
	int i = 1;
	for (; i < argc && strncmp(argv[i], "--", 2) == 0 && argv[i][2]; i++) {
		const char *word = argv[i] + 2;
		if (strncmp(word, "control=", 8) == 0)
			program->control = word + 8;
		else if (strncmp(word, "report=", 7) == 0)
			program->report = word + 7;
		else if (strncmp(word, "serve=", 6) == 0)
			program->serve = word + 6;
		else if (strcmp(word, "unplugged") == 0)
			program->unplugged = true;
		else if (!option_set(&program->profile, word))
			return -1;
	}
	if (!program->profile.root || (program->serve && !program->control))
		return -1;
	return program->serve || i + 1 < argc ? i + 1 : -1;
}

int main(int argc, char **argv)
{
	watch_preload(argv);
	struct program program = { .profile = watch_garmin, .control_fd = -1 };
	int first = read_options(&program, argc, argv);
	if (first < 0) {
		(void)fputs(usage_text, stderr);
		return 2;
	}
	program.watch = watch_new(&program.profile);
	if (!program.watch || (!program.unplugged && !watch_plug(program.watch)))
		return 3;
	if (program.control)
		program.control_fd = open(program.control, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int child_fd = -1, status = 3;
	program.child = -1;
	if (!program.serve)
		program.child =
			watch_spawn(program.watch, (const char *const *)argv + first, &child_fd);
	else
		print_environment(program.serve);
	if (program.serve || program.child > 0)
		status = serve(&program, child_fd);
	if (program.report)
		print_report(program.watch, program.report);
	watch_free(program.watch);
	return status;
}
