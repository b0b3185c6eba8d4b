/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* What fills the templates of docs/man. Each function writes the text of one placeholder. */

#include <stdio.h>

/* ---- roff */

void roff_verbs(FILE *to);          /* @VERBS@ */
void roff_common_options(FILE *to); /* @OPTIONS@ */
void roff_daemon_options(FILE *to); /* @DAEMON-OPTIONS@ */
void roff_settings(FILE *to);       /* @SETTINGS@ */

/* ---- bash: branches of a case */

void completion_verbs(FILE *to);   /* @VERB-WORDS@: all verbs, parted by blanks */
void completion_common(FILE *to);  /* @COMMON-OPTIONS@: options of all verbs */
void completion_options(FILE *to); /* @VERB-OPTIONS@: "why) words="--constants" ;;" */
void completion_values(
	FILE *to); /* @VALUE-OPTIONS@: options that take a value: "--state|--config" */
void completion_words(FILE *to); /* @ARGUMENTS@: "flag:1) words="injury illness" ;;" */
