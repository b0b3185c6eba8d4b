/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/source_title.h"

#include "store/store_watch.h"

#include <stdio.h>
#include <string.h>

bool store_source_is_known(const char *source)
{
	return source && *source && strcmp(source, "spool") != 0 && strcmp(source, "archive") != 0;
}

/* What stands behind a prefix; NULL. */
static const char *behind(const char *source, const char *prefix)
{
	size_t size = strlen(prefix);
	return strncmp(source, prefix, size) == 0 ? source + size : NULL;
}

char *store_source_title(struct store *store, const char *source, char ret[SOURCE_TITLE_BYTES])
{
	struct stored_watch watch;
	const char *name;
	ret[0] = '\0';
	if (!store_source_is_known(source))
		return ret;
	if ((name = behind(source, "watch:"))) {
		bool met = store_get_watch(store, source, &watch) == 0 && *watch.name;
		(void)snprintf(ret, SOURCE_TITLE_BYTES, "%s%s", met ? "" : "watch ",
			met ? watch.name : name);
	} else if ((name = behind(source, "folder:"))) {
		(void)snprintf(ret, SOURCE_TITLE_BYTES, "folder %s", name);
	} else {
		(void)snprintf(ret, SOURCE_TITLE_BYTES, "%s%s",
			strcmp(source, "import") == 0 ? "knead " : "", source);
	}
	return ret;
}
