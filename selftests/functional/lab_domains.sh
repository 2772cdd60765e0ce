#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens lab run domains": tasks go where it says, at the events that it
# says; without scheduling domains it says so.
#
# Oracles: /proc/schedstat, /proc/PID/stat, debugfs for which domains span nodes.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/lab.sh
. lib/lab.sh
# shellcheck source=selftests/lib/says.sh
. lib/says.sh
schedstats=/proc/sys/kernel/sched_schedstats
domains=/sys/kernel/debug/sched/domains
# Fields of /proc/schedstat's domain lines: for newly idle CPUs lb_count, and ttwu_wake_remote.
# Version 17 has a name before the mask, and 11 numbers for each kind of idleness, not 8.
NEWIDLE=19
WAKE_REMOTE=36
if grep -q '^version 17$' /proc/schedstat; then
	NEWIDLE=26
	WAKE_REMOTE=46
fi

# counter FIELD across|inside: the sum of all domains that span nodes, or don't
counter()
{
	local across

	across=$(grep -l SD_NUMA "$domains"/cpu*/domain*/flags)
	awk -v number="$1" -v where="$2" -v across="$across" '
		/^cpu/ { cpu = $1 }
		/^domain/ {
			is = index(across, "/" cpu "/" $1 "/") ? "across" : "inside"
			sum += is == where ? $number : 0
		}
		END { print sum + 0 }' /proc/schedstat
}

# nodes_of PID...: how many nodes they are on
nodes_of()
{
	local one stat fields

	for one; do
		stat=$(<"/proc/$one/stat")
		# the third field is the first of these, the CPU the 39th
		read -ra fields <<<"${stat##*) }"
		echo "/sys/devices/system/cpu/cpu${fields[36]}"/node*
	done | sed 's|.*/||' | sort -u | wc -l
}

are_spread()
{
	# shellcheck disable=SC2046 # words
	[ "$(nodes_of $(<"/proc/$forker/task/$forker/children"))" -gt 1 ]
}

forks()
{
	begin domains
	at_end_of fork || return 1
	forker=$(pid_of lab-forker)
	equal sched_schedstats "$(cat "$schedstats")" 1 && wait_for are_spread
}

wakes()
{
	local before

	at_end_of exec || return 1
	before=$(counter "$WAKE_REMOTE" across)
	at_end_of "wakeup, tied" || return 1
	at_least "remote wakeups" $(($(counter "$WAKE_REMOTE" across) - before)) 50
}

newly_idle()
{
	local across inside

	at_end_of "wakeup, free" || return 1
	across=$(counter "$NEWIDLE" across)
	inside=$(counter "$NEWIDLE" inside)
	at_end_of newidle || return 1
	[ "$(counter "$NEWIDLE" across)" -gt "$across" ] || { echo "# never across"; return 1; }
	! grep -q "newidle: a CPU looks inside its node" "$scratch/out" ||
		[ "$(counter "$NEWIDLE" inside)" -gt "$inside" ]
}

verdict()
{
	end_of_lab 0 "as expected" && equal sched_schedstats "$(cat "$schedstats")" 0 && put_back
}

smt()
{
	says "yes SMT: two busy tasks go to two cores"
}

# What others do on all CPUs would be taken for an answer.
busy()
{
	local hogs=() cpu

	for ((cpu = 0; cpu < $(nproc); cpu++)); do
		taskset -c "$cpu" sh -c 'while :; do :; done' &
		hogs+=($!)
	done
	begin domains
	end_of_lab 3 "skipped: $(nproc) of $(nproc) CPUs are busy with other processes, which would decide"
	set -- $?
	kill "${hogs[@]}"
	wait "${hogs[@]}" 2>/dev/null
	return "$1"
}

no_domains()
{
	echo 0 >"$scratch/cpuset/cpuset.sched_load_balance"
	[ -z "$(ls "$domains/cpu0" 2>/dev/null)" ] || echo "# there are domains still"
	begin domains
	end_of_lab 1 "not as expected" && says "NO a domain spans the nodes"
}

# skip NAME REASON
skip()
{
	number=$((number + 1))
	echo "ok $number $1 # SKIP $2"
}

end()
{
	[ ! -e "$scratch/cpuset/cpuset.sched_load_balance" ] ||
		echo 1 >"$scratch/cpuset/cpuset.sched_load_balance"
	umount "$scratch/cpuset" 2>/dev/null
	echo "$found" >"$schedstats"
	lab_exit
}

lab_init
trap lab_exit EXIT
[ -e "$schedstats" ] || skip_all "the kernel does not count balancing"
[ -e "$domains/cpu0" ] || skip_all "debugfs is not mounted"
grep -q '^version 1[567]$' /proc/schedstat || skip_all "another version of /proc/schedstat"
mkdir "$scratch/cpuset"
found=$(cat "$schedstats")
trap end EXIT
echo 0 >"$schedstats"

echo "TAP version 13"
echo "1..7"
result "children begin on both nodes" forks
result "wakeups across nodes" wakes
result "CPUs that run out of work" newly_idle
result "as expected, settings as they were" verdict
if grep -q "two busy tasks share a core" "$scratch/out"; then
	result "two tasks, two cores" smt
else
	skip "two tasks, two cores" "no two cores of more than one thread"
fi
result "skipped on a busy machine" busy
if mount -t cgroup -o cpuset cpuset "$scratch/cpuset" 2>/dev/null; then
	result "not as expected without domains" no_domains
	echo 1 >"$scratch/cpuset/cpuset.sched_load_balance"
else
	skip "not as expected without domains" "cpusets of version 1 can't be had"
fi
finish
