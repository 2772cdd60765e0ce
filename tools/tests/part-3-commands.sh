# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010 # sourced by run.sh
#
# Exit statuses, messages, and what happens around the output.

two=$(tree two-nodes)
one=$(tree one-node)

fails "no command" 2 "no command is given" "$two"
fails "unknown command" 2 "there is no command \"frob\"" "$two" frob
fails "unknown option" 2 "unrecognized option '--frob'" "$two" list --frob
fails "option of another command" 2 "unrecognized option" "$two" list --vmas
fails "missing option argument" 2 "requires an argument" "$two" show --top
fails "watch without a pid" 2 "either pids or --filter" "$two" watch
fails "watch of garbage" 2 "\"12x\" is no pid" "$two" watch 12x
fails "watch of a negative number" 2 "" "$two" watch -5
fails "watch of 0" 2 "\"0\" is no pid" "$two" watch 0
fails "watch --filter with a pid" 2 "either pids or --filter" "$two" watch --filter qemu 5
fails "watch --filter of nothing" 2 "the filter is empty" "$two" watch --filter " "
fails "watch --filter of a node" 2 "node= is for numalens top" "$two" watch --filter "qemu node=0"
fails "watch --filter of a key alone" 2 "nothing stands behind" "$two" watch --filter user=
fails "watch --filter that nothing matches" 4 "no process matches \"zzz\"" "$two" watch --filter zzz
fails "watch --follow without a filter" 2 "is for --filter" "$two" watch --follow 5
fails "watch --follow --json" 2 "prints no JSON" "$two" watch --json --follow --filter qemu
fails "watch --follow in a captured tree" 2 "nothing happens in a captured tree" "$two" \
	watch --follow --filter qemu
fails "an unknown unit" 2 "\"furlong\" is none of pages, bytes, KiB" "$two" list --unit furlong
fails "two units" 2 "exclude each other" "$two" list --unit kib --bytes
golden list-kib two-nodes list --unit KiB
golden list-human two-nodes --unit human list
golden show-human two-nodes show --no-scan --vmas --unit human 4711
json "units are not for programs" two-nodes \
	"[x['resident_pages'] for x in d['processes']] == [4000, 10, 350930]" list --unit human
fails "list with an unknown column" 2 "no column \"frob\", but pid, state, resident_pages" "$two" \
	list --columns pid,frob
fails "list with no column" 2 "no column \"\"" "$two" list --columns ""
fails "list with a column twice" 2 "\"PID\" is given twice" "$two" list --columns pid,comm,PID
fails "list --json --csv" 2 "no --columns, no --csv" "$two" list --json --csv
fails "show --json --columns" 2 "no --columns, no --csv" "$two" show --json --columns path 4711
fails "show with an unknown column" 2 "no column \"tid\", but range, perms" "$two" \
	show --columns tid 4711
fails "threads with an unknown column" 2 "no column \"path\", but tid, cpu" "$two" \
	threads --columns path 4711
fails "balancing --csv" 2 "unrecognized option" "$two" balancing --csv 4711
fails "migrations --follow --csv" 2 "--follow prints lines" "$two" migrations --follow --csv 4711
fails "touch --csv --vmas" 2 "no --vmas" "$two" touch --csv --vmas 4711
fails "migrations --csv --vmas" 2 "no --vmas" "$two" migrations --csv --vmas 4711
fails "domains --csv --stats" 2 "no --stats" "$two" domains --csv --stats
fails "io --json --csv" 2 "no --columns, no --csv" "$two" io --json --csv

# csv NAME TREE EXPRESSION ARGUMENT...: it parses, and holds of the rows, which are dicts
csv()
{
	name=$1
	root=$(tree "$2")
	expression=$3
	shift 3
	"$tool" --sysroot "$root" "$@" >"$work/out" 2>"$work/err"
	result "$name" "$(python3 -c 'import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")))
d = json.load(open(sys.argv[2], encoding="utf-8"))
d = d.get("processes", d)
if any(None in row or None in row.values() for row in rows): print("ragged")
if not eval(f"({sys.argv[3]})"): print("is false:", sys.argv[3], rows[:2])' "$work/out" \
		"$work/json" "$expression" 2>&1)"
}

"$tool" --sysroot "$two" --json list >"$work/json"
csv "list --csv says what --json does" two-nodes \
	"[{k: '' if v is None else str(v) for k, v in x.items()} for x in d] == rows" list --csv
csv "list --csv --columns" two-nodes \
	"[[str(x['remote_pages']), str(x['pid'])] for x in d] == [list(r.values()) for r in rows] and
	 list(rows[0]) == ['remote_pages', 'pid']" list --csv --columns remote_pages,pid
