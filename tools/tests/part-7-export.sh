# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010 # sourced by run.sh
#
# The export: what Prometheus' own reader finds in it, and files that it replaces.

golden export fleet export --max-processes 2
golden export-prometheus fleet export --max-processes 1 --format prometheus
golden export-none one-node export

# The Debian package is for Debian's python3, which need not be the first.
reader=
for python in python3 /usr/bin/python3; do
	[ -z "$reader" ] && $python -c 'import prometheus_client' 2>/dev/null && reader=$python
done

# metrics NAME FORMAT EXPRESSION ARGUMENT...: an export of the fleet parses, and it holds
metrics()
{
	name="export: $1"
	kind=$2
	expression=$3
	shift 3
	if [ -z "$reader" ]; then
		skip "$name" "no prometheus_client; apt-get install python3-prometheus-client"
		return
	fi
	"$tool" --sysroot "$(tree fleet)" export --format "$kind" "$@" >"$work/out" 2>"$work/err"
	result "$name" "$("$reader" "$here/metrics.py" "$kind" "$work/out" "$expression" 2>&1
		cat "$work/err")"
}

M=numalens_process
for kind in openmetrics prometheus; do
	metrics "$kind: the remote share that the tree's author worked out" "$kind" "
v('${M}_remote_bytes', pid=4711) == 250032 * 4096 and
v('${M}_resident_bytes', pid=4711, node=0) + v('${M}_resident_bytes', pid=4711, node=1) ==
	350930 * 4096 and v('${M}_mean_distance', pid=4711) == 17.12"
	metrics "$kind: a name with a quote, a backslash, a newline and no UTF-8" "$kind" "
{x.labels['comm'] for x in s if x.labels.get('pid') == '30'} == {'a\"b\\\\c\nd\\\\xff'} and
{x.labels['comm'] for x in s if x.labels.get('pid') == '31'} == {'\u00e9t\u00e9'}"
	metrics "$kind: counters" "$kind" "
v('${M}_cpu_seconds_total', pid=4711, node=0) == 12.345678901 and
v('${M}_cpu_seconds_total', pid=30, node=1) == 0.25 and
v('${M}_first_touch_bytes_total', pid=30, locality='local') == 350 * 4096 and
v('${M}_first_touch_bytes_total', pid=30, locality='remote') == 50 * 4096 and
v('${M}_hint_faults_total', pid=30, locality='local') == 2 and
v('${M}_hint_faults_total', pid=30, locality='remote') == 6 and
v('${M}_migrated_bytes_total', pid=30, reason='mempolicy_mbind') == 40 * 4096 and
v('${M}_migrated_bytes_total', pid=30, reason='numa_misplaced') == 5 * 4096 and
v('${M}_migration_failed_bytes_total', pid=30) == 3 * 4096 and
v('${M}_thread_moves_total', pid=30, cause='wakeup') == 4"
done
metrics "types and units" openmetrics "
f['numalens'].type == 'info' and f['${M}_resident_bytes'].type == 'gauge' and
f['${M}_cpu_seconds'].type == 'counter' and f['${M}_cpu_seconds'].unit == 'seconds' and
f['${M}_remote_bytes'].unit == 'bytes' and all(x.documentation for x in f.values())"
metrics "the machine" openmetrics "
v('numalens_up') == 1 and v('numalens_info', kernel='6.1.0-56-amd64', abi_version=1) == 1 and
v('numalens_node_distance', node=0, to=1) == 20 and v('numalens_node_cpus', node=1) == 2 and
v('numalens_node_memory_bytes', node=0) == 2014500 * 1024 and
v('numalens_node_free_bytes', node=1) == 1240012 * 1024 and
v('numalens_numa_balancing_mode') == 1 and v('numalens_watched_processes') == 6 and
v('numalens_missed_processes_total') == 17 and v('numalens_read_errors') == 0 and
v('numalens_other_processes') == 0"
metrics "one that has exited has its counters left" openmetrics "
v('${M}_running', pid=812) == 0 and v('${M}_running', pid=900) == 1 and
v('${M}_cpu_seconds_total', pid=812, node=1) == 3 and n('${M}_resident_bytes', pid=812) == 0 and
n('${M}_remote_bytes', pid=812) == 0"
metrics "what was never counted, and a mean of nothing, are not there" openmetrics "
n('${M}_hint_faults_total', pid=31) == 0 and n('${M}_cpu_seconds_total', pid=31) == 2 and
n('${M}_mean_distance', pid=32) == 0 and n('${M}_remote_bytes', pid=32) == 1"
metrics "a guest's name, a policy" openmetrics "
v('${M}_info', pid=4711, guest='guest1\n') == 1 and v('${M}_info', pid=30, policy='bind:0-1') == 1"
metrics "the others are summed up, their counters are not" openmetrics "
v('numalens_other_processes') == 5 and n(pid='other') == 2 + 2 * 3 and
v('${M}_resident_bytes', pid='other', node=0) == 100 * 4096 and
v('${M}_resident_bytes', pid='other', node=1) == (300 + 10 + 5) * 4096 and
v('${M}_resident_bytes', pid='other', node=3) == 20 * 4096 and
v('${M}_remote_bytes', pid='other') == 220 * 4096 and
v('${M}_swap_bytes', pid='other') == 7 * 4096 and
v('${M}_threads', pid='other', node=1) == 4 and
{x.labels['pid'] for x in s if 'pid' in x.labels} == {'4711', 'other'}" --max-processes 1
metrics "no process by itself" openmetrics "
{x.labels['pid'] for x in s if 'pid' in x.labels} == {'other'} and
v('numalens_other_processes') == 6" --max-processes 0
metrics "as many series as the manual page says" openmetrics "
n(pid=4711) == 29 + 3 * 2 - 1 and n(pid=30) == 29 + 3 * 2 - 1 and
len([x for x in s if 'pid' not in x.labels]) == (2 + 3) * 2 + 8"

