/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tcx/tcx_build.h"

#include "base/cleanup.h"

#include <string.h>

/* What programs on phones call themselves, in lower case; a phone's heights are those of its satellites. */
static const char *const phones[] = { "android", "iphone", "polar beat", "runkeeper", "endomondo",
	"mapmy", "runtastic", "adidas running", "strava", "opentracks", "fitotrack", "runnerup",
	"ismoothrun", "sports tracker", "nike", "pumatrac", "huawei health", "samsung health",
	"google fit" };

bool tcx_is_phone(const char *creator)
{
	for (size_t i = 0; i < ARRAY_SIZE(phones); i++)
		if (strcasestr(creator, phones[i]))
			return true;
	return false;
}