"$tool" --sysroot "$two" --json show --vmas --no-scan 4711 >"$work/json"
csv "show --csv says what --json does" two-nodes \
	"[r['pid'] for r in rows] == ['4711'] * len(d[0]['vmas']) and
	 [str(v['start']) for v in d[0]['vmas']] == [r['start'] for r in rows] and
	 [[str(p) for p in v['pages']] for v in d[0]['vmas']] ==
	 [[r['pages_node0'], r['pages_node1']] for r in rows]" show --csv --no-scan 4711
"$tool" --sysroot "$two" --json threads --no-scan 4711 900 >"$work/json"
csv "threads --csv of two, names once" two-nodes \
	"[(str(p['pid']), str(t['tid'])) for p in d for t in p['threads']] ==
	 [(r['pid'], r['tid']) for r in rows]" threads --csv --no-scan 4711 900
"$tool" --sysroot "$two" --json touch --no-scan 4711 >"$work/json"
csv "touch --csv says what --json does, and what is of no thread" two-nodes \
	"[(str(t['tid']), *map(str, t['pages'])) for t in d[0]['threads']] ==
	 [(r['tid'], r['pages_node0'], r['pages_node1']) for r in rows if r['tid']] and
	 sum(int(r['touched_pages']) for r in rows) == sum(map(sum, d[0]['first_touch']['matrix_pages']))" \
	touch --csv --no-scan 4711
"$tool" --sysroot "$two" --json migrations --no-scan 4711 >"$work/json"
csv "migrations --csv says what --json does" two-nodes \
	"all([sum(x) for x in zip(*([0, 0], *([int(r['pages_node0']), int(r['pages_node1'])]
		for r in rows if r['reason'] == name)))] ==
	     [sum(x) for x in zip(*reason['matrix_pages'])] and
	     sum(int(r['failed_pages']) for r in rows if r['reason'] == name) ==
	     reason['failed_pages'] for name, reason in d[0]['migrations']['reasons'].items()) and
	 len(rows) == 3" migrations --csv --no-scan 4711
"$tool" --sysroot "$two" --json domains >"$work/json"
csv "domains --csv says what --json does" two-nodes \
	"[(str(c['cpu']), str(x['domain']), x['name'], x['span'], str(x['imbalance_pct']),
	   ' '.join(x['flag_names'])) for c in d['cpus'] for x in c['domains']] ==
	 [(r['cpu'], r['domain'], r['name'], r['span'], r['imbalance_pct'], r['flag_names'])
	  for r in rows]" domains --csv
golden domains-columns two-nodes domains --cpu 1-2 --columns cpu,name,span,groups
"$tool" --sysroot "$(tree io)" --json io >"$work/json"
csv "io --csv says what --json does, of those with a driver" io \
	"[r['address'] for r in rows] == [x['address'] for x in d['devices'] if x['driver']] and
	 [r['nid'] for r in rows] == ['' if x['nid'] is None else str(x['nid'])
				      for x in d['devices'] if x['driver']] and
	 [int(r['nr_kthreads']) for r in rows] == [len(x['kernel_threads'])
						   for x in d['devices'] if x['driver']] and
	 [r['names'] for r in rows] == [', '.join(x['names'])
					for x in d['devices'] if x['driver']]" io --csv
golden io-columns io io --columns address,node,nr_irqs,used_as,names
golden migrations-columns two-nodes migrations --no-scan \
	--columns reason,from_nid,failed_pages,pages 4711
golden list-columns two-nodes list --columns comm,remote_bp,pid,snapshot_ns
golden list-by-cgroup top list --by cgroup
golden list-by-user top list --by user
golden list-by-user-many guests-many list --by user
golden list-by-name-many many-nodes list --by name
golden list-by-nothing debugfs list --by cgroup
golden list-by-columns top list --by cgroup --columns group,pages,remote_bp
json "list --by user" guests-many "(d['by'], [g['group'] for g in d['groups']]) == ('user', [None])
and d['groups'][0]['processes'] == 2
and sum(d['groups'][0]['pages']) == d['groups'][0]['resident_pages']
and d['nodes'] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 18, 19, 20, 33]
and d['groups'][0]['pages'][:7] == [9192, 2000, 11592, 19984, 5000, 0, 7000]" list --by user
json "list --by cgroup: of one process it is what list says" top "
[(g['group'], g['remote_pages'], g['remote_bp'], g['mean_distance_hundredths'])
 for g in d['groups']][:2] == [('/machine.slice/machine-qemu\\\\x2d1.scope', 250032, 7125, 1712),
 (None, 1500, 3750, 1375)]" list --by cgroup
