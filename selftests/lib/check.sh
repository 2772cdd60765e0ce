# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Guests of two cells, and what "numalens check" finds of them: for sourcing, in
# selftests/. The test keeps the guest's process in pid, where its cells lie in cells
# (hex), and their size in pages; it may use the directory scratch.

# shellcheck disable=SC2154 # what the test has

# shellcheck source=selftests/lib/nodes.sh
. lib/nodes.sh

root=/sys/kernel/numalens
tool=../tools/numalens
base=$(getconf PAGESIZE)
# knows_addresses SECOND: where QEMU's monitor said that the memory of the cells, the
# second of which begins there, is; without a process, for the guest is slow at those.
knows_addresses()
{
	local text at

	kill -0 "$pid" 2>/dev/null || return 0
	IFS= read -r -d '' text <"$scratch/monitor"
	cells=()
	for at in 0x100000 "$1"; do
		[[ $text =~ Host\ virtual\ address\ for\ $at\ [^\ ]*\ is\ 0x([0-9a-f]+)[^0-9a-f] ]] ||
			return 1
		cells+=("${BASH_REMATCH[1]}")
	done
}

# Each cell's line of numa_maps: the last VMA that does not begin behind its address.
look()
{
	local start rest all

	all=$(cat "/proc/$pid/numa_maps")
	lines=()
	while read -r start rest; do
		if ((0x$start <= 0x${cells[0]})); then lines[0]=$rest; fi
		if ((0x$start <= 0x${cells[1]})); then lines[1]=$rest; fi
	done <<<"$all"
}

# on_node CELL NODE: base pages
on_node()
{
	local nr=0 kib=0

	[[ ${lines[$1]} =~ \ N$2=([0-9]+) ]] && nr=${BASH_REMATCH[1]}
	[[ ${lines[$1]} =~ kernelpagesize_kB=([0-9]+) ]] && kib=${BASH_REMATCH[1]}
	echo $((nr * kib * 1024 / base))
}

# move NODE NODE: all of the guest's memory, by migratepages(8)
move()
{
	migratepages "$pid" "$1" "$2"
	look
}

# lie NODE NODE: all of the cells' memory is there, or the test is about nothing
lie()
{
	equal "cell 0 on node $1" "$(on_node 0 "$1")" "$pages" &&
		equal "cell 1 on node $2" "$(on_node 1 "$2")" "$pages"
}

# judge WHO OPTION...: what check prints is in out, what is wrong by it in wrong
judge()
{
	local who=$1

	shift
	"$tool" check "$@" "$who" >"$scratch/out" 2>"$scratch/errors"
	status=$?
	sed -n 's/^wrong *\(cell [0-9]*\|[^ ]* in cell [0-9]*\|vCPU [0-9]*\|emulator\):.*/\1/p' "$scratch/out" |
		uniq >"$scratch/wrong"
}

show()
{
	sed 's/^/# /' "$scratch/out" "$scratch/errors"
	return 1
}

# exits STATUS: the last check did so
exits()
{
	equal "exit status" "$status" "$1" || show
}

# finds SUBJECT...: the last check found these wrong, and no others
finds()
{
	equal wrong "$(cat "$scratch/wrong")" "$*" || show
}

# says TEXT: wherever lines are broken
says()
{
	tr -s ' \n' ' ' <"$scratch/out" | grep -qe "$1" && return
	echo "# it does not say: $1"
	show
}

# refuses STATUS TEXT WHO OPTION...
refuses()
{
	local want=$1 text=$2

	shift 2
	judge "$@"
	exits "$want" || return 1
	grep -q "$text" "$scratch/errors" || show
}

# apply PATTERN: run the lines that check printed and that begin so
apply()
{
	local lines line

	lines=$(sed -n "s/^  \($1 .*\)/\1/p" "$scratch/out")
	[ -n "$lines" ] || { echo "# no line of $1"; show; return 1; }
	while read -r line; do
		# shellcheck disable=SC2086 # words
		$line >/dev/null || return 1
	done <<<"$lines"
}

tid_of()
{
	local comm

	comm=$(grep -lx "CPU $1/TCG" /proc/"$pid"/task/*/comm)
	comm=${comm%/comm}
	echo "${comm##*/}"
}

# cpus_of TID: those that it may run on
cpus_of()
{
	sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$pid/task/$1/status"
}

# need_two_nodes: sets first, last, first_cpus, last_cpus, or skips the test
need_two_nodes()
{
	nodes_with_memory
	first_cpus=$(cat "/sys/devices/system/node/node$first/cpulist")
	last_cpus=$(cat "/sys/devices/system/node/node$last/cpulist")
	[ -n "$first_cpus" ] || skip_all "needs 2 nodes with memory and CPUs"
	[ -n "$last_cpus" ] || skip_all "needs 2 nodes with memory and CPUs"
}

# begin_checks: nothing but the test moves pages, and it may change nr_hugepages
begin_checks()
{
	scratch=$(mktemp -d)
	pid=
	nr_watched=$(cat $root/nr_watched)
	balancing=$(cat /proc/sys/kernel/numa_balancing)
	huge_first=/sys/devices/system/node/node$first/hugepages/hugepages-2048kB/nr_hugepages
	huge_last=/sys/devices/system/node/node$last/hugepages/hugepages-2048kB/nr_hugepages
	nr_huge_first=$(cat "$huge_first")
	nr_huge_last=$(cat "$huge_last")
	echo 0 >/proc/sys/kernel/numa_balancing
}

no_watch_left()
{
	equal nr_watched "$(cat "$root/nr_watched")" "$nr_watched"
}

end_checks()
{
	echo "$balancing" >/proc/sys/kernel/numa_balancing
	echo "$nr_huge_first" >"$huge_first"
	echo "$nr_huge_last" >"$huge_last"
	rm -rf "$scratch"
}
