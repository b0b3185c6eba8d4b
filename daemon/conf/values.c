/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf/values.h"

#include "base/cleanup.h"
#include "base/num.h"
#include "conf/url.h"
#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <strings.h>

static int refuse(const char **why, const char *text)
{
	*why = text;
	return -EINVAL;
}

static int store_text(const struct item *item, const struct setting *setting, void *field)
{
	(void)item;
	char *copy = strdup(setting->text);
	if (!copy)
		return -ENOMEM;
	char **to = field;
	free(*to);
	*to = copy;
	return 0;
}

/* whole numbers */

static int read_whole(const struct item *item, struct setting *setting, const char **why)
{
	(void)why;
	int64_t value;
	int r = num_int(setting->text, strlen(setting->text), (int64_t)item->min,
		(int64_t)item->max, &value);
	if (r < 0)
		return -EINVAL;
	setting->number = (double)value;
	return 0;
}

static int store_whole(const struct item *item, const struct setting *setting, void *field)
{
	(void)item;
	*(int32_t *)field = (int32_t)setting->number;
	return 0;
}

const struct value_type value_whole = { .read = read_whole, .store = store_whole };

/* one of several words */

static int read_choice(const struct item *item, struct setting *setting, const char **why)
{
	(void)why;
	for (int i = 0; i < item->count; i++)
		if (strcasecmp(setting->text, item->names[i]) == 0) {
			setting->number = i;
			return 0;
		}
	return -EINVAL;
}

static int store_choice(const struct item *item, const struct setting *setting, void *field)
{
	(void)item;
	/* every enum of the settings has the size of an int */
	*(unsigned *)field = (unsigned)setting->number;
	return 0;
}

const struct value_type value_choice = { .read = read_choice, .store = store_choice };

/* yes or no, in all the ways that systemd takes */

static int read_switch(const struct item *item, struct setting *setting, const char **why)
{
	(void)item;
	(void)why;
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1",
		"n", "y", "f", "t" };
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasecmp(setting->text, words[i]) == 0) {
			setting->number = (double)(i % 2);
			return 0;
		}
	return -EINVAL;
}

static int store_switch(const struct item *item, const struct setting *setting, void *field)
{
	(void)item;
	*(bool *)field = setting->number > 0;
	return 0;
}

const struct value_type value_switch = { .read = read_switch, .store = store_switch };

/* events, parted by blanks or commas */

static int read_events(const struct item *item, struct setting *setting, const char **why)
{
	(void)item;
	uint32_t bits = 0;
	const char *at = setting->text;
	for (;;) {
		at += strspn(at, " \t,");
		size_t size = strcspn(at, " \t,");
		if (!size)
			break;
		enum event_type type;
		if (event_type_from_name(at, size, &type) < 0)
			return -EINVAL;
		bits |= event_bit(type);
		at += size;
	}
	if (!bits)
		return refuse(why, "names no event");
	setting->number = bits;
	return 0;
}

static int store_events(const struct item *item, const struct setting *setting, void *field)
{
	(void)item;
	*(uint32_t *)field = (uint32_t)setting->number;
	return 0;
}

const struct value_type value_events = { .read = read_events, .store = store_events };

/* time zones of this machine */

