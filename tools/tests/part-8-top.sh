# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010 # sourced by run.sh
#
# numalens top: its frames, its watches, and its keys in a terminal of tmux.

golden top top top --batch -n 1
golden top-sort top top --batch -n 1 --sort resident --pages
golden top-filter top top --batch -n 1 --bytes --width 80 --filter "user=107 cgroup=machine node=0 name=qemu"
golden top-filter-node top top --batch -n 1 --filter node=1 --sort name
golden top-filter-pid top top -b -n1 --filter pid=900 --view threads --width 80
golden top-filter-none top top -b -n 1 --filter user=4711
golden top-threads top top -b -n 1 --view threads --width 80
golden top-vmas top top -b -n 1 --view vmas --width 80
golden top-matrices top top -b -n 1 --view matrices --width 80
golden top-twice top top -b -n 2 -d 0.1 --sort migrated
golden top-many many-nodes top -b -n 1 --width 80
golden top-first-version captured-2x2 top -b -n 1 --width 80
golden top-empty debugfs top -b -n 1

top=$(tree top)
fails "top of something" 2 "takes no operand: --filter 4711" "$top" top 4711
fails "top --json" 2 "prints no JSON" "$top" top --json -b
fails "top --iterations without --batch" 2 "are for --batch" "$top" top -n 1
fails "top --iterations 0" 2 "no number of frames" "$top" top -b -n 0
fails "top --delay 0" 2 "from 0.1 to 86400" "$top" top -b -d 0
fails "top --delay of garbage" 2 "from 0.1 to 86400" "$top" top -b -d 1s
fails "top --delay of no number" 2 "from 0.1 to 86400" "$top" top -b -d nan
fails "top --max beyond all" 2 "from 1 to 1000" "$top" top -b --max 1001
fails "top --width 79" 2 "from 80 on" "$top" top -b --width 79
fails "top --sort of garbage" 2 "none of share, remote," "$top" top -b --sort frob
fails "top --view of garbage" 2 "no view" "$top" top -b --view help
fails "top --filter pid=x" 2 "\"x\" is no pid" "$top" top -b --filter pid=x
fails "top --filter node=x" 2 "no list of nodes" "$top" top -b --filter node=x
fails "top --filter user=" 2 "nothing stands behind" "$top" top -b --filter user=
fails "top --pages --bytes" 2 "exclude each other" "$top" top -b --pages --bytes
fails "top on no terminal" 2 "try numalens top --batch" "$top" top
fails "top: nothing to look into" 4 "none matches the filter" "$top" \
	top -b -n 1 --view vmas --filter zzz
fails "no module: top" 3 "sudo modprobe numalens" "$one" top -b -n 1
S=sys/kernel/numalens/processes/4711/snapshot
for change in "patch $S magic=0" "patch $S nr_nodes=0x7fffffff" "patch $S cell_size=0x7fffffff" \
	"patch $S cells_offset=0x7fffffff" "patch $S totals_offset=0xffffffffffffffff" \
	"truncate $S 100" "truncate $S 300" "truncate $S 400"; do
	hostile "top: $change" 1 "" "top -b -n 1" "$change"
	result "hostile: top: $change: the others are shown, and it is said" \
		"$(grep -q '^ *812 ' "$work/out" && tr '\n' ' ' <"$work/out" |
		grep -q "4711/snapshot can't be used" || cat "$work/out")"
done
hostile "top: no snapshot of one" 1 "" "top -b -n 1" "remove $S"
hostile "top: no processes" 3 "processes: No such file" "top -b -n 1" \
	"remove sys/kernel/numalens/processes"

# wait_for COMMAND...: until it is true, a minute at most
wait_for()
{
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || return 1
		sleep 0.1
	done
}

frames_are()
{
	[ "$(grep -c '^numalens top' "$work/out")" -ge "$1" ]
}

# A snapshot takes the place of another between two frames.
cp -r "$top" "$work/live"
python3 "$here/mktree.py" "$here/trees/top-later.tree" "$work/later" || bail "tree top-later"
: >"$work/out"
"$tool" --sysroot "$work/live" top -b -n 3 -d 1 --filter pid=4711 --width 80 >"$work/out" 2>&1 &
wait_for frames_are 1
mv "$work/later/$S" "$work/live/$S"
wait $!
result "top: rates are those between two snapshots" \
	"$(tail -n 2 "$work/out" | grep -q '^4711 .* 71.2 *10 *50 *20 *394' || cat "$work/out")"

if [ ! -e "$work/shim.so" ]; then
	skip "top: watches" "the stand-in does not compile"
	return 0
fi

# fresh: a tree in which 900 runs, and nobody watches it
fresh()
{
	: >"$work/out"
	rm -rf "$work/live" "$work/hidden"
	cp -r "$top" "$work/live"
	mkdir "$work/hidden"
	processes=$work/live/sys/kernel/numalens/processes
	mv "$processes/900" "$work/hidden/"
}