fails "list --by what there is not" 2 "\"pid\" is none of cgroup, user, name" "$two" list --by pid
fails "list --by with a column of list" 2 "no column \"pid\", but group, processes" "$two" \
	list --by user --columns pid
golden show-columns two-nodes show --no-scan --columns range,pages,swap_pages,path --top 3 4711
golden show-columns-sum two-nodes show --no-scan --columns resident_pages --top 2 4711
"$tool" --sysroot "$two" --json show --vmas --no-scan 4711 >"$work/json"
csv "a column for people in CSV" two-nodes "list(rows[0]) == ['pid', 'range', 'end']" \
	show --csv --no-scan --columns range,end 4711
golden threads-columns two-nodes threads --no-scan --columns tid,time_ns,allowed,numa_faults 4711

# taken WORDS PIDS: of the watched processes of the tree, the filter takes these
taken()
{
	json "unwatch --filter $1" top "[x['pid'] for x in d['results']] == [$2]" \
		unwatch --filter "$1"
}
taken cgroup=machine 4711
taken cgroup=/machine.slice 4711
taken cgroup=/machine.slice/ 4711
taken cgroup=/sys/fs/cgroup/machine.slice 4711
taken cgroup=/ "900, 4711"
taken cgroup=/sys/fs/cgroup "900, 4711"
taken "user=1000 cgroup=/user.slice/user-1000.slice" 900
taken pid=812 812
for words in cgroup=/machine cgroup=/slice cgroup=/machine.slice/machine cgroup=/old \
	"user=107 cgroup=/user.slice"; do
	fails "unwatch --filter $words" 4 "no process matches \"$words\"" "$(tree top)" \
		unwatch --filter "$words"
done
json "unwatch --exited" top "[x['pid'] for x in d['results']] == [812]" unwatch --exited
json "watch --filter" top "[(x['pid'], x['result']) for x in d['results']] == [(900, 'watched')]" \
	watch --filter "user=1000 local"
fails "unwatch without anything" 2 "either pids, --filter" "$two" unwatch
fails "unwatch --all with a pid" 2 "either pids, --filter" "$two" unwatch --all 5
fails "unwatch --all --exited" 2 "either pids, --filter" "$two" unwatch --all --exited
fails "unwatch --filter that nothing matches" 4 "no process matches" "$two" unwatch --filter zzz
fails "list with an operand" 2 "takes no operand" "$two" list 5
fails "show without anything" 2 "no process is given" "$two" show
fails "show of an empty pattern" 2 "matches nothing" "$two" show ""
fails "show --top 0" 2 "no number of VMAs" "$two" show --top 0 4711
fails "show --top of a negative number" 2 "no number of VMAs" "$two" show --top=-1 4711
fails "show --scan --no-scan" 2 "exclude each other" "$two" show --scan --no-scan 4711
fails "show --pages --bytes" 2 "exclude each other" "$two" show --pages --bytes 4711
for command in touch migrations threads balancing; do
	fails "$command without anything" 2 "no process is given" "$two" $command
	fails "$command --scan --no-scan" 2 "exclude each other" "$two" $command --scan --no-scan 4711
	fails "$command --pages --bytes" 2 "exclude each other" "$two" $command --pages --bytes 4711
	fails "$command of what nothing matches" 4 "no watched or running process" "$two" $command zzz
	fails "no module: $command" 3 "sudo modprobe numalens" "$one" $command 4711
done
fails "touch --top of garbage" 2 "no number of rows" "$two" touch --top x 4711
fails "threads --top 0" 2 "no number of threads" "$two" threads --top 0 4711
fails "threads --sort of garbage" 2 "none of cpu, remote and tid" "$two" threads --sort name 4711
fails "migrations --follow of two" 2 "takes one process" "$two" migrations --follow 4711 900
fails "migrations --follow of none" 2 "takes one process" "$two" migrations --follow
fails "migrations --follow --json" 2 "no --json, --csv" "$two" migrations --follow --json 900
fails "migrations --follow of a captured tree" 2 "nothing happens in a captured tree" "$two" \
	migrations --follow 4711
guests=$(tree guests)
fails "check without anything" 2 "no process is given" "$two" check --nodes 0
fails "check of two" 2 "takes one process" "$two" check --nodes 0 900 812
fails "check without a rule" 2 "what should hold of 900" "$two" check 900
fails "check of cells of no guest" 2 "900 is no process of QEMU's" "$two" check --cell 0=0 900
fails "check of vCPUs of no guest" 2 "neither cells nor vCPUs" "$two" check --vcpu-local 900
fails "check of a cell that is not there" 2 "no cell 7" "$guests" check --cell 7=0 5001
fails "check of a cell without memory" 2 "cell 2 of the guest has no memory" "$guests" \
	check --cell 2=0 5201
