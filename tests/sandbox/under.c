/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knead-under: runs a program under a filter of system calls, as another kernel or a service's unit would.
 *
 *   knead-under --refuse CALL[:ARGUMENT:VALUE]=ERROR... -- PROGRAM [ARGUMENT...]
 *   knead-under --only FILE -- PROGRAM [ARGUMENT...]
 *
 * --refuse  the call fails with that number; with :ARGUMENT:VALUE only if that argument (0 is the first) has that value
 * --only    calls that are named in the file, one a line, work; any other fails with EPERM */
#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_FAILED = 125, CALL_BYTES = 64 };

static int fail(const char *what)
{
	(void)fprintf(stderr, "knead-under: %s\n", what);
	return EXIT_FAILED;
}

/* Returns 0 also for a call that this architecture does not have. */
static int add(scmp_filter_ctx filter, uint32_t action, const char *name,
	const struct scmp_arg_cmp *comparison)
{
	int number = seccomp_syscall_resolve_name(name);
	if (number < 0)
		return 0;
	int r = seccomp_rule_add_array(filter, action, number, comparison ? 1 : 0, comparison);
	return r == -EEXIST ? 0 : r;
}

static int refuse(scmp_filter_ctx filter, const char *text)
{
	char name[CALL_BYTES];
	unsigned argument = 0, error = 0;
	unsigned long value = 0;
	if (sscanf(text, "%63[a-z0-9_]:%u:%lu=%u", name, &argument, &value, &error) == 4) {
		const struct scmp_arg_cmp comparison = SCMP_CMP64(argument, SCMP_CMP_EQ, value, 0);
		return add(filter, SCMP_ACT_ERRNO(error), name, &comparison);
	}
	if (sscanf(text, "%63[a-z0-9_]=%u", name, &error) == 2)
		return add(filter, SCMP_ACT_ERRNO(error), name, NULL);
	return -EINVAL;
}

static int allow_only(scmp_filter_ctx *filter, const char *path)
{
	char line[CALL_BYTES];
	FILE *file = fopen(path, "re");
	if (!file)
		return -errno;
	seccomp_release(*filter);
	*filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r = *filter ? 0 : -ENOMEM;
	while (r == 0 && fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = '\0';
		r = add(*filter, SCMP_ACT_ALLOW, line, NULL);
	}
	(void)fclose(file);
	return r;
}

int main(int argc, char **argv)
{
	int at = 1, r = 0;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	if (!filter)
		return fail("out of memory");
	for (; r == 0 && at + 1 < argc && strcmp(argv[at], "--") != 0; at += 2) {
		if (strcmp(argv[at], "--refuse") == 0)
			r = refuse(filter, argv[at + 1]);
		else if (strcmp(argv[at], "--only") == 0)
			r = allow_only(&filter, argv[at + 1]);
		else
			r = -EINVAL;
	}
	if (r < 0 || at + 1 >= argc)
		return fail(r < 0 ? strerror(-r) : "what is to be run?");
	r = seccomp_load(filter);
	seccomp_release(filter);
	if (r < 0)
		return fail(strerror(-r));
	(void)execv(argv[at + 1], argv + at + 1);
	return fail(strerror(errno));
}
