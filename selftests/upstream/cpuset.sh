#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own test of cpuset partitions: they are made and unmade while CPUs go and
# come, and so do scheduling domains.
#
# Oracle: the test itself, run alone.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/upstream.sh
. lib/upstream.sh

prepare()
{
	local file

	for file in /sys/devices/system/cpu/cpu*/online; do
		[ "$(cat "$file")" = 1 ] || echo 1 >"$file"
	done
	find /sys/fs/cgroup/test -depth -type d -exec rmdir {} + 2>/dev/null
}

[ "$(nproc)" -ge 8 ] || skip_all "needs 8 CPUs, there are $(nproc)"
busybox=$(command -v busybox) || skip_all "busybox is not installed"
upstream_begin cgroup
# Debian's awk does not know -e; and a program that needs no libraries starts four times
# as fast without KVM: there are thousands.
mkdir -p "$tests/bin"
for program in awk cat expr grep mkdir rm rmdir sed sleep; do
	ln -sf "$busybox" "$tests/bin/$program"
done
limit=900
# It has all scheduling domains told of in the log, again and again: not on a serial line.
dmesg -n 1
upstream test_cpuset_prs.sh "" env "PATH=$tests/bin:$PATH" ./test_cpuset_prs.sh
dmesg -n 7
upstream_finish
