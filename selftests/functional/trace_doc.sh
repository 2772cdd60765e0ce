#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317,SC2016 # called by result; backquotes of the document
#
# Documentation/trace-events.rst says what is: a section for each event, in it each
# field with its type, and the name and number of each value that has a name; nothing
# that does not exist. And its sessions work, and show the events that it shows.
#
# Oracle: the kernel's description of the events, and what trace-cmd makes of it.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
document=$PWD/../Documentation/trace-events.rst
root=/sys/kernel/numalens
events=/sys/kernel/tracing/events/numalens
knobs=/sys/kernel/debug/sched/numa_balancing

# same SEEN TRUTH: lists, sorted, of one entry a line
same()
{
	[ -n "$2" ] || { echo "# nothing to compare with"; return 1; }
	[ "$1" = "$2" ] && return
	diff <(echo "$1") <(echo "$2") | sed -n 's/^< /# only documented: /p; s/^> /# not documented: /p'
	return 1
}

# The chapter of that name, its title excluded: from one line of = to the next title.
chapter()
{
	awk -v title="$1" '
		{ line[NR] = $0 }
		END {
			for (i = 1; i < NR; i++)
				if (line[i] == title && line[i + 1] ~ /^=+$/)
					break
			for (i += 2; i <= NR; i++) {
				if (line[i + 1] ~ /^===+$/)
					exit
				print line[i]
			}
		}' "$document"
}

# Lines of the chapter on events, each with the event before it.
documented()
{
	chapter Events | awk '
		{ line[NR] = $0 }
		END {
			for (i = 1; i <= NR; i++) {
				if (line[i + 1] ~ /^---+$/)
					event = line[i++]
				else
					print event "\t" line[i]
			}
		}'
}

formats()
{
	local format

	for format in "$events"/*/format; do
		sed "s/^/$(basename "$(dirname "$format")")\t/" "$format"
	done
}

sections()
{
	same "$(documented | cut -f 1 | grep . | sort -u)" "$(formats | cut -f 1 | sort -u)"
}

fields()
{
	same "$(documented | sed -n 's/^\(.*\)\t``\(.* .*\)``$/\1: \2/p' | sort)" \
		"$(formats | sed -n 's/^\(.*\)\t\tfield:\([^;]*\);.*/\1: \2/p' |
			grep -v ' common_' | sort)"
}

# A name may stand on one line and its number on the next.
named()
{
	documented | awk -F '\t' '{ sub(/^ */, "", $2); text[$1] = text[$1] " " $2 }
		END { for (event in text) print event "\t" text[event] }' |
		while IFS=$'\t' read -r event text; do
			grep -oE '``[a-z_]+`` \((0x)?[0-9a-f]+\)' <<<"$text" |
				sed "s/^\`\`\(.*\)\`\` (\(.*\))/$event: \2 \1/"
		done | sort
}

values()
{
	same "$(named)" "$(formats | sed -n 's/\tprint fmt: /\t/p' |
		while IFS=$'\t' read -r event text; do
			grep -oE '\{ *(0x)?[0-9a-f]+, *"[^"]+" *\}' <<<"$text" |
				sed "s/{ *\(.*\), *\"\(.*\)\" *}/$event: \1 \2/"
		done | sort)"
}

# Commands of the sessions, one after the other, as if typed into one shell: each
# leaves its output, its exit status, and what the document says it prints. perf
# takes minutes in an emulated guest.
extract()
{
	chapter Sessions | awk -v scratch="$scratch" '
		/^    # / || more {
			more = 0
			command = command substr($0, 7)
			if (sub(/\\$/, "", command)) {
				more = 1
				next
			}
			shown = 0
			if (command ~ /^perf /) {
				command = ""
				next
			}
			shown = ++nr
			if (nr == 1)
				print "trap \"kill \\$(jobs -p) 2>/dev/null\" EXIT"
			print command > scratch "/command." nr
			printf "{ %s\n} >%s/out.%d 2>&1\necho $? >%s/status.%d\n",
			       command, scratch, nr, scratch, nr
			printf "" > scratch "/shown." nr
			command = ""
			next
		}
		!/^    / { shown = 0 }
		shown { print > scratch "/shown." shown }' >"$scratch/script"
}

