# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The outcome of a test that is not ours, and whether watching it makes another of it:
# for sourcing. An outcome is a file of lines, each a verdict of the test's: its exit
# status, the results of its cases. A verdict that changes from run to run by itself is
# told from one that is changed.

export LC_ALL=C

# outcome STATUS <OUTPUT: without addresses, times, and dots while something is waited
# for, which are others each time
outcome()
{
	{
		echo "exit status $1"
		tr '\r' '\n' | sed -E '
			s/\x1b\[[0-9;]*m//g
			s/0x[0-9a-f]+/0x~/g
			s/\.{3,}/.../g
			s/[0-9.]+ ?(ns|us|ms|s|sec|secs|seconds)\b/~/g' |
			grep -aE '^[# ]*(not )?ok [0-9]|\b(OK|Fail|FAIL|FAILED|PASS|PASSED|Skip|SKIP|SKIPPED)\b'
	} | sort -u
}

# in_all OUTCOME...: the verdicts that all have
in_all()
{
	sort "$@" | uniq -c | awk -v all=$# '$1 == all { sub(/^ *[0-9]+ /, ""); print }'
}

# wavering OUTCOME...: those that only some have
wavering()
{
	comm -13 <(in_all "$@") <(sort -u "$@")
}

# strange WATCHED ALONE...: what of an outcome no run alone had, behind +, and what all
# had and it lacks, behind -
strange()
{
	local watched=$1

	shift
	comm -13 <(sort -u "$@") "$watched" | sed 's/^/+ /'
	comm -23 <(in_all "$@") "$watched" | sed 's/^/- /'
}

# judge DIRECTORY: prints same, once or changed, for the outcomes alone.* and watched.*
# in it, and what is strange. What one of several watched runs had may be chance; what
# two had, and none alone, is not.
judge()
{
	local watched word=same

	for watched in "$1"/watched.?; do
		strange "$watched" "$1"/alone.?
	done | sort | uniq -c | sort -k 2 >"$1/strange"
	[ ! -s "$1/strange" ] || word=once
	! awk '$1 > 1 { found = 1 } END { exit !found }' "$1/strange" || word=changed
	echo "$word"
}
