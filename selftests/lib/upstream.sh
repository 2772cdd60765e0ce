# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A test of the kernel's own tree is run alone, twice, and watched by numalens with all
# that it forks: its outcome has to be the same, the kernel has nothing to complain of,
# and numalens has seen it. For sourcing, after lib/ktap.sh.
#
# Alone, numalens is not even loaded. Watched, all is scanned as often as may be, and
# events are counted.

# shellcheck source=selftests/lib/outcome.sh
. lib/outcome.sh
# shellcheck source=selftests/vm/klog.sh
. vm/klog.sh

root=/sys/kernel/numalens
tool=$PWD/../tools/numalens
module=${NUMALENS_KO:-../numalens.ko}
refresh_ms=50
limit=240	# seconds of a run
place=''	# where the runs of a test leave what they say

load()
{
	[ -e $root ] || insmod "$module" || return
	echo "$refresh_ms" >$root/refresh_ms
}

unload()
{
	[ ! -e $root ] || rmmod numalens
}

# What a run finds, as the one before it did. Tests may have more to prepare.
prepare()
{
	echo 3 >/proc/sys/vm/drop_caches
	echo 1 >/proc/sys/vm/compact_memory
}

# upstream_begin DIRECTORY: of the kernel's tests, where they are run. Before 6.3, mm was
# called vm.
upstream_begin()
{
	tests=$(realpath "${NUMALENS_UPSTREAM:-..}/$1")
	[ "$1" != mm ] || [ -d "$tests" ] || tests=${tests%mm}vm
	[ "$(id -u)" = 0 ] || skip_all "needs root"
	[ -d "$tests" ] || skip_all "the kernel's own tests of $1 are not here (make upstream)"
	[ -x "$tool" ] || skip_all "$tool was not built"
	load || skip_all "numalens can't be loaded"
	[ "$(cat $root/nr_watched)" = 0 ] || skip_all "somebody watches something"
	where=$tests
	kept=${NUMALENS_OUT:-$(mktemp -d)}/upstream
	# Whoever comes next finds it loaded, as we have.
	trap load EXIT
	echo "TAP version 13"
}

upstream_finish()
{
	echo "1..$number"
	finish
}

# run alone|watched N COMMAND...: its outcome is $place/alone.N. What a test that failed
# leaves behind may go round for ever.
run()
{
	local file=$place/$1.$2 watch=()

	[ "$1" = alone ] || watch=("$tool" run --json -o "$file.json" --)
	shift 2
	prepare
	klog_mark "begin $file"
	# shellcheck disable=SC2016 # the inner shell expands
	(cd "$where" && setsid --wait sh -c 'echo $$ >"$0"; exec "$@"' "$file.session" \
		"${watch[@]}" timeout -k 5 "$limit" "$@") </dev/null >"$file.log" 2>&1
	outcome $? <"$file.log" >"$file"
	pkill -KILL -s "$(cat "$file.session")"
	klog_complaints "begin $file" >"$file.klog"
	[ ! -e $root ] || grep -H . $root/nr_watched $root/nr_missed >"$file.left"
}

run_alone()
{
	unload && run alone "$@"
}

run_watched()
{
	load && run watched "$@"
}

# run_all COMMAND...: sets verdict
run_all()
{
	local i

	run_alone 1 "$@"
	run_alone 2 "$@"
	run_watched 1 "$@"
	verdict=$(judge "$place")
	[ "$verdict" != same ] || return
	for i in 2 3 4; do
		run_watched "$i" "$@"
	done
	for i in 3 4 5; do
		run_alone "$i" "$@"
	done
	verdict=$(judge "$place")
	# What fails by chance, as tests do that wait for moments, need not have done so yet.
	for i in 6 7 8 9; do
		[ "$verdict" != changed ] || run_alone "$i" "$@"
	done
	load
	verdict=$(judge "$place")
}