two=$(tree two-nodes)
S=sys/kernel/numalens/processes/4711/snapshot
fleet=$(tree fleet)
fails "export of an operand" 2 "takes no operand" "$two" export 4711
fails "export --json" 2 "writes no JSON" "$two" export --json
fails "export --format of garbage" 2 "none of openmetrics and prometheus" "$two" export --format json
fails "export --max-processes of garbage" 2 "no number of processes" "$two" export --max-processes -1
fails "export --max-processes beyond all" 2 "no number of processes" "$two" \
	export --max-processes 99999999999
fails "export --textfile without a name" 2 "no file is given" "$two" export --textfile ""
fails "export to what is no file" 2 "/dev/null is no regular file" "$two" export --textfile /dev/null
result "export: /dev/null is what it was" "$([ -c /dev/null ] || echo "it is not")"
fails "export to a directory" 2 "no regular file" "$two" export --textfile "$work"
fails "export to a directory that is gone" 1 "can't write to $work/gone/n.prom: No such file" "$two" \
	export --textfile "$work/gone/n.prom"
hostile "export: a snapshot that is cut off" 1 "cut off" "export" "truncate $S 100"
result "export: it is counted, the others are exported" "$(
	grep -qx "numalens_read_errors 1" "$work/out" &&
	grep -q '^numalens_process_remote_bytes{pid="900"' "$work/out" &&
	! grep -q 4711 "$work/out" || cat "$work/out")"
hostile "export: a process without a state" 3 "4711/state" "export" "remove ${S%snapshot}state"
hostile "export: another ABI version" 3 "ABI version 9" "export" "sys/kernel/numalens/abi_version: 9"
result "export: then the module is not up" "$(grep -qx "numalens_up 0" "$work/out" || cat "$work/out")"
hostile "export --scan: one can't be scanned" 0 "exporting its last snapshot" "export --scan" \
	"remove ${S%snapshot}scan\n${S%snapshot}scan/"
result "export --scan: that is counted" "$(grep -qx "numalens_scan_errors 1" "$work/out" ||
	cat "$work/out")"

# untouched DIRECTORY: n.prom in it is as it was, and alone
untouched()
{
	[ "$(ls -A "$1")" = n.prom ] || ls -lA "$1"
	[ "$(cat "$1/n.prom")" = old ] || cat "$1/n.prom"
}

mkdir "$work/textfile"
echo old >"$work/textfile/n.prom"
chmod 640 "$work/textfile/n.prom"
before=$(stat -c '%i' "$work/textfile/n.prom")
exec 9<"$work/textfile/n.prom"
"$tool" --sysroot "$fleet" export --textfile "$work/textfile/n.prom" >"$work/out" 2>&1
status=$?
"$tool" --sysroot "$fleet" export --format prometheus >"$work/direct"
result "export --textfile: replaced by the other format, at once, with its mode" "$(
	cat "$work/out"
	[ $status -eq 0 ] || echo "exit $status"
	cmp "$work/direct" "$work/textfile/n.prom"
	[ "$(ls -A "$work/textfile")" = n.prom ] || ls -lA "$work/textfile"
	[ "$(stat -c '%i' "$work/textfile/n.prom")" != "$before" ] || echo "written over"
	[ "$(cat <&9)" = old ] || echo "not old to who had opened it"
	stat -c %a "$work/textfile/n.prom" | grep -v 640)"
exec 9<&-
rm "$work/textfile/n.prom"
(umask 027 && cd "$work/textfile" &&
	"$tool" --sysroot "$fleet" export --textfile n.prom --format openmetrics)
