#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own tests of control groups: tasks that are moved, frozen and killed in
# them, the limits of their memory, cpusets that come and go while there are forks.
#
# They want cgroup2 mounted as systemd does, swap, and a file system that has O_TMPFILE.
#
# Oracle: the tests themselves, run alone.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/upstream.sh
. lib/upstream.sh
# shellcheck source=selftests/lib/zram.sh
. lib/zram.sh

swap_add 512M || skip_all "no zram to swap to, or not root"
disk_add 512M /mnt/upstream || skip_all "no ext4"
upstream_begin cgroup
mount -o remount,nsdelegate /sys/fs/cgroup
upstream test_stress.sh "" ./test_stress.sh
where=/mnt/upstream
for test in test_core test_memcontrol test_freezer test_kill; do
	upstream "$test" "" "$tests/$test"
done
disk_remove
swap_remove
upstream_finish
