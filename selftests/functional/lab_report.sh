#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens lab run --report" leaves a page and a record of what has just been
# run; and that it can't is said before anything runs. How a page looks, and what
# damaged records become, is tested without a guest: tools/tests.
#
# Oracles: the kernel's files of nodes, the record that --json prints, and the
# module's count of processes that were watched.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
root=/sys/kernel/numalens
nodes=/sys/devices/system/node
tool=../tools/numalens

[ -e "$root" ] || skip_all "numalens is not loaded"
command -v python3 >/dev/null || skip_all "needs python3"
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
report=$scratch/report

# The page as a reader sees it: a line for each of its texts.
texts()
{
	python3 -c 'import sys, xml.etree.ElementTree as tree
for text in tree.parse(sys.argv[1]).getroot().itertext():
	print(" ".join(text.split()))' "$report/report.html"
}

# Whatever becomes of the experiment on this machine, it has a page.
leaves()
{
	local status

	"$tool" lab run --json --report "$report" first-touch >"$scratch/json" 2>"$scratch/errors"
	status=$?
	case $status in
	0 | 1 | 3) ;;
	*) equal "exit status" "$status" "0, 1 or 3" || return 1 ;;
	esac
	grep -q "the report is $report/report.html" "$scratch/errors" || {
		sed 's/^/# /' "$scratch/errors"
		return 1
	}
	equal files "$(cd "$report" && echo .??* *)" ".??* lab.json report.html"
}

is_the_record()
{
	diff "$scratch/json" <(cat "$report/lab.json"; echo) | head -n 10 | sed 's/^/# /'
	return "${PIPESTATUS[0]}"
}

shows_machine()
{
	local node

	texts >"$scratch/texts" || return 1
	for node in "$nodes"/node[0-9]*; do
		grep -qx "node ${node##*node}" "$scratch/texts" || { echo "# no ${node##*/}"; return 1; }
		[ -z "$(cat "$node/cpulist")" ] || grep -qx "$(cat "$node/cpulist")" "$scratch/texts" ||
			{ echo "# no CPUs of ${node##*/}"; return 1; }
	done
	grep -qx "$(uname -r)" "$scratch/texts" || { echo "# no kernel"; return 1; }
}

shows_verdict()
{
	local verdict

	verdict=$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["experiments"][0]["verdict"])' "$scratch/json") || return 1
	grep -q "^1 $verdict\$" "$scratch/texts" || { echo "# no \"1 $verdict\""; return 1; }
}

# Nothing is printed of an experiment, so that none has begun.
refuses()
{
	"$tool" lab run --report "$1" first-touch >"$scratch/out" 2>"$scratch/errors"
	equal "exit status" "$?" 1 || return 1
	equal output "$(cat "$scratch/out")" "" || return 1
	grep -q "$2" "$scratch/errors" || { sed 's/^/# /' "$scratch/errors"; return 1; }
}

unwatched()
{
	equal nr_watched "$(cat "$root/nr_watched")" "$before"
}

echo "TAP version 13"
echo "1..7"
before=$(cat "$root/nr_watched")
result "a page and a record are left" leaves
result "the record is what --json prints" is_the_record
result "the page shows the nodes, their CPUs and the kernel" shows_machine
result "the page shows the verdict" shows_verdict
result "a directory that is a file is refused first" refuses "$scratch/json" "Not a directory"
result "a directory in none is refused first" refuses "$scratch/none/report" "can't make the directory"
result "nothing is left watched" unwatched
finish
