#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens lab run balance": what it says of NUMA balancing is so, it does not
# say it where balancing is kept off, and it leaves all settings as they were.
#
# Oracles: numa_maps, numa_hint_faults and numa_pages_migrated of /proc/vmstat,
# numa_preferred_nid of /proc/PID/sched, the settings themselves.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/lab.sh
. lib/lab.sh
# shellcheck source=selftests/lib/says.sh
. lib/says.sh
knobs=/sys/kernel/debug/sched/numa_balancing
pages=4096
most=$((pages * 8 / 10))	# the tool says 9 of 10, but some may be on their way
mounted=

settings()
{
	head "$balancing" "$knobs"/scan_{delay_ms,period_min_ms,period_max_ms} 2>/dev/null
}

# look PROCESS: pages of its memory, on both nodes
look()
{
	IFS='+ ' read -r on_first on_last < <(places "$1" "$pages" rw-p)
}

off()
{
	begin balance
	at_end_of off || return 1
	faults=$(vmstat numa_hint_faults)
	moved=$(vmstat numa_pages_migrated)
	look lab-small
	equal "pages on node $first" "$on_first" "$pages"
}

on()
{
	at_end_of on || return 1
	look lab-small
	at_least "pages on node $last" "$on_last" "$most" &&
		at_least numa_pages_migrated "$(($(vmstat numa_pages_migrated) - moved))" "$most" &&
		at_least numa_hint_faults "$(($(vmstat numa_hint_faults) - faults))" "$most"
}

huge()
{
	at_end_of "huge pages" || return 1
	if grep -q "could be had as part of huge ones" "$scratch/out"; then
		echo "# no huge pages"
		return 0
	fi
	look lab-huge
	at_least "pages on node $last" "$on_last" "$most" &&
		at_least numa_pages_migrated "$(($(vmstat numa_pages_migrated) - moved))" \
			$((2 * most))
}

thread_moves()
{
	at_end_of "the thread moves" || return 1
	look lab-bound
	equal "pages on node $first" "$on_first" "$pages" || return 1
	equal numa_preferred_nid \
		"$(sed -n 's/^numa_preferred_nid *: *//p' "/proc/$(pid_of lab-bound)/sched")" \
		"$first"
}

# Moved, and for nothing: faults from the other node come after that as well.
shared()
{
	local moved remote

	moved=$(vmstat numa_pages_migrated)
	remote=$(($(vmstat numa_hint_faults) - $(vmstat numa_hint_faults_local)))
	at_end_of shared || return 1
	look lab-shared
	remote=$(($(vmstat numa_hint_faults) - $(vmstat numa_hint_faults_local) - remote))
	equal "pages on both nodes" $((on_first + on_last)) "$pages" &&
		at_least numa_pages_migrated $(($(vmstat numa_pages_migrated) - moved)) \
			$((pages / 8)) &&
		at_least "remote hinting faults" "$remote" $((pages / 4))
}

verdict()
{
	end_of_lab 0 "as expected" && equal settings "$(settings)" "$found" && put_back
}

# Nobody may be there to reap it.
is_gone()
{
	[ ! -e "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"
}

interrupted()
{
	local pid

	begin balance
	at_end_of off || return 1
	pid=$(pid_of lab-small)
	[ "$(settings)" != "$found" ] || { echo "# nothing was changed"; return 1; }
	kill -TERM "$lab"
	wait "$lab"
	equal "exit status" "$?" 143 || return 1
	lab=
	equal settings "$(settings)" "$found" && put_back && wait_for is_gone "$pid"
}

# What is written goes nowhere, and balancing stays off.
kept_off()
{
	echo 0 >"$balancing"
	mount --bind /dev/null "$balancing" || return 1
	mounted=1
	begin balance
	end_of_lab 1 "not as expected" || return 1
	unmount
	says "NO 4 KiB pages, on: most of it comes to node $last: 0 of" &&
		says "NO kernel.numa_balancing stays as it was set"
}

unmount()
{
	[ -z "$mounted" ] || umount "$balancing"
	mounted=
}

# Memory that is bound is passed over by balancing, this by the policy of the task.
passed_over()
{
	begin balance numactl --membind="$first,$last"
	end_of_lab 1 "not as expected" || return 1
	says "NO 4 KiB pages, on: most of it comes to node $last: 0 of" &&
		says "yes kernel.numa_balancing stays as it was set"
}

read_only()
{
	echo 0 >"$scratch/balancing"
	mount --bind "$scratch/balancing" "$balancing" || return 1
	mounted=1
	mount -o remount,bind,ro "$balancing" || return 1
	begin balance
	exec 3>&-
	wait "$lab"
	equal "exit status" "$?" 1 || return 1
	lab=
	unmount
	says "verdict failed: kernel.numa_balancing can't be set to 0: Read-only file system"
}

end()
{
	unmount
	echo "$period" >"$knobs/scan_period_min_ms"
	lab_exit
}

lab_init
trap end EXIT
period=$(cat "$knobs/scan_period_min_ms" 2>/dev/null)
[ -n "$period" ] || skip_all "debugfs is not mounted"
command -v numactl >/dev/null || skip_all "numactl is not installed"
# as nobody would choose it, to be known again
echo 987 >"$knobs/scan_period_min_ms"
found=$(settings)

echo "TAP version 13"
echo "1..10"
result "off, the pages stay" off
result "on, most of them come" on
result "so do huge pages" huge
result "to memory that is bound the thread comes" thread_moves
result "pages that two nodes share" shared
result "as expected, settings as they were" verdict
result "settings as they were, after a signal, too" interrupted
result "not as expected where something keeps it off" kept_off
echo 1 >"$balancing"
result "not as expected where a policy keeps it away" passed_over
result "a switch that can't be set" read_only
finish
