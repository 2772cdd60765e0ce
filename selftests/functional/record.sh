#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens record", "report" and "diff": what is moved while a process is recorded is what
# numa_maps says of before and after; the recording can be read wherever it is cut; and no
# watch is left behind, however it ends.
#
# Oracles: numa_maps before and after, the number of pages that the workload touches and
# migratepages(8) moves, exit statuses, and nr_watched. Python reads the JSON.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/nodes.sh
. lib/nodes.sh
# shellcheck source=selftests/lib/toucher.sh
. lib/toucher.sh
# shellcheck source=selftests/lib/wait.sh
. lib/wait.sh
root=/sys/kernel/numalens
tool=../tools/numalens
balancing=/proc/sys/kernel/numa_balancing
pages=600

start_workload()
{
	toucher_start "$scratch" "$pages" "$first" "$last"
	echo >&3
	read -r _ <&4
}

end_workload()
{
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

# ask EXPRESSION: of the report as JSON, d
ask()
{
	"$tool" --json report "$scratch/it" | python3 -c 'import json, sys
d = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$1" 2>&1
}

# record OPTION...: in the background, into $scratch/it; sets recorder
record()
{
	rm -f "$scratch/it"
	# what a shell starts in the background ignores SIGINT
	env --default-signal=INT "$tool" record --interval 0.2 -o "$scratch/it" "$@" \
		2>"$scratch/errors" &
	recorder=$!
}

# rows: the snapshots so far, while the file grows, below a line of names
rows()
{
	"$tool" report --csv "$scratch/it" 2>/dev/null
}

has_snapshots()
{
	[ "$(rows | wc -l)" -gt "$1" ]
}

# ends STATUS: the recorder, and nothing of it is left watched
ends()
{
	wait "$recorder"
	equal "exit status" "$?" "$1" || { sed 's/^/# /' "$scratch/errors"; return 1; }
	equal nr_watched "$(cat "$root/nr_watched")" "$before"
}

# on_node NODE: pages of the workload's memory there
on_node()
{
	local line

	line=$(grep "^$addr " "/proc/$pid/numa_maps")
	[[ $line =~ \ N$1=([0-9]+) ]] && echo "${BASH_REMATCH[1]}" || echo 0
}

# The last snapshot so far has as many pages on the last node as were moved there.
is_recorded()
{
	rows | awk -F , -v column="pages_node$last" -v pages="$pages" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		END { exit !(NR > 1 && $at[column] >= pages) }'
}

moves()
{
	record -p "$pid"
	wait_for has_snapshots 1 || return 1
	equal "pages before" "$(on_node "$first")+$(on_node "$last")" "$pages+0" || return 1
	migratepages "$pid" "$first" "$last"
	equal "pages after" "$(on_node "$first")+$(on_node "$last")" "0+$pages" || return 1
	wait_for is_recorded || return 1
	kill -INT "$recorder"
	ends 0
}

# What the diff says of the workload's memory, and who moved it.
says_so()
{
	cat >"$scratch/judge.py" <<'PYTHON'
import json, sys
p = json.load(sys.stdin)["processes"][0]
at, first, last, pages = int(sys.argv[1], 16), *(int(x) for x in sys.argv[2:5])
first, last = p["nodes"].index(first), p["nodes"].index(last)
ranges = [r for r in p["ranges"] if int(r["start"], 16) <= at < int(r["end"], 16)]
wanted = [0] * len(p["nodes"])
wanted[first], wanted[last] = -pages, pages
if [(r["change_pages"], r["moved_pages"]) for r in ranges] != [(wanted, pages)]:
    print("# range:", ranges)
if not p["same_process"] or p["moved_pages"] < pages:
    print("# moved:", p["moved_pages"])
if p["migrated_pages"]["migrate_pages"][first][last] < pages:
    print("# migrated:", p["migrated_pages"])
PYTHON
	"$tool" --json diff "$scratch/it" | python3 "$scratch/judge.py" "$addr" "$first" "$last" \
		"$pages" >"$scratch/wrong" 2>&1
	cat "$scratch/wrong"
	[ ! -s "$scratch/wrong" ]
}

# Each prefix is read or refused, and never has less than a shorter one.
is_read_wherever_cut()
{
	local size step at nr=0 now status

	size=$(stat -c %s "$scratch/it")
	step=$((size / 16 + 1))
	for ((at = 0; at < size; at += step)); do
		head -c "$at" "$scratch/it" >"$scratch/prefix"
		"$tool" report --csv "$scratch/prefix" >"$scratch/lines" 2>"$scratch/errors"
		status=$?
		now=$(wc -l <"$scratch/lines")
		if [ "$status" -gt 1 ] || [ "$now" -lt "$nr" ] ||
		   { [ "$now" -gt 0 ] && ! grep -q "read up to there" "$scratch/errors"; }; then
			echo "# cut at $at of $size: exit status $status, $now lines after $nr"
			sed 's/^/# /' "$scratch/errors"
			return 1
		fi
		nr=$now
	done
	[ "$nr" -gt 1 ] || { echo "# no snapshot in the longest prefix"; return 1; }
}

keeps_watch()
{
	local refresh=$root/processes/$pid/refresh_ms ret=0

	echo "$pid" >"$root/watch"
	echo 7000 >"$refresh"
	before=$((before + 1))
	record -p "$pid"
	wait_for has_snapshots 1 || ret=1
	kill -TERM "$recorder"
	ends 0 || ret=1
	equal refresh_ms "$(cat "$refresh")" 7000 || ret=1
	echo "$pid" >"$root/unwatch"
	before=$((before - 1))
	return "$ret"
}

# Two pages are left of a disk of 1 MiB.
fills_disk()
{
	local page status ret=0

	page=$(getconf PAGESIZE)
	mkdir "$scratch/disk"
	mount -t tmpfs -o size=1M none "$scratch/disk" || return 1
	head -c $(((1 << 20) - 2 * page)) /dev/zero >"$scratch/disk/fill"
	timeout "$tries" "$tool" record --interval 0.2 -p "$pid" -o "$scratch/disk/it" \
		2>"$scratch/errors"
	status=$?
	equal "exit status" "$status" 6 || ret=1
	grep -q "can't grow (No space left on device)" "$scratch/errors" || ret=1
	equal nr_watched "$(cat "$root/nr_watched")" "$before" || ret=1
	"$tool" report --csv "$scratch/disk/it" >"$scratch/lines" 2>/dev/null || ret=1
	[ "$(wc -l <"$scratch/lines")" -gt 1 ] || ret=1
	[ "$ret" = 0 ] || sed 's/^/# /' "$scratch/errors"
	umount "$scratch/disk"
	return "$ret"
}

ends_with_process()
{
	record -p "$pid"
	wait_for has_snapshots 1 || return 1
	end_workload
	ends 0 || return 1
	equal gone "$(ask 'd["processes"][0]["gone"], d["end"]["reason"]')" \
		"('exited', 'exited')"
}

# The shell, which is the command, and the two that it forks.
records_command()
{
	"$tool" record --interval 0.2 -o "$scratch/it" -- bash -c 'sleep 1.5 & sleep 1.5; exit 3' \
		2>"$scratch/errors"
	equal "exit status" "$?" 3 || return 1
	equal nr_watched "$(cat "$root/nr_watched")" "$before" || return 1
	equal processes "$(ask \
		'len(d["processes"]), len({p["parent"] for p in d["processes"]}), d["end"]["exit_status"]')" \
		"(3, 2, 3)" || { sed 's/^/# /' "$scratch/errors"; return 1; }
}

refuses()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$tool" record -p 1 --time 0 \
		-o "$scratch/other" 2>"$scratch/errors"
	equal "exit status" "$?" 5 || { sed 's/^/# /' "$scratch/errors"; return 1; }
	[ ! -e "$scratch/other" ] || { echo "# it left a file"; return 1; }
	"$tool" record -p 4194304 --time 0 -o "$scratch/other" 2>"$scratch/errors"
	equal "exit status" "$?" 4
}

