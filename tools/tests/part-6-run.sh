# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010,SC2016 # sourced by run.sh
#
# numalens run, with the stand-in for the module: whatever is watched is born as
# a copy of process 812 of the two-node tree.

if [ ! -e "$work/shim.so" ]; then
	skip "run" "the stand-in does not compile"
	return 0
fi
python3 "$here/mktree.py" "$here/trees/two-nodes.tree" "$work/stage" || bail "stage"
root=$work/stage
processes=$root/sys/kernel/numalens/processes
cp -r "$processes/812" "$work/birth"
listed=$(ls "$processes")

# runs STATUS ARGUMENT...: run so, exit so, and leave nothing watched
runs()
{
	want=$1
	shift
	shimmed SHIM_BIRTH="$work/birth" -- --sysroot "$root" run "$@"
	[ "$status" -eq "$want" ] || echo "exit $status, not $want: $(cat "$work/err")"
	[ "$(ls "$processes")" = "$listed" ] || echo "left watched: $(ls "$processes")"
}

result "run: exit status" "$(runs 7 sh -c 'exit 7')"
result "run: options of the command are not ours" "$(runs 0 sh -c 'exit 0' --json)"
result "run: --" "$(runs 0 --no-follow-forks -- true --help; said err 'exit status 0')"
result "run: killed by a signal" "$(runs 143 -- sh -c 'kill -TERM $$'; said err 'signal 15')"
result "run: no such command" "$(runs 127 -- /nonexistent; said err "can't run /nonexistent: No such")"
result "run: no permission to run it" "$(runs 126 -- "$work"; said err "can't run .*: Permission")"
result "run: it begins when it is watched" "$(runs 0 -- sh -c "test -d $processes/\$\$")"
result "run: stdout is the command's, stderr the account's" "$(
	runs 0 -- sh -c 'echo spoken; echo shouted >&2'
	[ "$(cat "$work/out")" = spoken ] || cat "$work/out"
	said err shouted; said err 'touch: rows by'; said err 'CPU seconds')"
result "run: the account of a process that was not scanned says so" "$(
	runs 0 -- true; said err 'Where its memory lay is not known')"

# As if it was scanned later than ever.
sed "s/^process 812 \(.*\) snapshot_ns=[0-9]* /process 812 \1 snapshot_ns=9000000000000000000 /" \
	"$here/trees/two-nodes.tree" >"$work/late.tree"
python3 "$here/mktree.py" "$work/late.tree" "$work/late" || bail "late"
saved=$work/birth
mv "$work/birth" "$work/birth-early"
cp -r "$work/late/sys/kernel/numalens/processes/812" "$work/birth"
result "run: placement, and where it is told how it came" "$(
	runs 0 -- true; said err 'CPU seconds'; said err '^38 % of its memory is remote'
	said err 'first touched there by CPUs of node 0')"
result "run: the placement is the largest process's" "$(
	runs 0 --json -o "$work/account" -- sh -c "cp -r $work/late/sys/kernel/numalens/processes/900 \
		$processes/4000001; echo \$\$ >$processes/4000001/parent"
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
p = d["placement"]
if p["comm"] != "stress-ng" or p["resident_pages"] != [1000, 3000] or not p["story"]: print(d)
if [(x["resident_pages"], x["remote_pages"]) for x in d["processes"] if x["comm"] == "stress-ng"] != [
	(4000, 1500)]: print(d["processes"])' "$work/account" 2>&1)"
rm -r "$work/birth"
mv "$work/birth-early" "$saved"

result "run: --output" "$(runs 3 --output "$work/account" -- sh -c 'exit 3'
	[ ! -s "$work/err" ] || cat "$work/err"; said account 'exit status 3')"
result "run: -o" "$(runs 0 -o"$work/account" true; said account 'exit status 0')"
result "run: a file that can't be written: the command is not run" "$(
	runs 1 -o "$work/none/account" touch "$work/touched"; said err "can't write to"
	[ ! -e "$work/touched" ] || echo "it was run")"
if [ -c /dev/full ]; then
	result "run: a full disk is told" "$(runs 1 -o /dev/full true; said err "can't write to /dev/full")"
else
	skip "run: a full disk is told" "no /dev/full"
fi

