/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* Ownership by scope: a variable marked with one of these frees what it holds when it goes out of
 * scope, and TAKE_PTR / TAKE_FD hand the thing on. An initialiser stands at the declaration. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

static inline void cleanup_free(void *pointer_to_pointer)
{
	free(*(void **)pointer_to_pointer);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void cleanup_fclose(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

#define AUTO_FREE CLEANUP(cleanup_free)
#define AUTO_CLOSE CLEANUP(cleanup_close)
#define AUTO_FCLOSE CLEANUP(cleanup_fclose)

/* The value of a pointer variable, which is NULL from then on. */
#define TAKE_PTR(variable)                                \
	({                                                \
		__typeof__(variable) taken_ = (variable); \
		(variable) = NULL;                        \
		taken_;                                   \
	})

/* The value of a descriptor variable, which is -EBADF from then on. */
#define TAKE_FD(variable)                \
	({                               \
		int taken_ = (variable); \
		(variable) = -9;         \
		taken_;                  \
	})

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
