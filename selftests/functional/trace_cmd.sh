#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result, and by trace-cmd
#
# trace-cmd records numalens' trace events beside the kernel's own; the file is
# read, and filtered, afterwards, by its formats alone.
#
# Oracles: the number of pages that the workload touches and that migratepages(8)
# moves; mm_migrate_pages and sched_migrate_task in the same file.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/toucher.sh
. lib/toucher.sh
root=/sys/kernel/numalens
pages=600
tries=20

end()
{
	# shellcheck disable=SC2046 # a list of numbers
	[ -z "$(jobs -p)" ] || kill $(jobs -p) 2>/dev/null
	[ -z "$pid" ] || echo "$pid" >"$root"/unwatch 2>/dev/null
	rm -rf "$scratch"
}

start_workload()
{
	[ -z "$pid" ] || { echo "$pid" >"$root"/unwatch; kill "$pid"; exec 3>&- 4<&-; }
	toucher_start "$scratch" "$pages" "$first" "$last"
	echo "$pid" >"$root"/watch
}

# What happens while trace-cmd records; run by it.
drive()
{
	echo >&3
	read -r _ <&4
	migratepages "$pid" "$first" "$last"
	echo >&3
	read -r _ <&4
	echo 1 >"$root/processes/$pid/scan"
}

# record FILE OPTION...
record()
{
	local file=$1

	shift
	trace-cmd record -q -b 4096 -o "$file" "$@" bash -c drive >"$scratch/log" 2>&1 && return
	sed 's/^/# /' "$scratch/log"
	return 1
}

# report FILE OPTION...; trace-cmd takes a filter for the files behind it
report()
{
	local file=$1

	shift
	trace-cmd report "$@" -i "$file" 2>/dev/null | grep -E '^ .*\[[0-9]+\]'
}

