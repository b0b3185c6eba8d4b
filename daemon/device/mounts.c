/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device/mounts.h"

#include "base/num.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

/* Spaces, tabs, newlines and backslashes stand as \ and three octal digits. */
static void unescape(char *text)
{
	char *to = text;
	for (const char *at = text; *at; at++) {
		bool octal = *at == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' &&
			     at[2] <= '7' && at[3] >= '0' && at[3] <= '7';
		if (!octal) {
			*to++ = *at;
			continue;
		}
		*to++ = (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
		at += 3;
	}
	*to = '\0';
}

static bool number(const char *text, size_t size, unsigned *ret)
{
	int64_t value = 0;
	if (num_int(text, size, 0, INT_MAX, &value) < 0)
		return false;
	*ret = (unsigned)value;
	return true;
}

/* What stands behind the fields that may be missing or many. */
static const char *type_of(char *rest)
{
	for (char *word; (word = strsep(&rest, " "));)
		if (strcmp(word, "-") == 0 && rest)
			return strsep(&rest, " ");
	return "";
}

/* "36 35 98:0 / /mnt ro,noatime master:1 - vfat /dev/sdb rw" */
static bool take_apart(char *line, struct mount_line *ret)
{
	char *words[6], *rest = line;
	for (unsigned i = 0; i < 6; i++)
		if (!(words[i] = strsep(&rest, " ")))
			return false;
	unsigned id = 0;
	size_t colon = strcspn(words[2], ":");
	if (!number(words[0], strlen(words[0]), &id) || !words[2][colon] ||
		!number(words[2], colon, &ret->major) ||
		!number(words[2] + colon + 1, strlen(words[2] + colon + 1), &ret->minor))
		return false;
	unescape(words[3]);
	unescape(words[4]);
	ret->id = (int)id;
	ret->root = words[3];
	ret->point = words[4];
	ret->type = type_of(rest);
	ret->read_only = strncmp(words[5], "ro", 2) == 0 && (!words[5][2] || words[5][2] == ',');
	return *ret->point == '/';
}

bool mounts_next(char **at, struct mount_line *ret)
{
	for (char *line; *at && **at;) {
		line = strsep(at, "\n");
		if (take_apart(line, ret))
			return true;
	}
	return false;
}
