# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010,SC2016 # sourced by run.sh
#
# numalens record, report and diff. Recordings are made from descriptions by
# mkrec.py, which knows the format and nothing of the tool; what the tool itself
# records is read back by it, and decompressed by zstd(1).

# recording NAME: make recordings/NAME.rec once, in the work directory
recording()
{
	[ -e "$work/$1.nlr" ] || python3 "$here/mkrec.py" "$here/recordings/$1.rec" "$work/$1.nlr" ||
		bail "recording $1 can't be made"
}

recording moved
recording again
before=$PWD
cd "$work" || bail "no $work"
golden report-moved two-nodes report moved.nlr
golden report-moved-vmas two-nodes report --vmas --top 2 --pages moved.nlr
golden report-moved-csv two-nodes report --csv moved.nlr
golden report-moved-json two-nodes report --json moved.nlr
golden report-again two-nodes report --all --bytes again.nlr
golden diff-moved two-nodes diff --pages moved.nlr
golden diff-moved-to two-nodes diff --to 1.5 moved.nlr
golden diff-moved-from two-nodes diff --from 1.5 --to last --bytes moved.nlr
golden diff-again two-nodes diff --pages moved.nlr again.nlr
golden diff-json two-nodes diff --json moved.nlr
cd "$before" || bail "no $before"

# of ARGUMENT... EXPRESSION: the JSON of a command without a tree
of()
{
	name=$1
	expression=$2
	shift 2
	"$tool" --json "$@" >"$work/out" 2>"$work/err"
	result "$name" "$(python3 -c 'import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
if not eval(f"({sys.argv[2]})"): print("is false:", sys.argv[2])' "$work/out" "$expression" 2>&1
		cat "$work/err")"
}

of "report: what the author of the recording worked out" '
[(p["pid"], p["comm"], p["gone"]) for p in d["processes"]] ==
	[(198, "toucher", None), (300, "child", "exited")]
and (p := d["processes"][0]) and [s["pages"] for s in p["snapshots"]] ==
	[[1124, 0], [524, 600], [432, 616]]
and [s["at_ns"] for s in p["snapshots"]] == [10000000, 1010000000, 2500000000]
and [s["migrated_pages"] for s in p["snapshots"]] == [0, 600, 600]
and [s["first_touch_remote_pages"] for s in p["snapshots"]] == [0, 0, 16]
and p["last"]["resident_pages"] == [432, 616] and p["watched_before"] is True
and d["counters"]["node0.numa_hit"] == [1000, 1300] and d["cut"] is None
and d["end"]["reason"] == "signal" and d["host"] == "here" and d["nr_snapshots"] == 4
and d["begun_unix_ns"] == 1795968000123456789 and d["machine"]["nodes"][1]["cpus"] == "2-3"' \
	report "$work/moved.nlr"
of "diff: what moved, by VMA and node" '
(p := d["processes"][0])["same_process"] is True and p["pages_before"] == [1124, 0]
and p["pages_after"] == [432, 616] and p["moved_pages"] == 600
and p["migrated_pages"] == {"migrate_pages": [[0, 600], [0, 0]]} and p["nr_ranges"] == 4
and [(r["start"], r["end"], r["change_pages"], r["moved_pages"]) for r in p["ranges"]] == [
	("7f0000000000", "7f00003e8000", [-600, 600], 600),
	("7f1000000000", "7f1000064000", [-100, 0], 0),
	("7f2000000000", "7f2000010000", [0, 16], 0),
	("55d0c0000000", "55d0c0020000", [8, 0], 0)]
and (p["ranges"][0]["vmas_before"], p["ranges"][0]["vmas_after"]) == (1, 2)
and p["ranges"][2]["pages_before"] == [0, 0] and p["ranges"][2]["pages_after"] == [0, 16]
and d["processes"][1]["ranges"] == []' diff "$work/moved.nlr"
of "diff: of another machine, by what is mapped" '
(p := d["processes"][0])["same_process"] is False and p["nodes"] == [0, 1, 4]
and p["before"]["pid"] == 198 and p["after"]["pid"] == 77 and p["migrated_pages"] is None
and [(r["path"], r["start"], r["change_pages"]) for r in p["ranges"]] == [
	("", None, [956, -606, 20]), ("", None, [-400, 0, 0]), ("[heap]", None, [-8, 0, 0])]
