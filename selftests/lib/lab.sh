# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Tests of "numalens lab": an experiment is held at the end of each of its phases,
# and the kernel asked where the pages are. For sourcing, in selftests/, after
# lib/ktap.sh; lab_init comes first, lab_exit last, in a trap.

# shellcheck source=selftests/lib/nodes.sh
. lib/nodes.sh

tool=../tools/numalens
root=/sys/kernel/numalens
balancing=/proc/sys/kernel/numa_balancing
weights=/sys/kernel/mm/mempolicy/weighted_interleave
base=$(getconf PAGESIZE)
patience=$((400 * ${NUMALENS_PATIENCE:-1}))

# lab_init: finds the first and the last node with memory and CPUs, and switches NUMA
# balancing on, to see that the lab puts it back
lab_init()
{
	[ "$(id -u)" = 0 ] || skip_all "needs root"
	[ -e "$root/abi_version" ] || skip_all "numalens is not loaded"
	[ -x "$tool" ] || skip_all "$tool was not built"
	[ -e "$balancing" ] || skip_all "the kernel has no NUMA balancing"
	nodes_with_cpus
	# A lab that is gone has closed its messages, which is where it is found out.
	trap '' PIPE
	scratch=$(mktemp -d)
	lab=
	nr_watched=$(cat "$root/nr_watched")
	old_balancing=$(cat "$balancing")
	echo 1 >"$balancing"
	old_weights=$(weights_now)
}

lab_exit()
{
	exec 3>&-
	[ -z "$lab" ] || kill "$lab" 2>/dev/null
	echo "$old_balancing" >"$balancing"
	rm -rf "$scratch"
}

# begin NAME COMMAND...: run an experiment, by a command that is put before it
begin()
{
	local name=$1

	shift
	# One that a failure left.
	exec 3>&- 4<&-
	[ -z "$lab" ] || wait "$lab"
	rm -f "$scratch/input" "$scratch/messages"
	mkfifo "$scratch/input" "$scratch/messages"
	: >"$scratch/errors"
	"$@" "$tool" lab run --hold "$name" <"$scratch/input" >"$scratch/out" \
		2>"$scratch/messages" &
	lab=$!
	exec 3>"$scratch/input" 4<"$scratch/messages"
	holds=0
}

# at_end_of PHASE: lets it go on until there
at_end_of()
{
	[ "$holds" = 0 ] || echo >&3
	holds=1
	while read -r -t "$patience" text <&4; do
		echo "$text" >>"$scratch/errors"
		[[ $text == *" end of \"$1\", held:"* ]] && return
		[[ $text == *" end of \""*"\", held:"* ]] && echo >&3
	done
	echo "# it never came to the end of \"$1\""
	sed 's/^/# /' "$scratch/out" "$scratch/errors"
	return 1
}

pid_of()
{
	[[ $text =~ \ $1\ \(pid\ ([0-9]+)\) ]] && echo "${BASH_REMATCH[1]}"
}

# end_of_lab STATUS VERDICT
end_of_lab()
{
	local code

	exec 3>&-
	timeout "$patience" cat <&4 >>"$scratch/errors" || kill -KILL "$lab"
	wait "$lab"
	code=$?
	lab=
	equal "exit status" "$code" "$1" &&
		equal verdict "$(sed -n 's/^verdict  *//p' "$scratch/out")" "$2" && return
	sed 's/^/# /' "$scratch/out" "$scratch/errors"
	return 1
}

# The kernel goes back to weights of its own choice only where it knows bandwidths.
weights_now()
{
	local files=("$weights"/node*)

	grep -qs . /sys/devices/system/node/node*/access*/initiators/read_bandwidth &&
		files+=("$weights"/auto)
	head "${files[@]}" 2>/dev/null
}

# put_back: what every experiment changes is as it was
put_back()
{
	equal numa_balancing "$(cat "$balancing")" 1 &&
		equal "weights of interleaving" "$(weights_now)" "$old_weights" &&
		equal nr_watched "$(cat "$root/nr_watched")" "$nr_watched"
}

# areas PROCESS PAGES PERMS: the lines of numa_maps of the VMAs of that size
areas()
{
	local pid start range perms rest line maps numa_maps size=$(($2 * base))
	local -A lines

	pid=$(pid_of "$1") || return
	# In one piece: a line that is sought back to may be another one by then.
	numa_maps=$(cat "/proc/$pid/numa_maps")
	maps=$(cat "/proc/$pid/maps")
	while read -r start line; do
		lines[$start]=$line
	done <<<"$numa_maps"
	while read -r range perms rest; do
		start=${range%-*}
		if [ "$perms" = "$3" ] && [[ $rest != *\[* ]] &&
		   ((0x${range#*-} - 0x$start == size)); then
			echo "$start ${lines[$start]}"
		fi
	done <<<"$maps"
}

# places PROCESS PAGES PERMS: "NEAR+FAR" pages of each of them, in order
places()
{
	local line near far

	while read -r line; do
		near=0
		far=0
		[[ $line =~ \ N$first=([0-9]+) ]] && near=${BASH_REMATCH[1]}
		[[ $line =~ \ N$last=([0-9]+) ]] && far=${BASH_REMATCH[1]}
		[ -n "$line" ] && echo "$near+$far"
	done <<<"$(areas "$@")" | sort | tr '\n' ' '
}

# lies PHASE PROCESS PAGES PERMS PLACE...: at its end
lies()
{
	local phase=$1 process=$2 pages=$3 perms=$4

	shift 4
	at_end_of "$phase" || return
	equal "$process at the end of \"$phase\"" "$(places "$process" "$pages" "$perms")" "$* " &&
		return
	areas "$process" "$pages" "$perms" | sed 's/^/# /'
	return 1
}

vmstat()
{
	sed -n "s/^$1 //p" /proc/vmstat
}

# at_least WHAT SEEN TRUTH
at_least()
{
	[ "$2" -ge "$3" ] && return
	echo "# $1: $2, should be at least $3"
	return 1
}