fails "check --cell of garbage" 2 "as in --cell 0=1" "$guests" check --cell 0 5001
fails "check --cell twice for one" 2 "cell 0 has two rules" "$guests" \
	check --cell 0=0 --cell 0=1 5001
fails "check --cell of a node that is not there" 2 "there is no node 9" "$guests" \
	check --cell 0=9 5001
fails "check --nodes of garbage" 2 "no list of nodes" "$two" check --nodes x 900
fails "check --nodes of an empty list" 2 "no list of nodes" "$two" check --nodes "" 900
fails "check --nodes of a node that is not there" 2 "there is no node 2" "$two" check --nodes 1-2 900
fails "check --nodes of none" 2 "leaves no node" "$two" check --nodes '!0-1' 900
fails "check --nodes of a node without memory" 2 "node 5 has no memory" "$(tree many-nodes)" \
	check --nodes 5 77
fails "check --policy of garbage" 2 "none of strict, interleave" "$two" \
	check --nodes 0 --policy bind 900
fails "check --policy alone" 2 "is for --nodes and --cell" "$two" check --policy strict 900
fails "check --tolerance of a strict policy" 2 "is for --policy interleave" "$two" \
	check --nodes 0 --policy strict --tolerance 5 900
fails "check --tolerance of garbage" 2 "no percentage" "$two" \
	check --nodes 0 --policy interleave --tolerance 5x 900
fails "check --max-remote beyond all" 2 "no percentage" "$two" check --max-remote 101 900
fails "check --max-remote that is kept" 0 "" "$two" check --max-remote 71.25 4711
fails "check of a pid beyond all" 4 "no pid is" "$two" check --nodes 0 99999999999
fails "check of one that has exited" 4 "812 has exited" "$two" check --nodes 0 812
fails "no module: check" 3 "sudo modprobe numalens" "$one" check --nodes 0 4711
fails "lab without anything" 2 "list, run or page" "$two" lab
fails "lab of garbage" 2 "\"frob\" is not list, run or page" "$two" lab frob
fails "lab list of something" 2 "takes no operand" "$two" lab list first-touch
fails "lab run without a name" 2 "which experiment" "$two" lab run
fails "lab run of an unknown experiment" 2 "no experiment \"frob\"" "$two" lab run first-touch frob
fails "lab run in a captured tree" 2 "in a captured tree" "$two" lab run all
fails "no module: lab run" 3 "sudo modprobe numalens" "$one" lab run first-touch
fails "domains --cpu of garbage" 2 "no list of CPUs" "$two" domains --cpu 1-x
fails "domains --cpu of an empty list" 2 "no list of CPUs" "$two" domains --cpu ""
fails "show of a pattern that nothing matches" 4 "no watched or running process" "$two" show zzz
fails "show of a pid beyond all" 4 "no pid is" "$two" show 99999999999
for command in "watch 1" "unwatch 1" "unwatch --all" "list" "show 1"; do
	# shellcheck disable=SC2086 # words
	fails "no module: $command" 3 "sudo modprobe numalens" "$one" $command
done
fails "an exited process's number is another's now: its command line does not count" 4 \
	"no watched or running" "$two" show --json impostor-not

"$tool" --version >"$work/out" 2>&1
result "--version" "$(grep -v '^numalens [0-9]' "$work/out")"
"$tool" show -h --sysroot "$two" >"$work/out" 2>&1
result "-h wins over all, exit 0" "$([ $? -eq 0 ] && grep -q '^usage: numalens show' "$work/out" ||
	echo failed)"
"$tool" --json list --sysroot "$two" >"$work/a" && "$tool" list --json --sysroot "$two" >"$work/b"
result "global options stand before and after the command" "$(cmp "$work/a" "$work/b" 2>&1)"

if [ -c /dev/full ]; then
	"$plain" --sysroot "$two" list >/dev/full 2>"$work/err"
	status=$?
	result "a full disk is told" "$([ $status -eq 1 ] &&
		grep -q "can't write to stdout: No space left" "$work/err" || cat "$work/err")"
else
	skip "a full disk is told" "no /dev/full"
fi
( "$plain" --sysroot "$(tree many-nodes)" show --vmas 77 2>"$work/err"; echo done >>"$work/err" ) |
	head -c 1 >/dev/null
