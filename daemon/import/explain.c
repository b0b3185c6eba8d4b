/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import/explain.h"

#include "helper/helper.h"

#include <errno.h>

const char *import_explain(int error)
{
	switch (error) {
	case -ENOSPC:
	case -EDQUOT:
		return "the disk is full; nothing is lost, make room and import again";
	case -EROFS:
		return "the store cannot be written to";
	case -EBUSY:
		return "another program holds the store; import again";
	case -EUCLEAN:
		return "the store is damaged";
	case -ENOTDIR:
	case -EISDIR:
	case -ELOOP:
		return "a part of the state directory is not what Knead made there (knead doctor "
		       "names it)";
	case -EACCES:
	case -EPERM:
		return "no right to write all of the state directory (knead doctor names the "
		       "place)";
	default:
		return helper_explain(error);
	}
}