and d["processes"][1]["after"] is None' diff --from 2.5 "$work/moved.nlr" "$work/again.nlr"
of "diff: backwards" '
(p := d["processes"][0])["same_process"] is True and p["pages_after"] == [1124, 0]
and p["migrated_pages"] == {}' diff --from last --to first "$work/moved.nlr"

# csv: as many fields in each line, and numbers where they belong
result "report: CSV as a spreadsheet reads it" "$("$tool" report --csv "$work/moved.nlr" |
	python3 -c 'import csv, sys
rows = list(csv.DictReader(sys.stdin))
if [(r["pid"], r["pages_node0"], r["pages_node1"]) for r in rows] != [
	("198", "1124", "0"), ("198", "524", "600"), ("198", "432", "616"), ("300", "0", "10")] or any(
	None in r or None in r.values() for r in rows): print(rows)' 2>&1)"

# page.py reads it as XML, which is stricter than any browser.
for plots in with without; do
	path=$PATH
	if [ $plots = without ]; then
		mkdir -p "$work/empty"
		path=$work/empty
	elif ! command -v gnuplot >/dev/null; then
		skip "report: a page, with plots" "gnuplot is missing; apt-get install gnuplot-nox"
		continue
	fi
	rm -rf "$work/shown"
	env PATH="$path" "$tool" report --html "$work/shown" "$work/moved.nlr" >"$work/out" 2>"$work/err"
	status=$?
	result "report: a page, $plots plots" "$([ $status -eq 0 ] || echo "exit $status: $(cat "$work/err")"
		[ ! -s "$work/out" ] || cat "$work/out"
		[ "$(ls -A "$work/shown")" = report.html ] || ls -A "$work/shown"
		python3 "$here/page.py" parse "$work/shown/report.html" 2>&1
		for text in '<h2>toucher (pid 198)<' '<h2>child (pid 300)<' 'exited after 2.0 s' \
			'resident memory' '>616<' 'which ended: by a signal' '6.1.0-56-amd64'; do
			grep -q "$text" "$work/shown/report.html" || echo "no $text"
		done
		# four curves that are not flat and two address spaces; of the child, one and two; matrices
		[ $plots = without ] || [ "$(grep -o '<svg' "$work/shown/report.html" | wc -l)" -ge 9 ] ||
			echo "pictures are missing")"
done
result "report: a page of a process that is called <script>" "$(
	sed 's/comm=toucher/comm=<script>/; s/"toucher"/"<script>\&"/' "$here/recordings/moved.rec" |
		python3 "$here/mkrec.py" - "$work/spoilt.nlr" || bail "script"
	env PATH="$work/empty" "$tool" report --html "$work/shown" "$work/spoilt.nlr" 2>&1 | grep -v "no plots"
	python3 "$here/page.py" parse "$work/shown/report.html" 2>&1
	! grep -q '<script' "$work/shown/report.html" || echo "it is one")"
fails "report: a page, where there can be none" 1 "can't make the directory $work/x/y" / \
	report --html "$work/x/y" "$work/moved.nlr"
fails "report: a page as CSV" 2 "exclude each other" / report --csv --html "$work/shown" a

# --- what is no recording, or not all of one ---------------------------------

# spoilt NAME STATUS TEXT DESCRIPTION: a recording that was made so
spoilt()
{
	printf '%b' "$4" | python3 "$here/mkrec.py" - "$work/spoilt.nlr" || bail "$1"
	fails "report: $1" "$2" "$3" / report "$work/spoilt.nlr"
}

machine='machine {"version":"0.1"}\n'
: >"$work/spoilt.nlr"
fails "report: an empty file" 1 "is no recording of numalens record" / report "$work/spoilt.nlr"
fails "report: a text" 1 "is no recording" / report "$here/run.sh"
fails "report: a directory" 1 "can't read $work: Is a directory" / report "$work"
fails "report: no file" 1 "can't read $work/none: No such file" / report "$work/none"
fails "report: a snapshot" 1 "is no recording" / report \
	"$(tree two-nodes)/sys/kernel/numalens/processes/812/snapshot"
