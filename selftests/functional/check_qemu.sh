#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens check" on guests of a real QEMU, paused, of two cells: it finds wrong
# just the cells that are, says why, and the lines that it prints put it right.
#
# Oracles: numa_maps says where pages are, QEMU's monitor (gpa2hva) which memory
# is whose cell's, the names that QEMU gives its threads which vCPU they are.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/wait.sh
. lib/wait.sh
# shellcheck source=selftests/lib/check.sh
. lib/check.sh
mib=16	# of each cell

stop_guest()
{
	[ -n "$pid" ] || return
	kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	exec 3>&-
	pid=
}

# start_guest BACKEND BACKEND OPTION...: QEMU's own threads run on the first node
start_guest()
{
	local first_cell=$1 second_cell=$2 second

	shift 2
	pages=$((mib * 1024 * 1024 / base))
	second=$(printf '0x%x' $((mib * 1024 * 1024)))
	stop_guest
	rm -f "$scratch"/input "$scratch"/monitor
	cells=()
	mkfifo "$scratch/input"
	taskset -c "$first_cpus" qemu-system-x86_64 -S -nodefaults -display none \
		-accel tcg,thread=multi,tb-size=16 -m $((2 * mib)) -smp 2,sockets=2 \
		-object "$first_cell,id=ram0,size=${mib}M,prealloc=on" \
		-object "$second_cell,id=ram1,size=${mib}M,prealloc=on" \
		-numa node,nodeid=0,cpus=0,memdev=ram0 -numa node,nodeid=1,cpus=1,memdev=ram1 \
		-monitor stdio "$@" <"$scratch/input" >"$scratch/monitor" 2>"$scratch/errors" &
	pid=$!
	exec 3>"$scratch/input"
	printf 'gpa2hva 0x100000\ngpa2hva %s\n' "$second" >&3
	wait_for knows_addresses "$second" && [ -n "${cells[1]}" ] && look && return
	sed 's/^/# /' "$scratch/errors"
	return 1
}

# wrong_cells NODE NODE: those that do not lie all on the node that is given for each
wrong_cells()
{
	[ "$(on_node 0 "$1")" = "$pages" ] || echo "cell 0"
	[ "$(on_node 1 "$2")" = "$pages" ] || echo "cell 1"
}

# check OPTION...
check()
{
	judge "$pid" "$@"
}

# agrees NODE NODE: check, of cells that should be there, and numa_maps
agrees()
{
	local truth

	truth=$(wrong_cells "$1" "$2")
	check --cell "0=$1" --cell "1=$2"
	finds "$truth" && exits "$([ -z "$truth" ]; echo $?)"
}

agrees_both()
{
	agrees "$first" "$last" && agrees "$last" "$first"
}

no_policy()
{
	start_guest memory-backend-ram memory-backend-ram -name t,debug-threads=on \
		-qmp "unix:$scratch/qmp,server=on,wait=off" || return 1
	lie "$first" "$first" && agrees_both && says 'policy missing' || return 1
	# Nothing but their order tells one cell's memory from the other's.
	check --cell "0=$last"
	says "$(printf '%x-' $((0x${cells[0]} - 0x100000)))" || return 1
	check --cell "1=$last"
	says "${cells[1]}-"
}

asks_qemu()
{
	check --json --vcpu-local
	says '"vcpus_known_by": "QMP"' &&
		says "\"vcpu\": 0, \"cell\": 0, \"tid\": $(tid_of 0) " &&
		says "\"vcpu\": 1, \"cell\": 1, \"tid\": $(tid_of 1) "
}

bound()
{
	start_guest "memory-backend-ram,host-nodes=$first,policy=bind" \
		"memory-backend-ram,host-nodes=$last,policy=bind" -name t,debug-threads=on ||
		return 1
	lie "$first" "$last" && agrees_both && says 'policy wrong'
}

# vCPU 1 has been where QEMU was started: across from its cell's memory.
across()
{
	check
	exits 1 && finds "vCPU 1" && says "thread $(tid_of 1) may run"
}

pinned()
{
	apply taskset || return 1
	equal "CPUs of vCPU 1" "$(cpus_of "$(tid_of 1)")" "$last_cpus" || return 1
	check
	exits 0 || return 1
	check --vcpu-local
	exits 0
}

pages_moved()
{
	move "$first" "$last"
	lie "$last" "$last" || return 1
	check --cell "0=$first"
	exits 1 && says 'policy right, pages wrong' || return 1
	# The other cell's memory would come along.
	says 'migratepages could move' && agrees_both
}

moved_back()
{
	check --cell "0=$first" --cell "1=$first"
	apply migratepages || return 1
	look
	lie "$first" "$first" || return 1
	check --cell "0=$first" --cell "1=$first"
	exits 0
}

crossed()
{
	# Shared memory has no huge pages here, and is slow to fill.
	mib=4 start_guest "memory-backend-memfd,host-nodes=$last,policy=bind" \
		"memory-backend-memfd,host-nodes=$first,policy=bind" || return 1
	lie "$last" "$first" && agrees_both
}

no_threads()
{
	check --vcpu-local
	exits 1 && says 'which threads they are is not known'
}

