/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/adapter.h"

const struct adapter adapters_metrics[] = {
	{ 0 },
};