spoilt "nothing but a header" 1 "nothing is before" ''
spoilt "another version" 1 "is a recording of version 2; this numalens knows 1" "header 2\n$machine"
spoilt "a version of 32 bits" 1 "of version 4294967295" "header 0xffffffff\n"
spoilt "no machine" 1 "does not say of which machine" 'process 0 1 {}\n'
spoilt "a machine that is no JSON" 1 "does not say of which machine" 'machine {"version\n'
spoilt "a machine that is a list" 1 "does not say of which machine" 'machine [1]\n'
spoilt "no snapshot" 1 "holds no snapshot" "${machine}end 0 {}\n"
spoilt "a process that is no JSON" 1 "does not say what a process is" "${machine}process 0 1 x\n"
spoilt "a snapshot that is none" 1 "it is cut off at byte 65" "${machine}frame 3 0 3 abc\n"
spoilt "a snapshot of nothing" 1 "it is cut off" "${machine}frame 3 0 0\n"
spoilt "an end that says nothing" 1 "does not say why it ends" "${machine}end 0 []\n"
spoilt "an unknown coding" 1 "does not know" "${machine}frame 3 3 3 abc\n"
spoilt "a delta to nothing" 1 "told by one that is not there" "${machine}frame 3 2 3 abc\n"
spoilt "a size that is not the stored one" 1 "sizes make no sense" "${machine}frame 4 0 4 abc\n"
spoilt "a size of 4 GiB" 1 "sizes make no sense" "${machine}frame 4 1 0xffffffff abc\n"
spoilt "a size of 1 GiB from 3 bytes" 1 "sizes make no sense" "${machine}frame 4 1 0x40000000 abc\n"
spoilt "what is not compressed" 1 "sizes make no sense" "${machine}frame 4 1 30 abcdefgh\n"
spoilt "4 GiB to come" 1 "sizes make no sense" \
	"${machine}raw \\\\x03\\\\0\\\\0\\\\0\\\\xff\\\\xff\\\\xff\\\\xff$(printf '\\\\0%.0s' $(seq 24))\n"
spoilt "1 GiB to come" 1 "it is cut off" \
	"${machine}raw \\\\x03\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\x40$(printf '\\\\0%.0s' $(seq 24))\n"
spoilt "a wrong checksum in the first frame" 1 "a checksum is wrong at byte 16" "${machine}wrong\n"
if command -v zstd >/dev/null; then
	# what zstd makes of 1 MiB of zeros, called 1 GiB
	python3 - "$here" "$work/spoilt.nlr" <<'PYTHON' || bail "bomb"
import subprocess, sys
sys.path.insert(0, sys.argv[1])
import mkrec
zeros = subprocess.run(['zstd', '-q', '-c'], input=bytes(1 << 20), stdout=subprocess.PIPE).stdout
with open(sys.argv[2], 'wb') as f:
    f.write(mkrec.header(1) + mkrec.frame(1, b'{}') + mkrec.frame(4, zeros, coding=1, size=1 << 24))
PYTHON
	fails "report: a size that zstd does not agree with" 1 "sizes make no sense" / \
		report "$work/spoilt.nlr"
else
	skip "report: a size that zstd does not agree with" "zstd is missing; apt-get install zstd"
fi
spoilt "pages of a snapshot that make no sense" 1 "a home share is more than everything" \
	"${machine}snapshot 0 1 running comm=x\n\tnodes 0\n\ttotal pages 1\n\ttotal home_bp 10001\n\tvma 1000-2000 rw-p anon system default pages=1\n"
{ cat "$here/recordings/moved.rec"; echo wrong; } | python3 "$here/mkrec.py" - "$work/spoilt.nlr"
fails "report: a wrong checksum in the last frame" 1 \
	"a checksum is wrong at byte 5301: it is read up to there" / report "$work/spoilt.nlr"
result "report: ... and what is before is shown" "$(grep -q '^cut short\|2.50 1.7  2.4' "$work/out" ||
	cat "$work/out")"
fails "diff: with a wrong checksum" 1 "a checksum is wrong" / diff "$work/spoilt.nlr"
printf '%s\n' 'machine {"version":7,"begun_unix_ns":"x","machine":{"nodes":[3,{"nid":-1}]},"argv":[null,[1]]}' \
	'snapshot 9e9 1 running comm=\x1b[31m\xff' '	nodes 0' '	total pages 1' \
	'	vma 1000-2000 rw-p anon system default pages=1' 'process 0 1 {"comm":[],"parent":"x"}' \
	'gone 0 7 exited' 'end 0 {"reason":5,"exit_status":"x"}' |
	python3 "$here/mkrec.py" - "$work/spoilt.nlr" || bail "lies"
