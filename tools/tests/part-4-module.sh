# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010 # sourced by run.sh
#
# What the module answers, by a stand-in for it (shim.c).

if ! ${CC:-cc} -shared -fPIC -D_GNU_SOURCE -o "$work/shim.so" "$here/shim.c" -ldl; then
	skip "answers of the module" "the stand-in does not compile"
	return 0
fi
two=$(tree two-nodes)

# answer ERRNO VERB STATUS TEXT
answer()
{
	shimmed SHIM_WATCH="$1" -- --sysroot "$two" "$2" 5
	result "$2: errno $1" "$([ "$status" -eq "$3" ] && grep -q "$4" "$work/err" ||
		echo "exit $status: $(cat "$work/err")")"
}

answer 3 watch 4 "no such process: 5"
answer 95 watch 4 "5 is a kernel thread"
answer 22 watch 4 "5 is a thread, not a process"
answer 34 watch 4 "no pid is as large as 5"
answer 17 watch 0 "5 is already watched"
answer 28 watch 1 "max_watched"
answer 12 watch 1 "out of memory"
answer 1 watch 5 "CAP_SYS_PTRACE"
answer 13 watch 5 "CAP_SYS_PTRACE"
answer 5 watch 1 "can't watch 5: Input/output error"
answer 3 unwatch 4 "5 is not watched"
answer 16 unwatch 1 "scanned for the first time"
answer 1 unwatch 5 "CAP_SYS_PTRACE"

shimmed SHIM_WATCH=17 -- --sysroot "$two" watch 812
result "watch: the number is still held by one that exited" "$([ "$status" -eq 1 ] &&
	grep -q "unwatch 812 first" "$work/err" || echo "exit $status: $(cat "$work/err")")"
shimmed SHIM_WATCH=3 -- --sysroot "$two" --json watch 5 6
result "watch: JSON has a result for each" "$(python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
r = [(x["pid"], x["result"], x["errno"]) for x in d["results"]]
if r != [(5, "failed", "ESRCH"), (6, "failed", "ESRCH")]: print(r)' "$work/out" 2>&1)"
shimmed SHIM_HIDDEN="$work" -- --sysroot "$two" --json watch 5
result "watch: JSON of a success" "$(python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
if d["results"] != [{"pid": 5, "result": "watched", "errno": None}]: print(d)' "$work/out" 2>&1)"

# A process that nobody watches: there while it is watched, and not any longer.
cp -r "$two" "$work/moment"
mkdir "$work/hidden"
root=$work/moment/sys/kernel/numalens/processes
mv "$root/900" "$work/hidden/"
shimmed SHIM_HIDDEN="$work/hidden" -- --sysroot "$work/moment" show 900
result "show: what is not watched is watched for the moment" "$([ "$status" -eq 0 ] &&
	grep -q '^local (pid 900), running' "$work/out" && grep -q 'this command only' "$work/err" &&
	[ ! -e "$root/900" ] || echo "exit $status: $(cat "$work/out" "$work/err")")"
shimmed SHIM_HIDDEN="$work/hidden" -- --sysroot "$work/moment" show ./loc
result "show: a pattern that matches nothing watched looks in /proc" "$([ "$status" -eq 0 ] &&
	grep -q '^local (pid 900), running' "$work/out" && [ ! -e "$root/900" ] ||
	echo "exit $status: $(cat "$work/out" "$work/err")")"
shimmed SHIM_HIDDEN="$work/hidden" -- --sysroot "$work/moment" show 900 >/dev/null
result "show: the watch does not outlive a closed output" "$(
	env LD_PRELOAD="$work/shim.so" SHIM_HIDDEN="$work/hidden" "$plain" --sysroot "$work/moment" \
		show 900 2>/dev/null | true
	sleep 1
	[ ! -e "$root/900" ] || echo "900 is still watched")"
shimmed SHIM_WATCH=3 -- --sysroot "$two" show 950
result "show: a pid that is no process" "$([ "$status" -eq 4 ] &&
	grep -q 'no such process: 950' "$work/err" || echo "exit $status: $(cat "$work/err")")"
mkdir "$work/moment/proc/951"
printf 'nobody\n' >"$work/moment/proc/951/comm"
printf 'nobody\n' >"$work/moment/proc/951/cmdline"
shimmed SHIM_WATCH=3 -- --sysroot "$work/moment" show --json nobody
result "show: one of many that dies is marked, not dropped" "$(python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
r = [(p["pid"], p["state"]) for p in d["processes"]]
if r != [(950, "exited"), (951, "exited")] or sys.argv[2] != "0": print(r, sys.argv[2])' \
	"$work/out" "$status" 2>&1)"
shimmed SHIM_WATCH=95 -- --sysroot "$two" show 2
result "show: a kernel thread" "$([ "$status" -eq 4 ] &&
	grep -q '2 is a kernel thread' "$work/err" || echo "exit $status: $(cat "$work/err")")"
shimmed SHIM_WATCH=95 -- --sysroot "$two" check 2
result "check: a kernel thread" "$([ "$status" -eq 4 ] &&
	grep -q '2 is a kernel thread' "$work/err" || echo "exit $status: $(cat "$work/err")")"
shimmed SHIM_WATCH=3 -- --sysroot "$two" check 5
result "check: a pid that is gone" "$([ "$status" -eq 4 ] &&
	grep -q 'no such process: 5' "$work/err" || echo "exit $status: $(cat "$work/err")")"
shimmed SHIM_WATCH=3 -- --sysroot "$two" check --nodes 0 950
result "check: one that exits before it is scanned" "$([ "$status" -eq 4 ] &&
	grep -q 'no such process: 950' "$work/err" || echo "exit $status: $(cat "$work/err")")"
shimmed SHIM_HIDDEN="$work/hidden" -- --sysroot "$work/moment" check --nodes 0 900
result "check: what is not watched is watched for the moment" "$([ "$status" -eq 1 ] &&
	grep -q '^Not as it should be: process' "$work/out" && [ ! -e "$root/900" ] ||
	echo "exit $status: $(cat "$work/out" "$work/err")")"

: >"$work/reads"
shimmed SHIM_STALE=3 SHIM_NR_READS="$work/reads" -- --sysroot "$two" show 4711
result "snapshot replaced while it is read: begins again" "$([ "$status" -eq 0 ] &&
	[ "$(wc -l <"$work/reads")" -eq 4 ] || echo "exit $status: $(cat "$work/reads" "$work/err")")"
shimmed SHIM_STALE=1000 -- --sysroot "$two" show 4711
result "snapshot replaced for ever: gives up" "$([ "$status" -eq 1 ] &&
	grep -qi 'stale' "$work/err" || echo "exit $status: $(cat "$work/err")")"