# left_behind: what is not as it was before
left_behind()
{
	[ ! -e "$processes/900" ] || echo "900 is still watched"
	[ -e "$work/hidden/900/snapshot" ] || echo "900 is nowhere"
	[ -e "$processes/4711" ] && [ -e "$processes/812" ] || echo "others' watches are gone"
}

fresh
shimmed SHIM_HIDDEN="$work/hidden" -- --sysroot "$work/live" top -b -n 1 -d 1.5
result "top: watches what it shows" "$([ "$status" -eq 0 ] && grep -q '^ *900 ' "$work/out" &&
	grep -q '^ *4711 ' "$work/out" || cat "$work/out" "$work/err")"
result "top: and no longer at its end" "$(left_behind)"
result "top: has it scanned at its own pace" \
	"$(grep -vx 1500 "$work/hidden/900/refresh_ms")"
result "top: leaves the pace of others alone" "$(grep -vx 1000 "$processes/4711/refresh_ms")"

shimmed SHIM_HIDDEN="$work/hidden" -- --sysroot "$work/live" top -b -n 1 --filter qemu
result "top: does not watch what the filter does not take" \
	"$(! grep -q '^ *900 ' "$work/out" && grep -qx 1500 "$work/hidden/900/refresh_ms" ||
	cat "$work/out")"
shimmed SHIM_WATCH=28 -- --sysroot "$work/live" top -b -n 1
result "top: max_watched is told" "$([ "$status" -eq 0 ] &&
	grep -q '^1 not watched: max_watched is reached' "$work/out" || cat "$work/out" "$work/err")"
shimmed SHIM_WATCH=1 -- --sysroot "$work/live" top -b -n 1
result "top: who may not is told so" "$([ "$status" -eq 5 ] &&
	grep -q 'CAP_SYS_PTRACE.*try sudo' "$work/err" || cat "$work/out" "$work/err")"

# watching: start a top that goes on, its pid is $watcher
watching()
{
	fresh
	SHIM_HIDDEN="$work/hidden" LD_PRELOAD="$work/shim.so" "$plain" --sysroot "$work/live" \
		top -b -d 0.2 >"$work/out" 2>"$work/err" &
	watcher=$!
	wait_for frames_are 2
}

for signal in TERM INT HUP QUIT; do
	# A shell's background jobs have INT and QUIT ignored; python3 gives them back.
	fresh
	SHIM_HIDDEN="$work/hidden" python3 -c 'import os, signal, sys
for s in (signal.SIGINT, signal.SIGQUIT): signal.signal(s, signal.SIG_DFL)
os.environ["LD_PRELOAD"] = sys.argv[1]
os.execv(sys.argv[2], sys.argv[2:])' "$work/shim.so" "$plain" --sysroot "$work/live" \
		top -b -d 0.2 >"$work/out" 2>"$work/err" &
	watcher=$!
	wait_for frames_are 2
	seen=$(grep -c '^ *900 ' "$work/out")
	kill -s $signal $watcher
	wait $watcher 2>/dev/null
	status=$?
	result "top: SIG$signal ends it, and its watches" "$([ "$seen" -gt 0 ] &&
		[ $status -gt 128 ] || echo "exit $status, seen $seen"; left_behind)"
done
fresh
SHIM_HIDDEN="$work/hidden" LD_PRELOAD="$work/shim.so" "$plain" --sysroot "$work/live" \
	top -b -d 0.1 2>"$work/err" | head -n 1 >/dev/null
result "top: a reader that goes away ends it, and its watches" "$(cat "$work/err"; left_behind)"

watching
echo exited >"$processes/900/state"
died()
{
	tail -n 5 "$work/out" | grep -q '^ *900 .* local exited '
}
wait_for died
result "top: one that dies is marked" "$(died || tail -n 5 "$work/out")"
mv "$processes/900" "$work/hidden/"
gone()
{
	tail -n 3 "$work/out" | grep -q '^ *812 ' && ! tail -n 3 "$work/out" | grep -q '^ *900 '
}
rm "$work/live/proc/900/statm"
wait_for gone
result "top: one that somebody else unwatched is gone" "$(gone || tail -n 5 "$work/out")"
kill $watcher
wait $watcher 2>/dev/null

if ! command -v tmux >/dev/null; then
	skip "top: keys" "needs tmux"
	return 0
fi
screens=0

# screen_start COLUMNS LINES ROOT [VARIABLE]: top in a terminal
screen_start()
{
	screens=$((screens + 1))
	socket=$work/tmux.$screens
	tmux -S "$socket" -f /dev/null new-session -d -x "$1" -y "$2" \
		"env SHIM_HIDDEN='$work/hidden' $4 sh -c 'LD_PRELOAD=$work/shim.so exec $plain \
		--sysroot $3 top -d 0.5 2>$work/err'; echo exit \$? >$work/exit; stty -a >$work/stty
		mv $work/exit $work/status"
}

