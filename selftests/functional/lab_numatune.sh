#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens lab run numatune": the memory of the cells of a real QEMU's guest
# lies where it says, for each policy. That it is missed where it does not is
# lab_numatune_dropped.sh's.
#
# Oracles: numa_maps of QEMU, and its command line.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/lab.sh
. lib/lab.sh
# shellcheck source=selftests/lib/says.sh
. lib/says.sh
# shellcheck source=selftests/lib/cells.sh
. lib/cells.sh
qemu="qemu-system-x86_64"

huge_settings()
{
	cat "$(huge_of "$first")" "$(huge_of "$last")"
}

huge_of()
{
	echo "/sys/devices/system/node/node$1/hugepages/hugepages-2048kB/nr_hugepages"
}

# asked TEXT: how many backends have it on the command line
asked()
{
	tr '\0' '\n' <"/proc/$(pid_of lab-qemu)/cmdline" | grep -c "id=ram[0-9],.*$1"
}

no_policy()
{
	guest_begin env && agree "no policy" default 8 0 default 8 0
}

other_node()
{
	agree "no policy, on the other node" default 0 8 default 0 8
}

bound()
{
	agree bind "bind:$first" 8 0 "bind:$last" 0 8 || return 1
	equal "cells that are bound" "$(asked policy=bind)" $((2 + 2 * huge_cells))
}

preferred()
{
	agree preferred "prefer:$last" 0 8 "prefer:$first" 8 0
}

interleaved()
{
	local policy="interleave:$first-$last"

	[ $((last - first)) = 1 ] || policy="interleave:$first,$last"
	agree interleave "$policy" 4 4 "$policy" 4 4
}

# What it says of cells is what numa_maps said above.
verdict()
{
	end_of_lab 0 "as expected" || return 1
	says "yes no policy: cell 1 (plain) all on node $first: $pages and 0 of $pages pages" &&
		says "yes bind: cell 1 (plain) all on node $last: 0 and $pages of $pages pages, policy bind:$last" &&
		says "yes preferred: cell 0 (plain) all on node $last" || return 1
	equal "huge pages" "$(huge_settings)" "$nr_huge" && put_back
}

lab_init
trap lab_exit EXIT
command -v $qemu >/dev/null || skip_all "$qemu is not installed (qemu-system-x86)"
nr_huge=$(huge_settings)

echo "TAP version 13"
echo "1..6"
result "no policy: all on the node of QEMU" no_policy
result "no policy, on the other node: all there" other_node
result "bound, each cell to its node" bound
result "preferred, crosswise" preferred
result "interleaved" interleaved
result "as expected, huge pages as they were" verdict
finish
