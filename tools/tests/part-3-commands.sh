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
fails "watch without a pid" 2 "no pid is given" "$two" watch
fails "watch of garbage" 2 "\"12x\" is no pid" "$two" watch 12x
fails "watch of a negative number" 2 "" "$two" watch -5
fails "watch of 0" 2 "\"0\" is no pid" "$two" watch 0
fails "unwatch without anything" 2 "either pids or --all" "$two" unwatch
fails "unwatch --all with a pid" 2 "either pids or --all" "$two" unwatch --all 5
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
fails "migrations --follow --json" 2 "neither --json nor --vmas" "$two" migrations --follow --json 900
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
