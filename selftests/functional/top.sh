#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens top" in a terminal of tmux's: a process that it has watched itself has
# the remote share that it has, pages that move are seen moving, and however it is
# left, what is watched is what was watched before.
#
# Oracles: numa_maps, the node that the workload is pinned to, and nr_watched.

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
pages=2048	# 8 MiB: more than the programs and libraries that run beside it

# The workload touches its memory on the first node, and runs on the last.
start_workload()
{
	toucher_start "$scratch" "$pages" "$first" "$last"
	echo >&3
	read -r _ <&4
	echo >&3
	read -r _ <&4
}

# share: in tenths of a percent, of the resident pages those that are not on the last node
share()
{
	awk -v home="N$last" '{
		for (i = 1; i <= NF; i++)
			if ($i ~ /^N[0-9]+=/) {
				split($i, part, "=")
				sum += part[2]
				remote += part[1] == home ? 0 : part[2]
			}
	} END { printf "%d\n", 1000 * remote / sum }' "/proc/$pid/numa_maps"
}

# column NAME: of the workload's row; nothing if it is not on the screen
column()
{
	screen | awk -v name="$1" -v pid="$pid" '
		$1 == "PID" { for (i = 1; i <= NF; i++) if ($i == name) at = i }
		$1 == pid { print $at }'
}

screen()
{
	tmux -S "$scratch/tmux" capture-pane -p 2>/dev/null
}

press()
{
	tmux -S "$scratch/tmux" send-keys "$@"
}

# start_top: the shell around it, whose pid is the pane's, says how it ended
start_top()
{
	rm -f "$scratch/status"
	tmux -S "$scratch/tmux" -f /dev/null new-session -d -x 80 -y 24 \
		"trap : INT; $PWD/$tool top -d 1 --max 20 2>$scratch/errors; echo \$? >$scratch/status"
	wait_for is_shown && return
	screen | sed 's/^/# /'
	return 1
}

is_shown()
{
	[ -n "$(column REM%)" ]
}

top_pid()
{
	pgrep -P "$(tmux -S "$scratch/tmux" list-panes -F '#{pane_pid}')"
}

has_status()
{
	[ -s "$scratch/status" ]
}

# What others had watched, and nothing else
is_as_before()
{
	[ "$(cat "$root/nr_watched")" = 1 ] && [ -e "$root/processes/$$" ]
}

# left [STATUS]: nothing is left behind
left()
{
	wait_for is_as_before || { echo "# still watched:" "$root"/processes/*; return 1; }
	[ $# = 0 ] && return
	wait_for has_status && equal "exit status" "$(cat "$scratch/status")" "$1" || return 1
	tmux -S "$scratch/tmux" kill-server 2>/dev/null
	return 0
}

# The share on the screen is cut to tenths, as ours; the two are taken one after the other.
shows_share()
{
	local seen truth

	seen=$(column REM% | tr -d .)
	truth=$(share)
	[ -n "$seen" ] && ((seen - truth <= 1 && truth - seen <= 1))
}

remote_share()
{
	start_top || return 1
	wait_for shows_share && return
	echo "# $(column REM%) %, should be $(share) tenths of a percent"
	screen | sed 's/^/# /'
	return 1
}

# All that is shown is watched.
watched()
{
	local nr

	nr=$(cat "$root/nr_watched")
	[ "$nr" -gt 1 ] && equal "its pace" "$(cat "$root/processes/$pid/refresh_ms")" 1000
}

# Pages go from one node to the other until a frame between two of them is seen.
shows_migrations()
{
	migratepages "$pid" "$first" "$last"
	migratepages "$pid" "$last" "$first"
	column MIGR | grep -q '[1-9]'
}

looks_into()
{
	press / p i d = "$pid" Enter
	press m
	wait_for shows_matrix && press Escape && return
	screen | sed 's/^/# /'
	return 1
}

shows_matrix()
{
	screen | grep -q "^toucher (pid $pid)" && screen | grep -q '^migrate migrate_pages'
}

by_key()
{
	press q
	left 0
}

by_signal()
{
	start_top || return 1
	kill -s "$1" "$(top_pid)" || return 1
	left "$2"
}

terminal_gone()
{
	start_top || return 1
	tmux -S "$scratch/tmux" kill-server
	left
}

marks_exited()
{
	start_top || return 1
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	wait_for shows_exited || { screen | sed 's/^/# /'; return 1; }
	press q
	left 0
}

shows_exited()
{
	screen | grep -q "^ *$pid .*toucher exited"
}

end()
{
	tmux -S "$scratch/tmux" kill-server 2>/dev/null
	kill "$pid" 2>/dev/null
	echo $$ >"$root/unwatch"
	rm -rf "$scratch"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/abi_version ] || skip_all "numalens is not loaded"
[ "$(cat $root/nr_watched)" = 0 ] || skip_all "somebody watches something"
[ -x $tool ] || skip_all "$tool was not built"
command -v tmux >/dev/null || skip_all "tmux is not installed"
command -v migratepages >/dev/null || skip_all "migratepages is not installed (numactl)"
nodes_with_cpus

scratch=$(mktemp -d)
pid=
# What tmux draws for, as a person's terminal would be.
export TERM=xterm LC_ALL=C.UTF-8
trap end EXIT

echo "TAP version 13"
echo "1..10"
start_workload
echo $$ >"$root/watch"
result "the remote share of a process that it watches" remote_share
result "it watches what it shows, at its own pace" watched
result "pages that migrate are seen" wait_for shows_migrations
result "a look into the process" looks_into
result "left by q" by_key
result "left by SIGTERM" by_signal TERM 143
result "left by SIGINT" by_signal INT 130
result "left by SIGHUP" by_signal HUP 129
result "left with the terminal" terminal_gone
result "one that dies is marked" marks_exited
finish
