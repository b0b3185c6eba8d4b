/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Whether a host can be reached: by its name, and at a port. Nothing is sent. */

#include <stdint.h>

enum reach { REACH_YES, REACH_NO_NAME, REACH_REFUSED, REACH_SILENT };

/* Waits five seconds at most for the name, and as long for the port. */
enum reach reach_host(const char *host, uint16_t port);
