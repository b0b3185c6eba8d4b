# SPDX-License-Identifier: GPL-3.0-or-later
# Debian's cross compiler with the libraries of an unpacked Debian (tests/arm64/root), programs run by qemu-user.
#   cmake --toolchain tests/arm64/toolchain.cmake -DKNEAD_ARM64_ROOT=FOLDER
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES KNEAD_ARM64_ROOT)
set(CMAKE_SYSROOT ${KNEAD_ARM64_ROOT})
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH ${KNEAD_ARM64_ROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${KNEAD_ARM64_ROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${KNEAD_ARM64_ROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${KNEAD_ARM64_ROOT}/usr/share/pkgconfig)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64;-L;${KNEAD_ARM64_ROOT})
