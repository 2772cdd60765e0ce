#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own tests of transparent huge pages: collapsed by khugepaged and by
# madvise(2), split, allocated under stress, tracked by soft-dirty bits.
#
# They swap. NUMA balancing is off: smaps, by which they look for huge pages, leaves out
# those that are marked for it.
#
# Oracle: the tests themselves, run alone.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/upstream.sh
. lib/upstream.sh
# shellcheck source=selftests/lib/zram.sh
. lib/zram.sh
balancing=/proc/sys/kernel/numa_balancing

swap_add 512M || skip_all "no zram to swap to, or not root"
upstream_begin mm
was=$(cat $balancing)
echo 0 >$balancing
touched=first_touch.kinds.thp
upstream "khugepaged all:anon" $touched ./khugepaged all:anon
upstream "khugepaged all:shmem" first_touch.kinds.shmem ./khugepaged all:shmem
upstream split_huge_page_test $touched ./split_huge_page_test
upstream soft-dirty $touched ./soft-dirty
# It goes on until it is stopped.
limit=10
upstream transhuge-stress $touched ./transhuge-stress 200
echo "$was" >$balancing
swap_remove
upstream_finish
