# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The nodes that a test in shell is about: for sourcing, in selftests/, after lib/ktap.sh.

# shellcheck disable=SC2034 # first and last are for the test

# nodes_with_memory: first and last are the ends of those; skips all where they are one
nodes_with_memory()
{
	# shellcheck disable=SC2046 # a list of words
	set -- $(sed 's/[-,]/ /g' /sys/devices/system/node/has_memory)
	first=$1
	last=${*: -1}
	[ "$first" != "$last" ] || skip_all "needs 2 nodes with memory"
}

# nodes_with_cpus: the same of those that have memory and CPUs
nodes_with_cpus()
{
	local node nodes=()

	for node in /sys/devices/system/node/node[0-9]*; do
		if grep -q . "$node/cpulist" && ! grep -q ' MemTotal:  *0 kB' "$node/meminfo"; then
			nodes+=("${node##*node}")
		fi
	done
	mapfile -t nodes < <(printf '%s\n' "${nodes[@]}" | sort -n)
	[ "${#nodes[@]}" -gt 1 ] || skip_all "needs 2 nodes with memory and CPUs"
	first=${nodes[0]}
	last=${nodes[-1]}
}
