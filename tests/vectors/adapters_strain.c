/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors/adapter.h"
#include "vectors/strain_adapters.h"

const struct adapter adapters_strain[] = {
	{ "strain_model", run_strain_model },
	{ "strain_messages", run_strain_messages },
	{ 0 },
};
