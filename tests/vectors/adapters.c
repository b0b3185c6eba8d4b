/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/adapter.h"

#include <string.h>

const struct adapter *adapter_find(const char *function)
{
	const struct adapter *const tables[] = { adapters_metrics, adapters_strain };
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		for (const struct adapter *row = tables[i]; row->function; row++) {
			if (strcmp(row->function, function) == 0)
				return row;
		}
	}
	return NULL;
}