for format in --all --json --csv; do
	fails "report $format: members of any type" 0 "" / report "$format" "$work/spoilt.nlr"
done
result "report: no control character gets out" "$(! LC_ALL=C grep -q "$(printf '\033')" "$work/out" ||
	cat -v "$work/out")"

# Wherever it is cut, what is before the cut is shown, and that it is cut. With three
# snapshots before, there are three.
size=$(stat -c %s "$work/moved.nlr")
python3 "$here/mkrec.py" --frames "$work/moved.nlr" >"$work/frames"
bad=
for cut in $(awk -v size="$size" '{ print $1 - 1; print $1; print $1 + 1; print $1 + 31; print $1 + 33 }
	END { for (i = 0; i < size; i += 131) print i }' "$work/frames" | sort -nu); do
	[ "$cut" -lt "$size" ] || continue
	head -c "$cut" "$work/moved.nlr" >"$work/cut.nlr"
	whole=$(awk -v cut="$cut" '$1 + 32 + $4 <= cut && $2 == "snapshot"' "$work/frames" | wc -l)
	"$tool" report --csv "$work/cut.nlr" >"$work/out" 2>"$work/err"
	status=$?
	shown=$(wc -l <"$work/out")
	[ "$whole" -gt 0 ] && want="0 $((whole + 1))" || want="1 0"
	[ "$status $shown" = "$want" ] || bad="$bad
$cut: exit and lines $status $shown, not $want: $(cat "$work/err")"
	! grep -q 'Sanitizer\|runtime error' "$work/err" || bad="$bad $cut: sanitizer"
	[ "$whole" -eq 0 ] || grep -q "\(it is cut off\|its end is missing\) at byte .*: it is read up to there" \
		"$work/err" || bad="$bad $cut: $(cat "$work/err")"
done
result "report: cut anywhere" "$bad"
result "report: cut in the last snapshot, to people" "$(
	head -c 4000 "$work/moved.nlr" >"$work/cut.nlr"
	"$tool" report "$work/cut.nlr" 2>/dev/null | grep -q "cut short at byte 3769: it is cut off" ||
		echo "not said")"
result "report: from a pipe" "$(head -c 4000 "$work/moved.nlr" | "$tool" report /dev/stdin 2>&1 >/dev/null |
	grep -v 'it is cut off at byte 3769')"

# --- what the tool records ----------------------------------------------------

fails "record: no file" 2 "no file is given; -o FILE" / record -p 1
fails "record: nothing to record" 2 "what is to be recorded" / record -o "$work/x.nlr"
fails "record: a pid and a command" 2 "exclude each other" / record -o "$work/x.nlr" -p 1 true
fails "record: no pid" 2 '"x" is no pid' "$(tree two-nodes)" record -o "$work/x.nlr" -p x --time 0
fails "record: no interval" 2 "at least 0.2 seconds" / record -o "$work/x.nlr" -p 1 --interval 0.1
fails "record: no time" 2 '"soon" is no number' / record -o "$work/x.nlr" -p 1 --time soon
fails "record: a command has its own time" 2 "to its end" / record -o "$work/x.nlr" --time 3 true
fails "record: no module" 3 "sudo modprobe numalens" "$(tree one-node)" record -o "$work/x.nlr" -p 1
fails "report: two files" 2 "one recording" / report a b
fails "report: CSV as JSON" 2 "exclude each other" / report --csv --json a
fails "report: no number of VMAs" 2 "is no number of VMAs" / report --top x a
fails "diff: three files" 2 "one or two recordings" / diff a b c
fails "diff: no moment" 2 "is not first, last or a number" / diff --to soon a
result "record: no file was left by any of these" "$([ ! -e "$work/x.nlr" ] || echo "it is there")"

# once TREE NAME PID: a snapshot that is there, recorded; the recording is in $work/NAME.nlr
once()
{
	"$tool" --sysroot "$(tree "$1")" record -p "$3" --time 0 -o "$work/$2.nlr" 2>"$work/err" ||
		cat "$work/err"
}

