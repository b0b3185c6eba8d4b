/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
/* In builds with the address sanitizer a helper does not look for leaks when it ends: that needs /proc, which
 * Landlock closes and which a process that may not be dumped cannot read as an ordinary user. Included by
 * the main file of each helper, once. */

#if defined __SANITIZE_ADDRESS__
#define HAS_ADDRESS_SANITIZER 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif
#ifdef HAS_ADDRESS_SANITIZER
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif
