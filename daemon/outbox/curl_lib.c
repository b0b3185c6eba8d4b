/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/curl_lib.h"

#include "base/cleanup.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#define LIBRARY "libcurl.so.4"

/* A sanitizer cannot name leaks in a library that is gone, and takes what its statics held for leaked. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STAYS_LOADED true
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define STAYS_LOADED true
#endif
#ifndef STAYS_LOADED
#define STAYS_LOADED false
#endif

static void lib_freep(struct curl_lib **lib)
{
	if (*lib && (*lib)->handle)
		(void)dlclose((*lib)->handle);
	free(*lib);
}

static bool find(void *handle, const char *name, void *ret_function)
{
	void *address = dlsym(handle, name);
	memcpy(ret_function, &address,
		sizeof address); /* ISO C has no cast for it, POSIX has this */
	return address != NULL;
}

static int fill(struct curl_lib *lib)
{
	lib->handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | (STAYS_LOADED ? RTLD_NODELETE : 0));
	if (!lib->handle)
		return -ENOPKG;
	bool good = true;
#define CURL_LIB_FIND(name) good &= find(lib->handle, "curl_" #name, &lib->name);
	CURL_LIB_CALLS(CURL_LIB_FIND)
#undef CURL_LIB_FIND
	if (!good)
		return -ENOPKG;
	return lib->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -ENOMEM;
}

int curl_lib_load(struct curl_lib **ret)
{
	CLEANUP(lib_freep) struct curl_lib *lib = calloc(1, sizeof *lib);
	if (!lib)
		return -ENOMEM;
	int r = fill(lib);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(lib);
	return 0;
}

/* The folder has a link for itself, one for its name, and one a thread. */
static bool other_threads_run(void)
{
	struct stat st;
	return stat("/proc/self/task", &st) < 0 || st.st_nlink > 3;
}

struct curl_lib *curl_lib_unload(struct curl_lib *lib)
{
	if (!lib)
		return NULL;
	if (other_threads_run())
		return lib;
	lib->global_cleanup();
	lib_freep(&lib);
	return NULL;
}