( trap '' PIPE; "$plain" --sysroot "$work/large" show --vmas 60 2>>"$work/err" ) | head -c 1 >/dev/null
result "a reader that goes away is no error" "$(grep -v '^done$' "$work/err")"
result "no colour but on a terminal" "$("$plain" --sysroot "$two" doctor | grep "$(printf '\033')")"
if command -v script >/dev/null; then
	TERM=xterm script -qec "'$plain' --sysroot '$two' doctor" /dev/null >"$work/out" </dev/null
	NO_COLOR=1 TERM=xterm script -qec "'$plain' --sysroot '$two' doctor" /dev/null \
		>"$work/plain" </dev/null
	result "colour on a terminal" "$(grep -q "$(printf '\033')" "$work/out" || echo none)"
	result "no colour there with NO_COLOR" "$(grep "$(printf '\033')" "$work/plain")"
else
	skip "colour on a terminal" "no script(1)"
	skip "no colour there with NO_COLOR" "no script(1)"
fi

# unreadable files, as for a user without CAP_SYS_PTRACE
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
	chmod 755 "$work"
	mkdir -p "$work/copy" && cp "$plain" "$work/copy/"
	saved=$tool
	python3 "$here/mktree.py" "$here/trees/two-nodes.tree" "$work/secret"
	chmod -R go-rwx "$work/secret/sys/kernel/numalens/processes/4711"
	chmod -R go-rwx "$work/secret/sys/kernel/numalens/watch"
	printf '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups %s "$@"\n' \
		"$work/copy/numalens" >"$work/copy/run" && chmod 755 "$work/copy/run"
	tool=$work/copy/run
	fails "no permission: show" 5 "Permission denied; try sudo" "$work/secret" show 4711
	fails "no permission: list" 5 "Permission denied; try sudo" "$work/secret" list
	for command in touch migrations threads balancing; do
		fails "no permission: $command" 5 "Permission denied; try sudo" "$work/secret" \
			$command 4711
	done
	fails "no permission: check" 5 "Permission denied; try sudo" "$work/secret" check --nodes 0 4711
	fails "no permission: top" 5 "CAP_SYS_PTRACE.*try sudo" "$work/secret" top -b -n 1
	fails "no permission: watch" 5 "CAP_SYS_PTRACE" "$work/secret" watch 950
	fails "no permission: show what is not watched" 5 "CAP_SYS_PTRACE" "$work/secret" show 950
	tool=$saved
else
	for command in show list touch migrations threads balancing check top watch "show what is not watched"; do
		skip "no permission: $command" "must be root to become another"
	done
fi

# help and manual page say the same
if command -v mandoc >/dev/null; then
	result "manual page: mandoc -T lint" \
		"$(mandoc -T lint "$tools"/man/*.8 2>&1 | grep -v 'mandoc.db\|Xr')"
else
	skip "manual page: mandoc -T lint" "no mandoc"
fi
commands=$("$tool" -h | sed -n '/^commands:/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p')
for command in "" $commands; do
	# shellcheck disable=SC2086 # none or one
	"$tool" $command -h
done | grep -o -- '^  --[a-z-]*' | sed 's/^  --//' | sort -u >"$work/help"
grep -oh 'Fl -[a-z][a-z-]*\|| -[a-z][a-z-]*' "$tools"/man/*.8 | sed 's/.* -//' |
	sort -u >"$work/man"
result "manual page: the options that --help shows" "$(diff "$work/help" "$work/man")"
echo "$commands" | tr ' ' '\n' | sort -u >"$work/help"
grep -o '^\.\(It \)\{0,1\}Cm [a-z]*' "$tools/man/numalens.8" | sed 's/.*Cm //' | sort -u >"$work/man"
result "manual page: the commands that --help shows" "$(diff "$work/help" "$work/man")"
sed -n '/^\.It Cm/s/^\.It Cm \([a-z]*\).*/\1/p' "$tools/man/numalens.8" | sort -u >"$work/man"
result "manual page: every command is described" "$(diff "$work/help" "$work/man")"
for command in list show touch migrations threads domains io; do
	"$tool" $command -h | tr '\n' ' ' |
		sed 's/with --by, columns: //; s/.*columns: //; s/,//g' | tr -s ' ' '\n' |
		grep . | sort -u >"$work/help"
	sed -n "/^\.It Cm $command/,/^\.It Cm/p" "$tools/man/numalens.8" |
		sed -n '/Fl -columns/,/^\.It/s/^\.Li //p' | sed 's/[,.;]//g' | tr -s ' ' '\n' |
		grep . | sort -u >"$work/man"
	result "manual page: the columns of $command" "$(diff "$work/help" "$work/man" 2>&1)"
done
