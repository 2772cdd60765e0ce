#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2016,SC2317 # an inner shell expands; called by result
#
# The others here find what they look for: a test that says something else when it is
# watched fails; what is another by itself is left out; what numalens has not seen, or
# the kernel complains of, is a failure.
#
# Oracle: commands that are made to do so.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/upstream.sh
. lib/upstream.sh

touching='head -c 1M /dev/zero | tail -c 1 >/dev/null; '

# tells PATTERN NAME KEY COMMAND: what "upstream" says of it
tells()
{
	local pattern=$1 said
	shift

	said=$(number=0; upstream "$1" "$2" bash -c "$touching$3")
	grep -q "$pattern" <<<"$said" && return
	echo "# it does not say: $pattern"
	quote <<<"$said"
	return 1
}

prepare()
{
	:
}

upstream_begin mm
result "the same" tells '^ok 1 same$' same "" 'echo "ok 1 it"'
result "another result" tells '^not ok 1 result' result "" \
	'[ ! -e /sys/kernel/numalens ] || echo -n "not "; echo "ok 1 it"'
result "now so, now otherwise" tells '^ok 2 wavers # SKIP.*ok 1 [0-9]' wavers "" \
	'echo "ok 1 $RANDOM$RANDOM"'
result "not seen" tells '^not ok 1 unseen' unseen migrations.reasons.memory_failure 'true'
# What is said to have failed is no complaint where all is looked at, and one here.
complaints+='|numalens-tests: seeded'
known='numalens-tests: begin'
result "the kernel complains" tells '^not ok 1 complains' complains "" \
	'[ ! -e /sys/kernel/numalens ] || echo "numalens-tests: seeded" >/dev/kmsg'
upstream_finish