result "record: one snapshot is said to be there" "$(once two-nodes one 4711
	grep -q 'one.nlr: 1 snapshots of 1 process, [0-9.]* KiB; numalens report shows them' "$work/err" ||
		cat "$work/err")"
for name in two-nodes:4711 many-nodes:77 captured-2x2:; do
	pid=${name#*:}
	name=${name%:*}
	snapshots=$(tree "$name")/sys/kernel/numalens/processes
	[ -n "$pid" ] && [ -e "$snapshots/$pid" ] || pid=$(find "$snapshots" -mindepth 1 -maxdepth 1 -printf '%f\n' | head -n 1)
	if command -v zstd >/dev/null; then
		result "record: $name is recorded bit by bit" "$(once "$name" one "$pid"
			rm -rf "$work/images"; mkdir "$work/images"
			python3 "$here/mkrec.py" --snapshots "$work/one.nlr" "$pid" "$work/images" 2>&1
			cmp "$work/images/0" "$snapshots/$pid/snapshot" 2>&1)"
	else
		skip "record: $name is recorded bit by bit" "zstd is missing; apt-get install zstd"
	fi
	result "record: $name is reported as it is shown" "$(once "$name" one "$pid"
		"$tool" report "$work/one.nlr" | sed '1,/^at the last snapshot:/d' >"$work/reported"
		"$tool" --sysroot "$(tree "$name")" show --no-scan "$pid" | diff - "$work/reported" |
		grep '^[<>]' | head -n 5)"
done

if [ ! -e "$work/shim.so" ]; then
	skip "record" "the stand-in does not compile"
	return 0
fi
python3 "$here/mktree.py" "$here/trees/two-nodes.tree" "$work/recorded" || bail "recorded"
root=$work/recorded
processes=$root/sys/kernel/numalens/processes
rm -rf "$work/birth" "$work/hidden"
cp -r "$processes/4711" "$work/birth"
rm -r "$processes/4711"
listed=$(ls "$processes")
watch_errno=

# background ARGUMENT...: record so, until there is a snapshot in the file; sets job
background()
{
	# as it may be left by the one before
	[ ! -e "$processes/4711" ] || rm -r "$processes/4711"
	rm -f "$work/live.nlr"
	# what a shell starts in the background ignores SIGINT and SIGQUIT
	env --default-signal=INT,QUIT ${watch_errno:+SHIM_WATCH=$watch_errno} \
		SHIM_BIRTH="$work/birth" LD_PRELOAD="$work/shim.so" "$plain" --sysroot "$root" record --interval 0.2 \
		-o "$work/live.nlr" "$@" >"$work/out" 2>"$work/err" &
	job=$!
	for _ in $(seq 1200); do
		[ -e "$work/live.nlr" ] && python3 "$here/mkrec.py" --frames "$work/live.nlr" |
			grep -q ' snapshot ' && return
		sleep 0.1
	done
	bail "record: it does not begin: $(cat "$work/err")"
}

# waited: wait for it; sets status
waited()
{
	wait $job
	status=$?
}

# ended STATUS REASON: the recording is whole, ended so, and nothing is left watched
ended()
{
	[ $status -eq "$1" ] || echo "exit $status, not $1: $(cat "$work/err")"
	"$tool" --json report "$work/live.nlr" >"$work/json" 2>&1 || cat "$work/json"
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
if not d["end"] or d["end"]["reason"] != sys.argv[2] or d["cut"]: print(d["end"], d["cut"])' \
		"$work/json" "$2" 2>&1
	[ "$(ls "$processes")" = "$listed" ] || echo "left watched: $(ls "$processes")"
}

for name in INT TERM HUP QUIT; do
	background -p 4711
	kill -$name $job
	waited
	result "record: SIG$name ends it" "$(ended 0 signal)"
done
watch_errno=17
background -p 900
kill -TERM $job
waited
watch_errno=
result "record: a watch that was there before stays, as it is set" "$(ended 0 signal
	grep -qx 1000 "$processes/900/refresh_ms" || cat "$processes/900/refresh_ms")"

background -p 4711
kill -KILL $job
wait $job 2>/dev/null
result "record: of one that was killed, what was recorded is there" "$(
	"$tool" report "$work/live.nlr" 2>&1 | grep -q 'cut short at byte .*: its end is missing' ||
		echo "not said")"