static int read_zone(const struct item *item, struct setting *setting, const char **why)
{
	(void)item;
	const char *name = setting->text;
	size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_+-/");
	if (!size || size > CONF_ZONE_MAX || name[size] || name[0] == '/')
		return -EINVAL;
	if (strcmp(name, "UTC") == 0)
		return 0;
	char path[sizeof "/usr/share/zoneinfo/" + CONF_ZONE_MAX];
	(void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char magic[4];
	if (fd < 0 || read(fd, magic, sizeof magic) != sizeof magic ||
		memcmp(magic, "TZif", sizeof magic) != 0)
		return refuse(why, "this machine knows no such time zone; must be one that "
				   "`timedatectl list-timezones` prints, such as Europe/Berlin");
	return 0;
}

static int store_zone(const struct item *item, const struct setting *setting, void *field)
{
	(void)item;
	(void)snprintf(field, CONF_ZONE_MAX + 1, "%s", setting->text);
	return 0;
}

const struct value_type value_zone = { .read = read_zone, .store = store_zone };

/* folders that are followed */

static int read_folder(const struct item *item, struct setting *setting, const char **why)
{
	(void)item;
	const char *path = setting->text;
	if (*path == '"' || *path == '\'')
		return refuse(why, "write the path without quotes");
	if (*path == '~')
		return refuse(why, "~ is not replaced here; write the whole path, "
				   "such as /home/anna/Sync");
	if (*path != '/')
		return -EINVAL;
	if (!path[strspn(path, "/.")])
		return refuse(why, "a whole machine is not a folder of activities; "
				   "must be a path such as /home/anna/Sync");
	if (strlen(path) >= PATH_MAX)
		return refuse(why, "the path is longer than the system allows");
	return 0;
}

static int store_folder(const struct item *item, const struct setting *setting, void *field)
{
	int r = store_text(item, setting, field);
	if (r < 0)
		return r;
	char *path = *(char **)field;
	for (size_t size = strlen(path); size > 1 && path[size - 1] == '/'; size--)
		path[size - 1] = '\0';
	return 0;
}

const struct value_type value_folder = { .read = read_folder, .store = store_folder };

/* files of secrets */

static bool is_plain_name(const char *text)
{
	size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._-");
	/* a token pasted in place of a file name: those of ntfy and of Standard Webhooks are known */
	bool secret = strncasecmp(text, "whsec_", 6) == 0 || strncmp(text, "tk_", 3) == 0;
	return size && size <= 64 && !text[size] && text[0] != '.' && !secret;
}

static int read_secret(const struct item *item, struct setting *setting, const char **why)
{
	(void)item;
	const char *text = setting->text;
	if (*text == '/' && strlen(text) < PATH_MAX)
		return 0;
	if (is_plain_name(text))
		return 0;
	return refuse(why,
		"names the file that holds the secret, not the secret itself; must be an "
		"absolute path or the name of a systemd credential");
}

char *mask_secret_file(const char *text, char ret[CONF_MASKED_BYTES])
{
	bool name = *text == '/' || is_plain_name(text);
	(void)snprintf(ret, CONF_MASKED_BYTES, "%s", name ? text : "…");
	return ret;
}

const struct value_type value_secret = { .read = read_secret, .store = store_text };

/* addresses; whether plain HTTP is right is known when the section is whole */

static int read_url(const struct item *item, struct setting *setting, const char **why)
{
	(void)item;
	struct url url;
	return url_parse(setting->text, &url, why);
}

const struct value_type value_url = { .read = read_url, .store = store_text };

/* how long originals are kept */

static int read_archive(const struct item *item, struct setting *setting, const char **why)
{
	(void)why;
	const char *text = setting->text;
	size_t size = strlen(text);
	if (strcasecmp(text, "keep") == 0) {
		setting->number = INFINITY;
		return 0;
	}
	if (strcasecmp(text, "off") == 0) {
		setting->number = 0;
		return 0;
	}
	int64_t days;
	if (size < 2 || text[0] < '0' || text[0] > '9' || text[size - 1] != 'd' ||
		num_int(text, size - 1, (int64_t)item->min, (int64_t)item->max, &days) < 0)
		return -EINVAL;
	setting->number = (double)days;
	return 0;
}

static int store_archive(const struct item *item, const struct setting *setting, void *field)
{
	(void)item;
	struct conf_store *store = field;
	if (isinf(setting->number))
		*store = (struct conf_store) { .archive = ARCHIVE_KEEP };
	else if (setting->number > 0)
		*store = (struct conf_store) { .archive = ARCHIVE_DAYS,
			.archive_days = (int32_t)setting->number };
	else
		*store = (struct conf_store) { .archive = ARCHIVE_OFF };
	return 0;
}

const struct value_type value_archive = { .read = read_archive, .store = store_archive };

/* numbers that hold from a day on */

static bool two_digits(const char *text, uint32_t *ret)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return false;
	*ret = (uint32_t)(text[0] - '0') * 10 + (uint32_t)(text[1] - '0');
	return true;
}

/* "2026-03-01", a day that exists. */
static int read_date(const char *text, int32_t *ret_day)
{
	uint32_t century, year, month, day, month_back, day_back;
	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || !two_digits(text, &century) ||
		!two_digits(text + 2, &year) || !two_digits(text + 5, &month) ||
		!two_digits(text + 8, &day) || month < 1 || month > 12 || day < 1 || century < 19)
		return -EINVAL;
	int32_t days = clock_days_from_civil((int32_t)(century * 100 + year), month, day);
	int32_t year_back;
	clock_civil_from_days(days, &year_back, &month_back, &day_back);
	if (month_back != month || day_back != day) /* 30 February */
		return -EINVAL;
	*ret_day = days;
	return 0;
}

static int read_dated(const struct item *item, struct setting *setting, const char **why)
{
	const char *text = setting->text;
	size_t size = strcspn(text, " \t");
	const char *rest = text + size + strspn(text + size, " \t");
	double number;
	if (memchr(text, ',', size))
		return refuse(why, "write the fraction with a point");
	if (num_double(text, size, &number) < 0 || number < item->min || number > item->max)
		return -EINVAL;
	setting->number = number;
	setting->from_day = PROFILE_ALWAYS;
	if (!*rest)
		return 0;
	static const char date[] = "behind the number may stand only a date that exists, "
				   "as in \"from 2026-03-01\"";
	if (strncmp(rest, "from", 4) != 0 || (rest[4] != ' ' && rest[4] != '\t'))
		return refuse(why, date);
	rest += 4 + strspn(rest + 4, " \t");
	return read_date(rest, &setting->from_day) < 0 ? refuse(why, date) : 0;
}

static int store_dated(const struct item *item, const struct setting *setting, void *field)
{
	struct runner_profile *profile = field;
	if (profile->entries_n == PROFILE_MAX_ENTRIES)
		return -ENOSPC;
	profile->entries[profile->entries_n++] = (struct profile_entry) {
		.key = (enum profile_key)item->count,
		.from_day = setting->from_day,
		.value = setting->number,
	};
	return 0;
}

const struct value_type value_dated = { .read = read_dated, .store = store_dated, .dated = true };
