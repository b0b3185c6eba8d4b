/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Values as a person reads them; "-" for what is not known. */

#include <stdint.h>

#define HUMAN_BYTES 48u

char *human_duration(double seconds, char ret[HUMAN_BYTES]); /* "1:28:31", "45:10" */
char *human_distance(double metres, char ret[HUMAN_BYTES]);  /* "15.32 km", "400 m" */

/* A plain number with its unit behind it: "148 bpm". */
char *human_number(double value, int decimals, const char *unit, char ret[HUMAN_BYTES]);

/* "2026-05-03 08:12" at an offset from UTC. */
char *human_time_at(int64_t time_ms, int32_t offset_s, char ret[HUMAN_BYTES]);

/* The same in the process's time zone (util/zone.h). */
char *human_time(int64_t time_ms, char ret[HUMAN_BYTES]);