rm -rf "$processes/4711"

# The snapshot is replaced while it is recorded: by one that differs in a member, and by that of
# another program.
background -p 4711
cp "$processes/4711/snapshot" "$work/snapshot.0"
python3 - "$here" "$work/snapshot.0" "$work/snapshot.1" <<'PYTHON' || bail "snapshot.1"
import struct, sys
sys.path.insert(0, sys.argv[1])
import mktree
data = bytearray(open(sys.argv[2], 'rb').read())
offset, code = mktree.offset_of('numalens_snapshot_header', 'generation')
struct.pack_into('=' + code, data, offset, 4)
open(sys.argv[3], 'wb').write(data)
PYTHON
cp "$processes/812/snapshot" "$work/snapshot.2"
for i in 1 2; do
	cp "$work/snapshot.$i" "$processes/4711/new"
	mv "$processes/4711/new" "$processes/4711/snapshot"
	for _ in $(seq 1200); do
		[ "$(python3 "$here/mkrec.py" --frames "$work/live.nlr" | grep -c ' snapshot ')" -le $i ] ||
			break
		sleep 0.1
	done
done
kill -TERM $job
waited
result "record: what changes is recorded, and nothing twice" "$(ended 0 signal
	python3 "$here/mkrec.py" --frames "$work/live.nlr" | awk '$2 == "snapshot" { print $3 }' |
		tr '\n' ' ' | grep -qx '1 2 [12] ' || python3 "$here/mkrec.py" --frames "$work/live.nlr")"
if command -v zstd >/dev/null; then
	result "record: deltas are what zstd makes of them" "$(rm -rf "$work/images"; mkdir "$work/images"
		python3 "$here/mkrec.py" --snapshots "$work/live.nlr" 4711 "$work/images" 2>&1
		for i in 0 1 2; do cmp "$work/images/$i" "$work/snapshot.$i" 2>&1; done)"
else
	skip "record: deltas are what zstd makes of them" "zstd is missing; apt-get install zstd"
fi
result "record: a delta takes less than 200 bytes" "$(python3 "$here/mkrec.py" --frames "$work/live.nlr" |
	awk '$2 == "snapshot" && ++nr == 2 && $4 >= 200')"

background -p 4711
echo exited >"$processes/4711/state"
waited
result "record: the process exits, and so the recording ends" "$(ended 0 exited
	python3 -c 'import json, sys
p = json.load(open(sys.argv[1]))["processes"]
if [x["gone"] for x in p] != ["exited"]: print(p)' "$work/json" 2>&1)"
background -p 4711,900
echo exited >"$processes/4711/state"
for _ in $(seq 1200); do
	python3 "$here/mkrec.py" --frames "$work/live.nlr" | grep -q ' gone ' && break
	sleep 0.1
done
kill -TERM $job
waited
# the stand-in has removed both
cp -r "$(tree two-nodes)/sys/kernel/numalens/processes/900" "$processes"
result "record: one of two exits, and the other is recorded on" "$(ended 0 signal
	"$tool" report "$work/live.nlr" | grep -q 'pid 4711), exited after' || echo "not said")"
background -p 4711
# at once: else the stand-in has it to remove as well
mv "$processes/4711" "$work/unwatched"
waited
rm -r "$work/unwatched"
result "record: somebody else ends the watch" "$(ended 0 exited
	"$tool" report "$work/live.nlr" | grep -q 'was no longer watched after' || echo "not said")"

# --- a command ----------------------------------------------------------------

rm -rf "$work/birth"
cp -r "$processes/812" "$work/birth"
sed -i s/exited/running/ "$work/birth/state"

# recorded STATUS ARGUMENT...: a command, recorded
recorded()
{
	want=$1
	shift
	shimmed SHIM_BIRTH="$work/birth" -- --sysroot "$root" record -o "$work/live.nlr" "$@"
	[ "$status" -eq "$want" ] || echo "exit $status, not $want: $(cat "$work/err")"
	[ "$(ls "$processes")" = "$listed" ] || echo "left watched: $(ls "$processes")"
}

