#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens lab run policy" fills a node and prefers it: the pages that do not fit are
# elsewhere, and what was taken is given back. For guests of little memory: the lab
# does not fill a node that has more than 1 GiB free.
#
# Oracles: numa_maps, and the kernel's pool of huge pages.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/lab.sh
. lib/lab.sh

pages_spill()
{
	local line all=0 there=0 node

	begin policy
	at_end_of "a full node" || return
	line=$(grep "^[0-9a-f]* prefer:$last " "/proc/$(pid_of lab-filler)/numa_maps")
	for node in $line; do
		[[ $node =~ ^N([0-9]+)=([0-9]+)$ ]] || continue
		all=$((all + BASH_REMATCH[2]))
		[ "${BASH_REMATCH[1]}" = "$last" ] && there=${BASH_REMATCH[2]}
	done
	full="$there of $all"
	at_least "huge pages meanwhile" "$(cat "$huge")" $((nr_huge + 1)) &&
		at_least "pages elsewhere" $((all - there)) 1
}

verdict()
{
	end_of_lab 0 "as expected" &&
		equal "pages on the full node" "$(tr -s ' \n' ' ' <"$scratch/out" |
			sed -n 's/.*without an error: \([0-9]* of [0-9]*\) on node.*/\1/p')" "$full"
}

given_back()
{
	put_back && equal nr_hugepages "$(cat "$huge")" "$nr_huge"
}

lab_init
huge=/sys/devices/system/node/node$last/hugepages/hugepages-2048kB/nr_hugepages
[ -e "$huge" ] || { lab_exit; skip_all "the kernel has no huge pages of 2 MiB"; }
nr_huge=$(cat "$huge")
free=$(sed -n 's/.* MemFree:  *\([0-9]*\) kB/\1/p' "/sys/devices/system/node/node$last/meminfo")
[ "$free" -lt $((1 << 20)) ] || { lab_exit; skip_all "more than 1 GiB is free on node $last"; }
full=
trap lab_exit EXIT

echo "TAP version 13"
echo "1..3"
result "pages that don't fit are elsewhere" pages_spill
result "the lab says as many as numa_maps" verdict
result "huge pages are given back" given_back
finish