# On a loaded machine trace-cmd may lose whole pages of the ring buffer: what the
# kernel has handed out is in the file's own statistics.
complete()
{
	local out

	out=$(trace-cmd report --stat -i "$1" 2>/dev/null | awk -F ': *' '
		/^ *(read events|entries):/ { sum += $2 }
		/^ *(overrun|dropped events|commit overrun):/ { lost += $2 }
		END { print sum + 0, lost + 0 }')
	echo "# the kernel: ${out/ / events, } lost; in the file: $(report "$1" | wc -l)"
	[ "$out" = "$(report "$1" | wc -l) 0" ]
}

record_all()
{
	local try

	for ((try = 0; try < tries; try++)); do
		start_workload
		record "$scratch/all.dat" -e numalens -e migrate:mm_migrate_pages \
			-e sched:sched_move_numa -e sched:sched_migrate_task || return 1
		complete "$scratch/all.dat" && return
	done
	return 1
}

# events of numalens by a name, with words that each line must have
lines()
{
	local name=$1 word text

	shift
	text=$(grep " $name: " "$scratch/all.txt")
	for word; do
		text=$(grep -w -- "$word" <<<"$text")
	done
	[ -z "$text" ] || printf '%s\n' "$text"
}

# the sum of a field of the lines read
sum()
{
	awk -v key="$1=" '
		{
			for (i = 1; i <= NF; i++)
				if (index($i, key) == 1)
					sum += substr($i, length(key) + 1)
		}
		END { print sum + 0 }'
}

parsed()
{
	! grep -nE 'FAILED TO PARSE|UNKNOWN|\[UNKNOWN|Error' "$scratch/all.txt" | sed 's/^/# /' | grep .
}

first_touches()
{
	equal "pages of the VMA" "$(lines first_touch "tgid=$pid" "vma_start=0x$addr" \
		"cpu_nid=$first" "nid=$first" "kind=anon" | sum nr_pages)" "$pages"
}

migrations()
{
	local all upstream

	all=$(lines migrate "tgid=$pid" reason=migrate_pages | sum nr_pages)
	upstream=$(grep ' mm_migrate_pages: .*syscall_or_cpuset' "$scratch/all.txt" |
		sum nr_succeeded)
	equal "pages of the VMA" "$(lines migrate "tgid=$pid" "vma_start=0x$addr" \
		"src_nid=$first" "dst_nid=$last" | sum nr_pages)" "$pages" &&
		equal "all of them" "$all" "$upstream"
}

node_of()
{
	basename /sys/devices/system/cpu/cpu"$1"/node*
}

# Those between nodes, of what the scheduler's own event tells.
crossings()
{
	grep ' sched_migrate_task: ' "$scratch/all.txt" | grep -w "pid=$pid" |
		sed 's/.*orig_cpu=\([0-9]*\) dest_cpu=\([0-9]*\).*/\1 \2/' |
		while read -r from to; do
			[ "$(node_of "$from")" = "$(node_of "$to")" ] || echo "$from $to"
		done
}

moves()
{
	local upstream

	upstream=$(crossings | wc -l)
	equal "moves of the thread" "$(lines task_move "pid=$pid" | wc -l)" "$upstream" &&
		[ "$upstream" -ge 1 ]
}

scans()
{
	local vmas

	vmas=$(find "$root/processes/$pid/vmas" -mindepth 1 -maxdepth 1 | wc -l)
	vmas=$((vmas + $(cat "$root/processes/$pid/nr_vmas_left_out")))
	equal "VMAs of the scan" "$(lines vma "tgid=$pid" | wc -l)" "$vmas" &&
		equal "scans" "$(lines scan_end "tgid=$pid" ret=0 | wc -l)" 1
}

# What trace-cmd selects from the file, and what it selects while it records.
filtered_after()
{
	equal "migrations of the process" "$(report "$scratch/all.dat" \
		-F "numalens/migrate: tgid == $pid" | wc -l)" \
		"$(lines migrate "tgid=$pid" | wc -l)" &&
		equal "migrations of another" "$(report "$scratch/all.dat" \
			-F "numalens/migrate: tgid == 1" | wc -l)" 0
}

filtered_before()
{
	local try

	for ((try = 0; try < tries; try++)); do
		start_workload
		record "$scratch/some.dat" -e numalens:first_touch \
			-f "tgid == $pid && nid == $first && vma_start == 0x$addr" || return 1
		complete "$scratch/some.dat" && break
	done
	equal "events" "$(report "$scratch/some.dat" | wc -l)" "$pages"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/abi_version ] || skip_all "numalens is not loaded"
[ -e /sys/kernel/tracing/events/numalens ] || skip_all "no trace events"
command -v trace-cmd >/dev/null || skip_all "trace-cmd is not installed"
command -v migratepages >/dev/null || skip_all "migratepages is not installed"
IFS=,- read -r first _ </sys/devices/system/node/has_memory
last=$(sed 's/.*[,-]//' /sys/devices/system/node/has_memory)
[ "$first" != "$last" ] || skip_all "needs 2 nodes with memory"
for node in "$first" "$last"; do
	[ -n "$(cat "/sys/devices/system/node/node$node/cpulist")" ] ||
		skip_all "needs 2 nodes with memory and CPUs"
done

pid=
scratch=$(mktemp -d)
trap end EXIT
balancing=$(cat /proc/sys/kernel/numa_balancing)
echo 0 >/proc/sys/kernel/numa_balancing
# no scan but the one that is asked for
refresh=$(cat $root/refresh_ms)
echo 0 >$root/refresh_ms
export -f drive
export pid first last root

echo "TAP version 13"
echo "1..8"
result "trace-cmd records numalens beside sched and migrate" record_all
report "$scratch/all.dat" >"$scratch/all.txt"
result "every event is printed by its format" parsed
result "first touches" first_touches
result "migrations, as mm_migrate_pages has them" migrations
result "moves of the thread, as sched_migrate_task has them" moves
result "a scan and its VMAs" scans
result "a filter on the file" filtered_after
result "a filter on the recording" filtered_before
echo "$balancing" >/proc/sys/kernel/numa_balancing
echo "$refresh" >$root/refresh_ms
finish