# seen PATTERN: is it on the screen, in the end?
on_screen()
{
	tmux -S "$socket" capture-pane -p >"$work/screen" 2>&1 && grep -q -e "$1" "$work/screen"
}
seen()
{
	wait_for on_screen "$1" || cat "$work/screen"
}

press()
{
	tmux -S "$socket" send-keys "$@"
}

screen_end()
{
	tmux -S "$socket" kill-server 2>/dev/null
}

fresh
rm -f "$work/status"
screen_start 80 24 "$work/live" NO_COLOR=1
result "top: screen: processes, most remote first" \
	"$(seen '^ *4711 .* 976.7 71.2 '; seen '^ *900 .* local ')"
result "top: screen: keys are in the last line" "$(tail -n 1 "$work/screen" | grep -v '^q quit ')"
result "top: screen: no line is wider than 80" "$(grep '.\{81\}' "$work/screen")"
press Down Enter
result "top: screen: Enter looks into the one under the cursor" "$(seen '^stress-ng (pid 812), exited')"
press Escape
result "top: screen: Esc goes back" "$(seen '^numalens top: 3 processes')"
press Up v
result "top: screen: VMAs" "$(seen '^7f5a40000000 .* 720.0 .*bind:1 (vma)')"
press m
result "top: screen: matrices" "$(seen '^hinting faults .* 0 .*68 .*72')"
press t
result "top: screen: threads" "$(seen '^4712 CPU 0/KVM .* 60 ')"
press Escape
seen '^numalens top' >/dev/null
press '>' '>'
result "top: screen: sorted by something else" "$(seen 'by resident pages')"
press r
result "top: screen: the other way round" "$(seen 'least first'
	[ "$(sed -n 4p "$work/screen" | awk '{ print $1 }')" = 900 ] || cat "$work/screen")"
press u
result "top: screen: pages" "$(seen '^pages; per second')"
press u u
press p
result "top: screen: pause" "$(seen '^paused')"
press p
press / n o d e = x Enter
result "top: screen: a filter that makes no sense is told" "$(seen '"x" is no list of nodes')"
press / l o c x BSpace Enter
result "top: screen: a filter" "$(seen '^numalens top: 1 process,'; seen '^filter: loc')"
press / BSpace BSpace BSpace Enter
result "top: screen: no filter" "$(seen '^numalens top: 3 processes')"
press h
result "top: screen: help" "$(seen '^left, right ')"
press Escape
seen '^numalens top' >/dev/null
tmux -S "$socket" resize-window -x 60 -y 24
result "top: screen: too small is told" "$(seen '60 x 24 is too small')"
tmux -S "$socket" resize-window -x 100 -y 30
result "top: screen: and large enough again" "$(seen '^numalens top')"
press q
wait_for [ -e "$work/status" ]
result "top: screen: q quits, and ends its watches" "$(grep -vx 'exit 0' "$work/status"; left_behind)"
screen_end

for way in TERM HUP INT terminal; do
	fresh
	rm -f "$work/status"
	screen_start 80 24 "$work/live"
	bad=$(seen '^ *900 .* local ')
	pid=$(tmux -S "$socket" list-panes -F '#{pane_pid}')
	pid=$(pgrep -P "$pid" -f 'sysroot.*top' | head -n 1)
	case $way in
	terminal) screen_end ;;
	*) kill -s $way "$pid" ;;
	esac
	unwatched()
	{
		[ -e "$work/hidden/900/snapshot" ]
	}
	wait_for unwatched
	result "top: screen: $way ends it, and its watches" "$bad$(left_behind; cat "$work/err")"
	if [ $way = TERM ]; then
		wait_for [ -e "$work/status" ]
		result "top: screen: the terminal is as before" \
			"$(grep -q ' icanon.* echo ' "$work/stty" || cat "$work/stty")"
	fi
	[ $way = terminal ] || screen_end
done

many=$(tree many-nodes)
screen_start 80 24 "$many"
result "top: screen: nodes that fit" "$(seen '^6 of 16 nodes: left, right')"
press Right Right
result "top: screen: other nodes" "$(seen 'MIGR *N2 .* N[6-8]$')"
press Right Right Right Right Right Right Right Right Right Right Right Right
result "top: screen: the last node" "$(seen 'N33$'; seen ' 1048638.5$')"
screen_end
rm -f "$work/err"
screen_start 80 24 "$many" TERM=frob
result "top: screen: an unknown terminal is told" "$(wait_for [ -s "$work/err" ]
	grep -q 'TERM=frob.*try numalens top --batch' "$work/err" || cat "$work/err")"
screen_end
