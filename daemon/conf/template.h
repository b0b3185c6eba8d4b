/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* The commented kneadd.conf, made from the table of settings. */

#include <stdio.h>

void template_write(FILE *to);
