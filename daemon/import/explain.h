/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Why an import stopped and what to do about it, one sentence for its negative errno. */
const char *import_explain(int error);
