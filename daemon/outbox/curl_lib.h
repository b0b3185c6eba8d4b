/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* libcurl, loaded when something is to be sent and let go of afterwards.
 *
 * Debian's libcurl brings forty libraries (Kerberos, LDAP, a second TLS ...) whose relocated pages alone
 * cost more than 4 MB of private memory, in a daemon that sends a few messages a week. So it is not
 * linked but opened; the calls are the members of a table, named like the functions without "curl_". */

#include <curl/curl.h>

#define CURL_LIB_CALLS(X)      \
	X(global_init)         \
	X(global_cleanup)      \
	X(easy_init)           \
	X(easy_cleanup)        \
	X(easy_setopt)         \
	X(easy_getinfo)        \
	X(slist_append)        \
	X(slist_free_all)      \
	X(multi_init)          \
	X(multi_cleanup)       \
	X(multi_setopt)        \
	X(multi_add_handle)    \
	X(multi_remove_handle) \
	X(multi_socket_action) \
	X(multi_info_read)     \
	X(multi_assign)

struct curl_lib {
	void *handle;
#define CURL_LIB_MEMBER(name) __typeof__(curl_##name) *(name);
	CURL_LIB_CALLS(CURL_LIB_MEMBER)
#undef CURL_LIB_MEMBER
};

/* Loads and initialises. Returns 0; -ENOPKG when there is no libcurl that fits; -ENOMEM. */
int curl_lib_load(struct curl_lib **ret);

/* Lets go of it: nothing of libcurl may be in use. While a thread of its resolver is still about (a name
 * server that does not answer) this does nothing and returns lib; else NULL. */
struct curl_lib *curl_lib_unload(struct curl_lib *lib);
