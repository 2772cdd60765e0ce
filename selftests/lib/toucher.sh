# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# workloads/toucher for tests in shell: for sourcing, in selftests/.

# shellcheck disable=SC2034,SC2154 # pid and addr are for the test, toucher_under is from it

# toucher_start DIRECTORY PAGES FIRST LAST: sets pid and addr, in hex; each "echo >&3"
# lets it take the next step, which "read -r _ <&4" waits for. The array toucher_under
# is a command that starts it, if it is set
toucher_start()
{
	local directory=$1

	shift
	rm -f "$directory"/in "$directory"/out
	mkfifo "$directory/in" "$directory/out"
	"${toucher_under[@]}" workloads/toucher "$@" <"$directory/in" >"$directory/out" &
	pid=$!
	exec 3>"$directory/in" 4<"$directory/out"
	echo >&3
	read -r addr <&4
}