# A child that follow_forks watched is one whose parent is in the account; and so is
# its child. One with another parent is none of ours.
fork_two='for p in 4000001:$$ 4000002:4000001 4000003:1; do
	cp -r '$work/birth' '$processes'/${p%:*}; echo ${p#*:} >'$processes'/${p%:*}/parent
done'
listed="$listed
4000003"
listed=$(echo "$listed" | sort)
result "run: JSON, with what was forked" "$(runs 0 --json -o "$work/account" -- sh -c "$fork_two"
	rm -r "$processes/4000003"
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
p = {x["pid"]: x for x in d["processes"]}
leader, = (x for x in p if x < 4000000)
def check(what, good):
	if not good: print("is false:", what, d)
check("schema", d["schema"] == "numalens/1" and d["command"] == "run")
check("argv", d["argv"][:2] == ["sh", "-c"])
check("status", d["exit_status"] == 0 and d["signal"] is None and d["elapsed_ns"] > 0)
check("members", sorted(p) == [leader, 4000001, 4000002])
check("parents", p[leader]["parent"] is None and p[4000001]["parent"] == leader and
	p[4000002]["parent"] == 4000001)
check("each", all(x["time_ns"] == 4000000000 and x["touched_pages"] == 4000 and
	x["touched_remote_pages"] == 600 and x["moved_pages"] == 1520 and
	x["resident_pages"] is None for x in p.values()))
check("sums", d["time_ns"] == [3000000000, 9000000000] and
	d["first_touch"]["matrix_pages"] == [[5700, 300], [1500, 4500]] and
	d["migrations"]["reasons"]["numa_misplaced"]["matrix_pages"] == [[0, 4500], [60, 0]])
check("placement", d["placement"] is None)' "$work/account" 2>&1)"
listed=$(ls "$processes")
result "run: a child that exits early is read while the command runs" "$(
	runs 0 -- sh -c "cp -r $work/birth $processes/4000001; echo \$\$ >$processes/4000001/parent
		for i in \$(seq 600); do [ -e $processes/4000001 ] || exit 0; sleep 0.2; done; exit 9"
	said err '2: it, and 1 that were forked')"

# in the background, signals from outside
# begin SCRIPT: run it, wait until it is ready
begin()
{
	rm -f "$work/ready"
	# what a shell starts in the background ignores SIGINT and SIGQUIT
	# in a group of its own: one that no shell could continue is not stopped
	python3 -c 'import os, sys; os.setpgid(0, 0); os.execvp(sys.argv[1], sys.argv[1:])' \
		env --default-signal=INT,QUIT SHIM_BIRTH="$work/birth" LD_PRELOAD="$work/shim.so" "$plain" --sysroot "$root" run \
		-- sh -c "$1" >"$work/out" 2>"$work/err" &
	job=$!
	for _ in $(seq 1200); do
		[ -e "$work/ready" ] && return
		sleep 0.1
	done
	bail "run: it does not begin"
}

for name in INT TERM HUP QUIT USR1 USR2; do
	begin "trap 'exit 9' $name; touch $work/ready
		for i in \$(seq 1200); do sleep 0.1; done"
	kill -$name $job
	wait $job
	status=$?
	result "run: SIG$name is passed on" "$([ $status -eq 9 ] || echo "exit $status"
		said err 'exit status 9'; [ "$(ls "$processes")" = "$listed" ] || ls "$processes")"
done

# state PID: as ps has it
state()
{
	sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status"
}

# until STATE PID...: wait until all have it
until_state()
{
	wanted=$1
	shift
	for pid; do
		for _ in $(seq 1200); do
			[ "$(state "$pid")" = "$wanted" ] && continue 2
			sleep 0.1
		done
		echo "$pid is $(state "$pid"), not $wanted"
	done
}

begin "echo \$\$ >$work/ready.new; mv $work/ready.new $work/ready
	for i in \$(seq 3000); do [ -e $work/ready ] || exit 4; sleep 0.1; done"
command=$(cat "$work/ready")
kill -TSTP $job
bad=$(until_state T "$job" "$command")
kill -CONT $job
bad=$bad$(until_state S "$job" "$command")
rm "$work/ready"
wait $job
status=$?
result "run: SIGTSTP stops both, SIGCONT lets both go on" "$([ $status -eq 4 ] ||
	echo "exit $status"; echo "$bad" | grep .)"

for way in "SHIM_WATCH=1 5 CAP_SYS_PTRACE" "SHIM_WATCH=28 1 max_watched"; do
	# shellcheck disable=SC2086 # words
	set -- $way
	shimmed "$1" -- --sysroot "$root" run touch "$work/touched"
	result "run: not watched, not run: $3" "$([ "$status" -eq "$2" ] || echo "exit $status"
		said err "$3"; [ ! -e "$work/touched" ] || echo "it was run")"
done
fails "run: no module, not run" 3 "sudo modprobe numalens" "$(tree one-node)" run touch "$work/touched"
result "run: no module, not run: it was not" "$([ ! -e "$work/touched" ] || echo "it was run")"
fails "run: no command" 2 "no command is given; try numalens run" "$root" run
fails "run: --pages --bytes" 2 "exclude each other" "$root" run --pages --bytes true