end()
{
	# shellcheck disable=SC2046 # a list of numbers
	[ -z "$(jobs -p)" ] || kill $(jobs -p) 2>/dev/null
	umount "$scratch/disk" 2>/dev/null
	echo "$old_balancing" >"$balancing"
	rm -rf "$scratch"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/abi_version ] || skip_all "numalens is not loaded"
[ -x $tool ] || skip_all "$tool was not built"
[ -e $balancing ] || skip_all "the kernel has no NUMA balancing"
command -v migratepages >/dev/null || skip_all "migratepages is not installed (numactl)"
command -v python3 >/dev/null || skip_all "needs python3"
nodes_with_memory
grep -q . "/sys/devices/system/node/node$first/cpulist" || skip_all "node $first has no CPU"

scratch=$(mktemp -d)
pid=
before=$(cat $root/nr_watched)
# Nobody but the test moves pages.
old_balancing=$(cat $balancing)
trap end EXIT
echo 0 >$balancing

echo "TAP version 13"
echo "1..8"
start_workload
result "pages are moved while it is recorded" moves
result "diff says how many, from where to where, and by whom" says_so
result "it is read wherever it is cut" is_read_wherever_cut
result "a watch that was there before stays" keeps_watch
result "the disk is full" fills_disk
result "the process exits" ends_with_process
result "a command and what it forks" records_command
result "who may not, and what is not there" refuses
finish
