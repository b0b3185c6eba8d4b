# SPDX-License-Identifier: GPL-3.0-or-later
# Kernels and services in which a cage cannot be built, or only in part. A sanitizer cannot live in one at all.
if(KNEAD_PYTHON AND NOT KNEAD_SANITIZE)
  knead_system_test(under)
endif()
