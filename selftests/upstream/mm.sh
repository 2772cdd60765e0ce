#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own tests of mappings: moved, grown, populated, locked, filled by
# userfaultfd(2), reaped while their process dies.
#
# Oracle: the tests themselves, run alone.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/upstream.sh
. lib/upstream.sh

upstream_begin mm
for test in mremap_test mremap_dontunmap madv_populate map_populate map_fixed_noreplace \
	mlock2-tests mlock-random-test memfd_secret mrelease_test; do
	upstream "$test" "" "./$test"
done
upstream "userfaultfd anon" "" ./userfaultfd anon 20 4
upstream "userfaultfd shmem" first_touch.kinds.shmem ./userfaultfd shmem 20 4
upstream_finish