# account FILE KEY: what was counted under a key, as migrations.reasons.move_pages; of what
# was forked, how many processes there were, how many of them were scanned, how many pages
# they touched first; and how many times the largest was scanned
account()
{
	python3 -c 'import json, sys
def total(value):
    if isinstance(value, dict):
        value = list(value.values())
    return sum(map(total, value)) if isinstance(value, list) else value
account = value = json.load(open(sys.argv[1]))
forked = [p for p in account["processes"] if p["parent"]]
for key in filter(None, sys.argv[2].split(".")):
    value = value[key]
print(total(value) if sys.argv[2] else len(forked), len(forked),
      sum(p["resident_pages"] is not None for p in forked),
      sum(p["touched_pages"] or 0 for p in forked),
      (account["placement"] or {}).get("generation", 0))' "$@"
}

# was_seen KEY
was_seen()
{
	local counted processes scanned touched scans

	read -r counted processes scanned touched scans < <(account "$place/watched.1.json" "$1")
	echo "# watched: ${processes:-0} processes, ${scanned:-0} of them scanned, the largest" \
		"$scans times; ${touched:-0} pages touched first${1:+; $1: ${counted:-0}}"
	[ "${counted:-0}" -gt 0 ] && [ "$scanned" -gt 0 ] && [ "$touched" -gt 0 ] && return
	echo "# numalens has not seen it"
	return 1
}

quote()
{
	sed 's/^/#   /' "$@"
}

# is_same VERDICT KEY
# shellcheck disable=SC2317 # called by result
is_same()
{
	if [ "$1" = changed ]; then
		echo "# in so many watched runs, what no run alone had (+) or all had (-):"
		quote "$place/strange"
		return 1
	fi
	if grep -q . "$place"/watched.?.klog; then
		echo "# what the kernel complains of:"
		quote "$place"/watched.?.klog
		return 1
	fi
	if grep -qv ':0$' "$place"/watched.?.left; then
		echo "# still watched, or missed:"
		quote "$place"/watched.?.left
		return 1
	fi
	was_seen "$2"
}

# leave_out NAME WHY [LINES]
leave_out()
{
	number=$((number + 1))
	echo "ok $number $1 # SKIP $2${3:+: ${3//$'\n'/; }}"
}

# What the compiler said of it.
why_not_built()
{
	sed -n "s/^$(basename "$1")\.c:.* error: //p" "$tests/build.log" | head -n 1
}

# What wavers is told of beside what does not.
report()
{
	local name=$1 key=$2 status wavers

	status=$(sed -n 's/^exit status //p' "$place/alone.1")
	echo "# $name: alone exit status $status, verdicts: $(wc -l <"$place/alone.1")"
	if [ "$status" = 4 ] || grep -q '^Test SKIPPED' "$place/alone.1.log"; then
		leave_out "$name" "alone, too" \
			"$(grep -v '^Test SKIPPED' "$place/alone.1.log" | tail -n 1)"
		return
	fi
	case $status in
	0) ;;
	124) name+=", stopped after $limit s" ;;
	*) name+=", which fails alone" ;;
	esac
	[ -z "$(in_all "$place"/alone.?)" ] || result "$name" is_same "$verdict" "$key"
	wavers=$(wavering "$place"/alone.?)
	[ -z "$wavers" ] || leave_out "$name" "alone now so, now otherwise" "$wavers"
	[ "$verdict" != once ] ||
		leave_out "$name" "in one of four watched runs, in none of five alone" \
			"$(sed 's/^ *1 //' "$place/strange")"
}

# upstream NAME KEY COMMAND...: numalens has to have counted something under the key of
# its account, where one is given.
upstream()
{
	local name=$1 key=$2
	shift 2

	if [ ! -e "$tests/$(basename "$1")" ] && [[ $1 = */* ]]; then
		leave_out "$name" "not built" "$(why_not_built "$1")"
		return
	fi
	place=$kept/${name//[^a-zA-Z0-9_]/-}
	mkdir -p "$place"
	run_all "$@"
	report "$name" "$key"
}