result "record: exit status of the command" "$(recorded 7 sh -c 'exit 7'
	"$tool" report "$work/live.nlr" >"$work/out" 2>&1
	said out 'ended *with the command, exit status 7'; said out 'command *sh -c exit 7')"
result "record: a command that is killed" "$(recorded 143 -- sh -c 'kill -TERM $$')"
result "record: no such command" "$(recorded 127 -- /nonexistent; said err "can't run /nonexistent")"
result "record: it begins when it is watched" "$(recorded 0 -- sh -c "test -d $processes/\$\$")"
result "record: with what it forks" "$(recorded 0 --interval 0.2 -- sh -c "cp -r $work/birth $processes/4000001
	echo \$\$ >$processes/4000001/parent
	for i in \$(seq 600); do
		python3 $here/mkrec.py --frames $work/live.nlr | grep -q ' 4000001 ' && exit 0; sleep 0.2
	done; exit 9"
	"$tool" --json report "$work/live.nlr" | python3 -c 'import json, sys
p = {x["pid"]: x["parent"] for x in json.load(sys.stdin)["processes"]}
if len(p) != 2 or p[4000001] not in p: print(p)' 2>&1)"

shimmed SHIM_WATCH=17 -- --sysroot "$root" record -o "$work/live.nlr" touch "$work/touched"
result "record: a command whose number is taken is not run" "$([ "$status" -eq 1 ] || echo "exit $status"
	said err "is still listed; numalens unwatch"; [ ! -e "$work/touched" ] || echo "it was run")"
if [ -r /proc/self/status ]; then
	result "record: the command's signals are as they were" "$(recorded 0 -- sh -c "sed -n '/^SigIgn/p' \
		/proc/self/status >$work/signals"
		sed -n '/^SigIgn/p' /proc/self/status | diff - "$work/signals")"
fi
result "record: a process that is named twice is one" "$(
	"$tool" --sysroot "$(tree two-nodes)" record -p 900 -p 900,812 --time 0 -o "$work/one.nlr" 2>"$work/err"
	said err "2 snapshots of 2 processes")"

# --- what goes wrong ----------------------------------------------------------

for way in "SHIM_WATCH=1 5 CAP_SYS_PTRACE" "SHIM_WATCH=3 4 no_such_process" "SHIM_WATCH=28 1 max_watched"; do
	# shellcheck disable=SC2086 # words
	set -- $way
	text=$(echo "$3" | tr _ ' ')
	[ "$3" != max_watched ] || text=max_watched
	[ "$3" != CAP_SYS_PTRACE ] || text=CAP_SYS_PTRACE
	cp "$work/moved.nlr" "$work/kept.nlr"
	shimmed "$1" -- --sysroot "$root" record -p 4711 -o "$work/kept.nlr"
	result "record: not watched: $text" "$([ "$status" -eq "$2" ] || echo "exit $status"
		said err "$text"; cmp "$work/moved.nlr" "$work/kept.nlr" 2>&1)"
done
fails "record: a directory that is not there" 1 "can't write to $work/none/x.nlr: No such" \
	"$(tree two-nodes)" record -p 4711 --time 0 -o "$work/none/x.nlr"
if [ -c /dev/full ]; then
	fails "record: a full disk" 6 "/dev/full can't grow (No space left on device).*first 0 snapshots are kept" \
		"$(tree two-nodes)" record -p 4711 --time 0 -o /dev/full
else
	skip "record: a full disk" "no /dev/full"
fi
# shellcheck disable=SC3045 # dash and bash both have -f
(ulimit -f 4 2>/dev/null && "$plain" --sysroot "$(tree two-nodes)" record -p 812 -p 900 -p 4711 --time 0 \
	-o "$work/short.nlr" 2>"$work/err")
status=$?
result "record: a file that may not grow: what fits is kept, and said" "$(
	[ $status -eq 6 ] || echo "exit $status: $(cat "$work/err")"
	said err "short.nlr can't grow (File too large).*its first 2 snapshots are kept"
	"$tool" report --csv "$work/short.nlr" >"$work/out" 2>"$work/err" || cat "$work/err"
	[ ! -s "$work/err" ] || cat "$work/err"
	"$tool" report "$work/short.nlr" | grep -q 'ended .*the disk was full' || echo "not said"
	[ "$(wc -l <"$work/out")" -eq 3 ] || cat "$work/out")"
