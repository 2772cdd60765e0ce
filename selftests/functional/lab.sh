#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens lab": each experiment is held at the end of each phase, and the kernel
# asked where the pages are: what the lab says must be so. Where the mechanism is
# broken on purpose, by numactl or without a capability, its verdict turns.
#
# Oracles: numa_maps and /proc/vmstat. A full node is lab_full.sh's.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/lab.sh
. lib/lab.sh

first_touch()
{
	begin first-touch
	lies read lab-reader 1024 rw-p 0+0 &&
		lies "then write" lab-reader 1024 rw-p 0+1024 &&
		lies "one initialises" lab-crew 1024 rw-p 1024+0 1024+0 1024+0 1024+0 &&
		lies "each its own" lab-crew 1024 rw-p 0+1024 0+1024 1024+0 1024+0 &&
		end_of_lab 0 "as expected"
}

# modes_lie: each line of numa_maps begins with the policy of one of the modes
modes_lie()
{
	local weighted

	areas lab-policy 1024 rw-p >"$scratch/areas"
	set -- "default .*N$first=1024 " "bind:$last .*N$last=1024 " \
		"prefer:$last .*N$last=1024 " "interleave:.*N$first=512 N$last=512 "
	if [ -e /sys/kernel/mm/mempolicy/weighted_interleave ]; then
		set -- "$@" "weighted interleave:.*N$first=768 N$last=256 "
		weighted=0
	else
		weighted=1
	fi
	while [ $# != 0 ]; do
		if [ "$(grep -c "^[0-9a-f]* $1" "$scratch/areas")" != 1 ]; then
			echo "# no line, or more than one, of $1"
			sed 's/^/# /' "$scratch/areas"
			return 1
		fi
		shift
	done
	equal "weighted interleave is skipped" \
		"$(tr -s ' \n' ' ' <"$scratch/out" | grep -c 'weighted interleave skipped: this')" \
		"$weighted"
}

policy_modes()
{
	begin policy
	at_end_of modes && modes_lie
}

# While the one of policy_modes() is held.
another()
{
	"$tool" lab run first-touch >"$scratch/another" 2>&1
	equal "exit status" $? 1 && grep -q "another lab runs" "$scratch/another" && return
	sed 's/^/# /' "$scratch/another"
	return 1
}

# The VMAs of the phase before are still there; those that came are what counts.
policy_winners()
{
	places lab-policy 1024 rw-p | tr ' ' '\n' >"$scratch/before"
	at_end_of "which one wins" || return
	places lab-policy 1024 rw-p | tr ' ' '\n' >"$scratch/after"
	equal "private memory" \
		"$(diff "$scratch/before" "$scratch/after" | sed -n 's/^> //p' | tr '\n' ' ')" \
		"0+1024 1024+0 " &&
		equal "shared memory" "$(places lab-second 1024 rw-s)" "0+1024 0+1024 " &&
		equal "with a policy of its own" \
			"$(areas lab-second 1024 rw-s | grep -c "^[0-9a-f]* bind:$last ")" 1
}

policy_late()
{
	local moved

	places lab-policy 1024 rw-p | tr ' ' '\n' >"$scratch/before"
	at_end_of "too late" || return
	places lab-policy 1024 rw-p | tr ' ' '\n' >"$scratch/after"
	equal "a policy that came late" \
		"$(diff "$scratch/before" "$scratch/after" | sed -n 's/^> //p')" 1024+0 || return
	moved=$(vmstat pgmigrate_success)
	at_end_of "moved after all" || return
	places lab-policy 1024 rw-p | tr ' ' '\n' >"$scratch/after"
	equal "and is moved" \
		"$(diff "$scratch/before" "$scratch/after" | sed -n 's/^> //p')" 0+1024 &&
		at_least pgmigrate_success $(($(vmstat pgmigrate_success) - moved)) 1024
}

policy_ends()
{
	end_of_lab 0 "as expected"
}

migrate_ways()
{
	local moved

	begin migrate
	lies before lab-moved 1024 rw-p 1024+0 || return
	moved=$(vmstat pgmigrate_success)
	lies migrate_pages lab-moved 1024 rw-p 0+1024 &&
		lies move_pages lab-moved 1024 rw-p 512+512 &&
		lies mbind lab-moved 1024 rw-p 0+1024 &&
		at_least pgmigrate_success $(($(vmstat pgmigrate_success) - moved)) 2048
}

migrate_stuck()
{
	local failed

	lies shared lab-stuck 64 rw-s 64+0 &&
		lies "shared, for all" lab-stuck 64 rw-s 0+64 || return
	failed=$(vmstat pgmigrate_fail)
	lies pinned lab-stuck 64 rw-p 64+0 &&
		at_least pgmigrate_fail $(($(vmstat pgmigrate_fail) - failed)) 64 &&
		lies "zero page" lab-stuck 64 rw-p 0+0 64+0 &&
		end_of_lab 0 "as expected"
}

# unmet CLAIM...: just these claims, by how they begin, are said not to be met
unmet()
{
	local claims

	claims=$(sed -n 's/^  NO  *//p' "$scratch/out")
	equal "claims that are not met" "$(wc -l <<<"$claims")" $# || { echo "# $claims"; return 1; }
	while [ $# != 0 ]; do
		grep -q "^$1" <<<"$claims" || { echo "# not: $1"; return 1; }
		shift
	done
}

# broken NAME COMMAND...
broken()
{
	local name=$1

	shift
	begin "$name" "$@"
	exec 3>&-
	end_of_lab 1 "not as expected"
}

first_touch_broken()
{
	broken first-touch numactl --membind="$first" &&
		unmet "a later write decides" "initialised by its user"
}

policy_broken()
{
	broken policy numactl --membind="$last" && unmet "default: "
}

migrate_broken()
{
	broken migrate setpriv --bounding-set -sys_nice && unmet "shared, MPOL_MF_MOVE_ALL" "zero page"
}

json_says()
{
	"$tool" lab run --json first-touch >"$scratch/out" 2>"$scratch/errors"
	equal "exit status" $? 0 || return
	grep -q '"verdict": "as expected"' "$scratch/out" || { echo "# no verdict"; return 1; }
	equal "claims that are met" "$(grep -c '"met": true' "$scratch/out")" 4 &&
		equal "claims that are not" "$(grep -c '"met": false' "$scratch/out")" 0
}

gone()
{
	[ ! -e "/proc/$1" ] || grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

# A signal ends it: nothing that it changed or started is left.
ended_by()
{
	local pid

	begin policy
	at_end_of modes || return
	pid=$(pid_of lab-policy)
	equal "numa_balancing meanwhile" "$(cat "$balancing")" 0 || return
	kill "-$1" "$lab"
	wait "$lab" 2>/dev/null
	equal "exit status" $? $((128 + $(kill -l "$1"))) || return
	lab=
	exec 3>&-
	for ((i = 0; i < 10 * patience; i++)); do
		gone "$pid" && break
		sleep 0.1
	done
	gone "$pid" && put_back
}

lab_init
command -v numactl >/dev/null || skip_all "numactl is not installed (numactl)"
command -v setpriv >/dev/null || skip_all "setpriv is not installed (util-linux)"
trap lab_exit EXIT

echo "TAP version 13"
echo "1..15"
result "first-touch: as numa_maps says" first_touch
result "policy: modes, as numa_maps says" policy_modes
result "another lab meanwhile" another
result "policy: which one wins" policy_winners
result "policy: too late" policy_late
result "policy: its verdict" policy_ends
result "migrate: as numa_maps says" migrate_ways
result "migrate: what can't move" migrate_stuck
result "what was changed is put back" put_back
result "first-touch, bound to one node" first_touch_broken
result "policy, bound by somebody else" policy_broken
result "migrate, without CAP_SYS_NICE" migrate_broken
result "as JSON" json_says
result "ended by SIGTERM" ended_by TERM
result "ended by SIGHUP" ended_by HUP
finish
