# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# To wait for what comes in its own time, two minutes or more: for sourcing.

tries=$((240 * ${NUMALENS_PATIENCE:-1}))

# wait_for COMMAND...
wait_for()
{
	local i

	for ((i = 0; i < tries; i++)); do
		"$@" && return
		sleep 0.5
	done
	echo "# it never came: $*"
	return 1
}
