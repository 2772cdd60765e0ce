# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # scratch is lib/lab.sh's
#
# What an experiment of "numalens lab" has said, and what comes after it: for sourcing,
# after lib/lab.sh.

# says TEXT: a pattern, wherever lines are broken
says()
{
	tr -s ' \n' ' ' <"$scratch/out" | grep -qe "$1" && return
	echo "# it does not say: $1"
	sed 's/^/# /' "$scratch/out" "$scratch/errors"
	return 1
}

# wait_for COMMAND...: what comes by itself
wait_for()
{
	local i

	for ((i = 0; i < 240 * ${NUMALENS_PATIENCE:-1}; i++)); do
		"$@" && return
		sleep 0.5
	done
	echo "# it never came: $*"
	return 1
}
