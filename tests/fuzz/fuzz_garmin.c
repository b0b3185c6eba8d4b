/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GarminDevice.xml of any content: what comes out is folders below the root, or nothing. */
#include "fuzz/fuzz_target.h"

#include "garmin/garmin_device.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_folder(const struct garmin_folder *folder)
{
	must(memchr(folder->path, '\0', sizeof folder->path) != NULL);
	must(memchr(folder->begin, '\0', sizeof folder->begin) != NULL);
	must(folder->use < GARMIN_USE_COUNT);
	must(*folder->path && *folder->path != '/');
	for (const char *at = folder->path; *at;) {
		size_t n = strcspn(at, "/");
		must(n > 0 && !(n <= 2 && strspn(at, ".") >= n));
		at += n;
		must(!*at || at[1]);
		at += *at == '/';
	}
	for (const char *at = folder->path; *at; at++)
		must((unsigned char)*at >= 0x20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct garmin_device device;
	struct parse_error err = { 0 };
	int r = garmin_device_decode(data, size, &device, &err);
	must(r == 0 || r == -EBADMSG || r == -EFBIG || r == -ENOMEM);
	must(r == 0 || err.what);
	must(err.offset <= size);
	must(r < 0 || device.n <= GARMIN_FOLDERS_MAX);
	for (size_t i = 0; r == 0 && i < device.n; i++)
		check_folder(&device.folders[i]);
	return 0;
}