result "export --textfile: a new one in the current directory, by the umask" "$(
	[ "$(tail -n 1 "$work/textfile/n.prom")" = "# EOF" ] || tail -n 3 "$work/textfile/n.prom"
	stat -c %a "$work/textfile/n.prom" | grep -v 640)"

"$tool" --sysroot "$(tree one-node)" export --textfile "$work/textfile/n.prom" 2>"$work/err"
result "export --textfile: without a module it says so" "$([ $? -eq 3 ] &&
	grep -qx "numalens_up 0" "$work/textfile/n.prom" || cat "$work/textfile/n.prom" "$work/err")"

# A filesystem of one page is full at once.
echo old >"$work/textfile/n.prom"
if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	# shellcheck disable=SC2016 # its own arguments
	unshare -m sh -c 'mount -t tmpfs -o size=4k,mode=755 none "$1/textfile" &&
		cd "$1/textfile" || exit
		"$2" --sysroot "$3" export --textfile n.prom
		echo "exit $?, left: $(ls -A)"' sh "$work" "$tool" "$fleet" >"$work/out" 2>&1
	printf '%s\n' "numalens: can't write to n.prom: No space left on device" "exit 1, left: " \
		>"$work/want"
	result "export --textfile: a full disk" "$(diff "$work/want" "$work/out")"
else
	skip "export --textfile: a full disk" "needs root"
fi
(trap '' XFSZ; ulimit -f 8; "$plain" --sysroot "$fleet" export --textfile "$work/textfile/n.prom") \
	2>"$work/err"
result "export --textfile: no room for all of it: the old one stays" "$([ $? -eq 1 ] &&
	grep -q "n.prom: File too large" "$work/err" || cat "$work/err"; untouched "$work/textfile")"
"$plain" --sysroot "$fleet" export >/dev/full 2>"$work/err"
result "export: a full disk behind stdout" "$([ $? -eq 1 ] &&
	grep -q "can't write to stdout: No space left" "$work/err" || cat "$work/err")"

# unreadable files, as for a user without CAP_SYS_PTRACE: secret and copy/run are part 3's
if [ -x "$work/copy/run" ]; then
	saved=$tool
	tool=$work/copy/run
	chmod 777 "$work/textfile"
	fails "no permission: export" 5 "Permission denied; try sudo" "$work/secret" \
		export --textfile "$work/textfile/n.prom"
	result "no permission: the old one stays" "$(untouched "$work/textfile")"
	chmod 755 "$work/textfile"
	fails "no permission: export to a directory" 5 "n.prom: Permission denied" "$fleet" \
		export --textfile "$work/textfile/n.prom"
	tool=$saved
else
	skip "no permission: export" "must be root to become another"
	skip "no permission: the old one stays" "must be root to become another"
	skip "no permission: export to a directory" "must be root to become another"
fi

if [ -e "$work/shim.so" ]; then
	cp -r "$fleet" "$work/dying"
	shimmed SHIM_GONE="$work/dying/sys/kernel/numalens/processes/900" -- --sysroot "$work/dying" \
		export --format prometheus
	result "export: one that is unwatched meanwhile is none" "$([ "$status" -eq 0 ] &&
		[ ! -s "$work/err" ] && grep -qx "numalens_read_errors 0" "$work/out" &&
		grep -q 'pid="4711"' "$work/out" && ! grep -q 'pid="900"' "$work/out" ||
		echo "exit $status: $(cat "$work/err")")"
else
	skip "export: one that is unwatched meanwhile is none" "the stand-in does not compile"
fi

# The table of metrics, in the help and on the manual page.
"$tool" export -h | sed -n '/^metrics:/,$s/^  \(numalens.*\)/\1/p' >"$work/help"
sed -n 's/^\.It Li \(numalens_.*\)/\1/p' "$tools/man/numalens-export.8" >"$work/man"
result "manual page: the metrics that --help shows" "$([ -s "$work/help" ] || echo none
	diff "$work/help" "$work/man")"
"$tool" --sysroot "$fleet" export --format prometheus --scan | sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' |
	sort >"$work/out"
sed 's/{.*//' "$work/help" | grep -v snapshot_timestamp | sort >"$work/man"
result "export: the metrics that --help shows" "$(diff "$work/man" "$work/out")"
"$tool" export -h | grep -o -- '^  --[a-z-]*' | sed 's/^  --//' |
	grep -vx 'json\|unit\|pages\|bytes\|sysroot\|help\|version' | sort >"$work/help"
sed -n 's/^\.It Fl -\([a-z-]*\).*/\1/p' "$tools/man/numalens-export.8" | sort >"$work/man"
result "manual page: export's options" "$(diff "$work/help" "$work/man")"