lie_half()
{
	local here there

	here=$(on_node "$1" "$first")
	there=$(on_node "$1" "$last")
	equal "pages of cell $1" $((here + there)) "$pages" || return 1
	((here - there <= pages / 50 && there - here <= pages / 50)) && return
	echo "# cell $1: $here and $there pages"
	return 1
}

interleaved()
{
	local option="host-nodes=$first,host-nodes=$last,policy=interleave"

	start_guest "memory-backend-ram,$option" "memory-backend-ram,$option" \
		-name t,debug-threads=on || return 1
	lie_half 0 && lie_half 1 && agrees_both || return 1
	check --cell "0=$first,$last" --cell "1=$first,$last" --policy interleave --tolerance 5
	exits 0 || return 1
	move "$last" "$first"
	lie "$first" "$first" || return 1
	check --cell "0=$first,$last" --policy interleave --tolerance 5
	exits 1 && says 'wrong cell 0: uneven'
}

preferred()
{
	start_guest "memory-backend-ram,host-nodes=$last,policy=preferred" memory-backend-ram \
		-name t,debug-threads=on || return 1
	lie "$last" "$first" && agrees_both || return 1
	check --cell "0=$first" --policy preferred
	exits 0 && says 'warning cell 0: .* outside'
}

hugetlb()
{
	local backend=memory-backend-memfd,hugetlb=on,hugetlbsize=2M

	start_guest "$backend,host-nodes=$first,policy=bind" \
		"$backend,host-nodes=$last,policy=bind" || return 1
	lie "$first" "$last" && agrees_both
}

# Its file is found by where the symbolic link leads to.
dimm()
{
	local line

	mkdir "$scratch/real"
	ln -s real "$scratch/link"
	start_guest "memory-backend-ram,host-nodes=$first,policy=bind" \
		"memory-backend-ram,host-nodes=$first,policy=bind" -m slots=1,maxmem=1G \
		-object "memory-backend-file,id=dimm,size=${mib}M,share=on,prealloc=on,mem-path=$scratch/link/dimm,host-nodes=$last,policy=bind" \
		-device pc-dimm,id=d0,memdev=dimm,node=1 -name t,debug-threads=on || return 1
	lie "$first" "$first" || return 1
	line=$(grep " file=$scratch/real/dimm " "/proc/$pid/numa_maps")
	[[ $line == *" N$last=$pages "* ]] || { echo "# the DIMM: $line"; return 1; }
	check
	exits 0 || return 1
	check --cell "0=$first" --cell "1=$first"
	finds "d0 in cell 1" && exits 1 && says 'policy wrong' || return 1
	check --cell "0=$first" --cell "1=$last"
	finds "cell 1" && exits 1
}

refused()
{
	local gone

	sleep 0 &
	gone=$!
	wait "$gone"
	refuses 4 "no such process: $gone" "$gone" --nodes "$first" &&
		refuses 4 "kernel thread" 2 --nodes "$first" &&
		refuses 2 "no process of QEMU's" $$ --cell "0=$first" &&
		refuses 2 "what should hold" $$ &&
		refuses 2 "no cell 2" "$pid" --cell "2=$first"
}

# It ends before, in or after the check: there is a verdict or none, and no watch.
ends_midway()
{
	local i victim code

	for i in 0 0.02 0.05; do
		sleep "$i" &
		victim=$!
		"$tool" check --nodes "$first" "$victim" >"$scratch/out" 2>"$scratch/errors"
		code=$?
		wait "$victim"
		case $code in
		0|1)	says 's it should be' || return 1 ;;
		4)	grep -q "no such process\|has exited" "$scratch/errors" || { show; return 1; } ;;
		*)	echo "# exit status $code"; show; return 1 ;;
		esac
	done
	no_watch_left
}

end()
{
	stop_guest
	end_checks
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/abi_version ] || skip_all "numalens is not loaded"
[ -x $tool ] || skip_all "$tool was not built"
command -v qemu-system-x86_64 >/dev/null ||
	skip_all "qemu-system-x86_64 is not installed (qemu-system-x86)"
command -v migratepages >/dev/null || skip_all "migratepages is not installed (numactl)"
need_two_nodes

begin_checks
trap end EXIT

echo "TAP version 13"
echo "1..15"
result "without a policy" no_policy
result "QEMU tells which threads its vCPUs are" asks_qemu
result "bound, each cell to its node" bound
result "a vCPU across from its memory" across
result "the line that pins it" pinned
result "a policy that is right, pages that are not" pages_moved
result "the line that moves them back" moved_back
result "bound, crossed, memfd" crossed
result "vCPUs that nothing tells" no_threads
result "interleaved" interleaved
result "preferred" preferred
result "memory that is plugged in, in a file" dimm
result "what can't be judged" refused
result "a process that ends midway" ends_midway
echo $((nr_huge_first + mib / 2)) >"$huge_first"
echo $((nr_huge_last + mib / 2)) >"$huge_last"
if [ "$(cat "$huge_first")" = $((nr_huge_first + mib / 2)) ] &&
   [ "$(cat "$huge_last")" = $((nr_huge_last + mib / 2)) ]; then
	result "bound, hugetlb" hugetlb
else
	number=$((number + 1))
	echo "ok $number bound, hugetlb # SKIP no free huge pages"
fi
finish
