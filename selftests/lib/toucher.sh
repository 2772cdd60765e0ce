# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# workloads/toucher for tests in shell: for sourcing, in selftests/.

# shellcheck disable=SC2034 # pid and addr are the test's

# toucher_start DIRECTORY PAGES FIRST LAST: sets pid and addr, in hex; each "echo >&3"
# lets it take the next step, which "read -r _ <&4" waits for
toucher_start()
{
	local directory=$1

	shift
	rm -f "$directory"/in "$directory"/out
	mkfifo "$directory/in" "$directory/out"
	workloads/toucher "$@" <"$directory/in" >"$directory/out" &
	pid=$!
	exec 3>"$directory/in" 4<"$directory/out"
	echo >&3
	read -r addr <&4
}
