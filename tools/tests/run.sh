#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Test the tool without the module: trees made from tests/trees, hostile ones,
# and a stand-in for the module's writes. Prints TAP; exits 1 if a test failed.
#
#	UPDATE=1 tests/run.sh	rewrite tests/expect; read the diff before you commit it
#
# Oracles: the numbers in the trees were worked out by hand (see their
# comments), mktree.py packs snapshots from the C header without a compiler,
# captured trees hold what the kernel itself said (numa_maps, debugfs) beside
# what the module said, and python3 parses the JSON.

here=$(cd "$(dirname "$0")" && pwd)
tools=$(dirname "$here")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
nr=0
failed=0
LC_ALL=C.UTF-8
export LC_ALL
unset NO_COLOR

bail()
{
	echo "Bail out! $*"
	exit 1
}

command -v python3 >/dev/null || { echo "1..0 # SKIP needs python3"; exit 0; }
make -s -C "$tools" numalens >&2 || bail "numalens does not build"
plain=$tools/numalens
if make -s -C "$tools" numalens-asan >&2; then
	tool=$tools/numalens-asan
else
	echo "# no sanitizers here: hostile input is tested without them"
	tool=$plain
fi

ok()
{
	nr=$((nr + 1))
	echo "ok $nr - $1"
}

not_ok()
{
	nr=$((nr + 1))
	failed=$((failed + 1))
	echo "not ok $nr - $1"
	shift
	for text; do
		printf '%s\n' "$text" | sed 's/^/# /'
	done
}

skip()
{
	nr=$((nr + 1))
	echo "ok $nr - $1 # SKIP $2"
}

# result NAME EMPTY-IF-GOOD
result()
{
	if [ -z "$2" ]; then ok "$1"; else not_ok "$1" "$2"; fi
}

# tree NAME: make trees/NAME.tree once, print where it is
tree()
{
	if [ ! -d "$work/$1" ]; then
		python3 "$here/mktree.py" "$here/trees/$1".tree* "$work/$1" >&2 ||
			bail "tree $1 can't be made"
	fi
	echo "$work/$1"
}

# golden NAME TREE ARGUMENT...: all output and the exit status are as in
# expect/NAME, and no line of text is wider than 80 columns, but for those that
# are to be copied to QEMU's command line, which can't be broken, and metrics
golden()
{
	name=$1
	root=$(tree "$2")
	shift 2
	"$tool" --sysroot "$root" "$@" >"$work/out" 2>"$work/err"
	status=$?
	{
		echo "\$ numalens $*"
		sed "s|$work/||g" "$work/out"
		sed "s|$work/||g; s|^|stderr: |" "$work/err"
		echo "exit $status"
	} >"$work/got"
	[ -z "$UPDATE" ] || cp "$work/got" "$here/expect/$name"
	result "$name: as expected" "$(diff -u "$here/expect/$name" "$work/got" 2>&1)"
	case " $* " in
	*" --json "* | *" --csv "* | *" export "*) ;;
	*)	wide=$(python3 -c 'import sys
for line in open(sys.argv[1], encoding="utf-8"):
	if len(line.rstrip("\n")) > 80 and not line.startswith("  -object "): print(line, end="")' "$work/out")
		result "$name: at most 80 columns" "$wide" ;;
	esac
}

# json NAME TREE EXPRESSION ARGUMENT...: the output parses, and holds of d
json()
{
	name=$1
	root=$(tree "$2")
	expression=$3
	shift 3
	"$tool" --sysroot "$root" --json "$@" >"$work/out" 2>"$work/err"
	result "$name" "$(python3 -c 'import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
if d["schema"] != "numalens/1" or d["command"] != sys.argv[3]: print("schema or command")
if not eval(f"({sys.argv[2]})"): print("is false:", sys.argv[2])' \
		"$work/out" "$expression" "$1" 2>&1)"
}

# fails NAME STATUS TEXT ROOT ARGUMENT...: exits so, says so, and nothing else breaks
fails()
{
	name=$1
	want=$2
	text=$3
	root=$4
	shift 4
	timeout 60 "$tool" --sysroot "$root" "$@" >"$work/out" 2>"$work/err"
	status=$?
	bad=
	[ $status -eq "$want" ] || bad="exit $status, not $want"
	[ -z "$text" ] || grep -q -- "$text" "$work/err" || bad="$bad; no \"$text\""
	! grep -q 'Sanitizer\|runtime error' "$work/err" || bad="$bad; sanitizer"
	[ -z "$bad" ] || bad="$bad
$(cat "$work/err")"
	result "$name" "$bad"
}

# hostile NAME STATUS TEXT ARGUMENTS DESCRIPTION: the two-node tree, or $base, with a change
hostile()
{
	rm -rf "$work/hostile"
	printf 'include %s.tree\n%b\n' "${base:-two-nodes}" "$5" |
		python3 "$here/mktree.py" - "$work/hostile" || bail "$1"
	# shellcheck disable=SC2086 # words
	fails "hostile: $1" "$2" "$3" "$work/hostile" $4
}

# shimmed VARIABLE... -- ARGUMENT...: run with the stand-in for the module
shimmed()
{
	set -- "$@"
	vars=
	while [ "$1" != -- ]; do
		vars="$vars $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # words
	env $vars LD_PRELOAD="$work/shim.so" "$plain" "$@" >"$work/out" 2>"$work/err"
	status=$?
}

# said FILE TEXT: complain unless it is there
said()
{
	grep -q -- "$2" "$work/$1" || echo "no \"$2\" in: $(cat "$work/$1")"
}

for part in "$here"/part-*.sh; do
	# shellcheck disable=SC1090 # the parts beside this script
	. "$part"
done

echo "1..$nr"
[ $failed -eq 0 ]
