# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a test that is a script is made of: for sourcing, in selftests/.

number=0
failed=0

# skip_all REASON...: the whole test; kselftest knows the status
skip_all()
{
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit 4
}

# result NAME COMMAND...
result()
{
	local name=$1

	shift
	number=$((number + 1))
	if "$@"; then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		failed=1
	fi
}

# equal WHAT SEEN TRUTH
equal()
{
	[ "$2" = "$3" ] && return
	echo "# $1: $2, should be $3"
	return 1
}

# finish: exit, with the status that kselftest wants
finish()
{
	exit $failed
}