names()
{
	sed -nE 's/.*\[[0-9]+\] +[0-9]+\.[0-9]+: ([a-z_]+): .*/\1/p' "$1" | sort -u
}

run()
{
	local i status bad=0

	(cd "$scratch" && bash script </dev/null)
	for ((i = 1; ; i++)); do
		[ -e "$scratch/command.$i" ] || break
		status=$(cat "$scratch/status.$i" 2>/dev/null)
		[ "$status" = 0 ] && continue
		echo "# status ${status:-unknown}: $(cat "$scratch/command.$i")"
		sed 's/^/#     /' "$scratch/out.$i"
		bad=1
	done
	[ "$bad" = 0 ] && grep -q '^trace-cmd record' "$scratch"/command.* &&
		grep -q '^trace-cmd report' "$scratch"/command.*
}

# The sessions record for some seconds what the kernel does when it likes to; a machine
# that stands still for as long records nothing. Then they are run again.
sessions()
{
	local try

	for ((try = 0; try < 5; try++)); do
		run || return 1
		shows >/dev/null && return
		echo "# not all was seen, once more"
	done
}

shows()
{
	local file i name bad=0 seen=0

	for file in "$scratch"/shown.*; do
		[ -s "$file" ] || continue
		i=${file##*.}
		names "$file" >"$scratch/names"
		seen=$((seen + $(wc -l <"$scratch/names")))
		for name in $(names "$scratch/out.$i" | comm -13 - "$scratch/names"); do
			echo "# no $name: $(cat "$scratch/command.$i")"
			bad=1
		done
	done
	echo "# events shown: $seen"
	[ "$bad" = 0 ] && [ "$seen" -gt 0 ] &&
		! grep -h 'FAILED TO PARSE' "$scratch"/out.* | sed 's/^/# /' | grep .
}

# What the kernel takes a second or a minute for shall not take the test as long.
hurry()
{
	local knob

	for knob in scan_delay_ms scan_period_min_ms scan_period_max_ms; do
		cat "$knobs/$knob" >"$scratch/$knob"
	done
	echo 1 >/proc/sys/kernel/numa_balancing
	echo 0 >"$knobs/scan_delay_ms"
	echo 100 >"$knobs/scan_period_min_ms"
	echo 1000 >"$knobs/scan_period_max_ms"
	# A scan that the host interrupts is charged for all that time, and the next may
	# wait longer than the session lasts.
	echo 10000 >"$root/cpu_limit_bp"
}

end()
{
	local knob process

	for process in "$root"/processes/*; do
		[ -e "$process" ] && basename "$process" >"$root/unwatch"
	done
	echo "$follow" >"$root/follow_forks"
	echo "$balancing" >/proc/sys/kernel/numa_balancing
	echo "$limit" >"$root/cpu_limit_bp"
	for knob in scan_period_max_ms scan_period_min_ms scan_delay_ms; do
		[ -e "$scratch/$knob" ] && cat "$scratch/$knob" >"$knobs/$knob"
	done
	rm -rf "$scratch"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/abi_version ] || skip_all "numalens is not loaded"
[ -e $events ] || skip_all "no trace events"
[ -e "$document" ] || skip_all "no $document"

scratch=$(mktemp -d)
follow=$(cat $root/follow_forks)
balancing=$(cat /proc/sys/kernel/numa_balancing)
limit=$(cat $root/cpu_limit_bp)
trap end EXIT

echo "TAP version 13"
echo "1..5"
result "a section for each event" sections
result "each field with its type" fields
result "values that have names" values

why=
for tool in trace-cmd numactl memhog migratepages taskset; do
	command -v $tool >/dev/null || why="$tool is not installed"
done
[ -e $knobs ] || why="no NUMA balancing"
# The nodes and CPUs that the sessions name.
[ "$(cat /sys/devices/system/node/node1/cpulist 2>/dev/null)" = 2-3 ] &&
	[ "$(cat /sys/devices/system/node/has_memory)" != 0 ] || why="node 1 is not as in the document"
if [ -n "$why" ]; then
	echo "ok 4 the sessions # SKIP $why"
	echo "ok 5 what they show # SKIP $why"
	finish
fi
hurry
extract
result "the sessions" sessions
result "what they show" shows
finish
