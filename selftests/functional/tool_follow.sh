#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens migrations --follow" tells of each page that moves, and leaves nothing
# behind: neither its trace instance nor its watch.
#
# Oracles: the number of pages that the workload touches and migratepages(8) moves,
# numa_maps, tracefs, and nr_watched.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/nodes.sh
. lib/nodes.sh
# shellcheck source=selftests/lib/toucher.sh
. lib/toucher.sh
root=/sys/kernel/numalens
instances=/sys/kernel/tracing/instances
tool=../tools/numalens
pages=600

start_workload()
{
	toucher_start "$scratch" "$pages" "$first" "$last"
	echo >&3
	read -r _ <&4
}

# wait_for COMMAND...: for a minute
wait_for()
{
	local i

	for ((i = 0; i < 600; i++)); do
		"$@" && return
		sleep 0.1
	done
	echo "# not within a minute: $*"
	return 1
}

is_following()
{
	[ "$(cat "$instances/numalens-$follower/events/numalens/migrate_failed/enable" \
		2>/dev/null)" = 1 ]
}

start_follower()
{
	"$tool" migrations --follow "$pid" >"$scratch/lines" 2>"$scratch/errors" &
	follower=$!
	wait_for is_following
}

# Pages of the workload's memory in the lines, from node to node, by the reason and name.
moved()
{
	awk -v start=$((0x$addr)) -v end=$((0x$addr + pages * $(getconf PAGESIZE))) \
		-v tgid="$pid" -v way="$1->$2" '
		function number(hex,	i, sum) {
			for (i = 1; i <= length(hex); i++)
				sum = sum * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
			return sum
		}
		$2 == tgid && $3 == "migrate_pages" && $4 == way && $7 ~ /^migratepages\// &&
		number($6) >= start && number($6) < end { sum += $5 }
		END { print sum + 0 }' "$scratch/lines"
}

on_node()
{
	sed -n "s/^$addr .* N$1=\([0-9]*\).*/\1/p" "/proc/$pid/numa_maps"
}

all_told()
{
	[ "$(moved "$first" "$last")" = "$pages" ]
}

follows()
{
	start_follower || return 1
	equal "pages before" "$(on_node "$first")" "$pages" || return 1
	migratepages "$pid" "$first" "$last"
	equal "pages after" "$(on_node "$last")" "$pages" || return 1
	wait_for all_told && return
	sed 's/^/# /' "$scratch/lines" "$scratch/errors" | head -n 20
	return 1
}

# ends STATUS NR_WATCHED: what is left, however it ended
ends()
{
	wait "$follower"
	equal "exit status" "$?" "$1" || return 1
	[ ! -e "$instances/numalens-$follower" ] || { echo "# its instance stays"; return 1; }
	equal nr_watched "$(cat "$root/nr_watched")" "$2"
}

interrupted()
{
	kill -TERM "$follower"
	ends 0 0
}

keeps_watch()
{
	echo "$pid" >"$root/watch"
	start_follower || return 1
	kill -TERM "$follower"
	ends 0 1
}

process_ends()
{
	start_follower || return 1
	kill "$pid"
	wait "$pid" 2>/dev/null
	ends 0 1 || return 1
	echo "$pid" >"$root/unwatch"
	grep -q "$pid has exited" "$scratch/errors"
}

reader_gone()
{
	local before

	start_workload
	before=$(cat "$root/nr_watched")
	mkfifo "$scratch/pipe"
	"$tool" migrations --follow "$pid" >"$scratch/pipe" 2>"$scratch/errors" &
	follower=$!
	head -n 1 "$scratch/pipe" >/dev/null
	wait_for is_following || return 1
	migratepages "$pid" "$last" "$first"
	ends 1 "$before"
}

end()
{
	# shellcheck disable=SC2046 # a list of numbers
	[ -z "$(jobs -p)" ] || kill $(jobs -p) 2>/dev/null
	echo "$pid" 2>/dev/null >"$root/unwatch"
	rm -rf "$scratch"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/abi_version ] || skip_all "numalens is not loaded"
[ "$(cat $root/nr_watched)" = 0 ] || skip_all "somebody watches something"
[ -e /sys/kernel/tracing/events/numalens ] || skip_all "no trace events"
[ -x $tool ] || skip_all "$tool was not built"
command -v migratepages >/dev/null || skip_all "migratepages is not installed (numactl)"
nodes_with_memory

scratch=$(mktemp -d)
pid=
trap end EXIT

echo "TAP version 13"
echo "1..5"
start_workload
result "each page that moves" follows
result "ended by a signal" interrupted
result "a watch that was there before stays" keeps_watch
result "the process ends" process_ends
result "nobody reads on" reader_gone
finish
