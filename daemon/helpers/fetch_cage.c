/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "helpers/fetch_cage.h"

#include "base/cleanup.h"
#include "helper/helper.h"
#include "store/place.h"

#include <errno.h>
#include <stdio.h>

#define SPOOL_FOLDER "spool"
#define PLACE_BYTES 4200u

/* Made now, for the cage lets no folder be made. */
static int make_place(const char *state_dir, const char *name, char ret[PLACE_BYTES])
{
	AUTO_CLOSE int fd = place_open(state_dir, name, true);
	(void)snprintf(ret, PLACE_BYTES, "%s/%s", state_dir, name);
	return fd < 0 ? fd : 0;
}

int fetch_cage_enter(const struct fetch_cage *cage, const char **ret_why)
{
	char spool[PLACE_BYTES], memory[PLACE_BYTES];
	struct landlock_path paths[4] = { cage->source };
	size_t n = 1;
	int r = 0;
	*ret_why = "its place in the state directory cannot be made";
	if (cage->state_dir) {
		paths[n++] = (struct landlock_path) { cage->state_dir, LANDLOCK_LIST };
		r = make_place(cage->state_dir, SPOOL_FOLDER, spool);
		paths[n++] = (struct landlock_path) { spool, LANDLOCK_FILES };
	}
	if (r == 0 && cage->state_dir && cage->memory) {
		r = make_place(cage->state_dir, cage->memory, memory);
		paths[n++] = (struct landlock_path) { memory, LANDLOCK_FILES };
	}
	if (r < 0)
		return r;
	/* kneadd-parse tells of a kernel without Landlock; it runs in each import */
	bool landlock = false;
	*ret_why = HELPER_NO_SANDBOX_TEXT;
	return sandbox_enter_with(cage->kind, paths, n, &landlock) < 0 ? HELPER_NO_SANDBOX : 0;
}
