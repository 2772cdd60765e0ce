#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens io" knows on which nodes devices are, where their interrupts go, and
# what of a process that uses them is elsewhere; its lines bring that there.
#
# Oracles: the serial numbers of the disks, into which QEMU's command line puts
# the node that it gives them; sysfs and /proc/irq; for managed interrupts, that
# the kernel refuses to move them; numa_maps, and the CPUs that a test pins to.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/nodes.sh
. lib/nodes.sh
# shellcheck source=selftests/lib/toucher.sh
. lib/toucher.sh
# shellcheck source=selftests/lib/wait.sh
. lib/wait.sh
root=/sys/kernel/numalens
tool=../tools/numalens
pci=/sys/bus/pci/devices
default=/proc/irq/default_smp_affinity
driver=/sys/bus/virtio/drivers/virtio_blk
pages=16384	# 64 MiB: next to it, programs and libraries are less than a tenth
# disk_of NODE: the one whose serial number has it
disk_of()
{
	local path

	path=$(grep -lx "node$1" /sys/block/vd*/serial 2>/dev/null)
	[ -n "$path" ] || return
	path=${path%/serial}
	echo "${path##*/}"
}

# The names of a disk's virtio device, and of the PCI device below it
virtio_of()
{
	readlink -f "/sys/block/$1" | sed 's|.*/\(virtio[0-9]*\)/.*|\1|'
}

address_of()
{
	readlink -f "/sys/block/$1" | sed 's|.*/\([^/]*\)/virtio[0-9]*/.*|\1|'
}

cpus_of()
{
	cat "/sys/devices/system/node/node$1/cpulist"
}

# io [OPERAND]: what it prints is in out
io()
{
	"$tool" io "$@" >"$scratch/out" 2>"$scratch/errors"
	status=$?
}

show()
{
	sed 's/^/# /' "$scratch/out" "$scratch/errors"
	return 1
}

# exits STATUS: the last one did so
exits()
{
	equal "exit status" "$status" "$1" || show
}

# says TEXT: wherever lines are broken
says()
{
	tr -s ' \n' ' ' <"$scratch/out" | grep -qe "$1" && return
	echo "# it does not say: $1"
	show
}

# says_not TEXT
says_not()
{
	tr -s ' \n' ' ' <"$scratch/out" | grep -qe "$1" || return 0
	echo "# it says: $1"
	show
}

# column ROW NUMBER: of the line that begins with the row's name
column()
{
	awk -v row="$1" -v number="$2" '$1 == row { print $number; exit }' "$scratch/out"
}

# apply COMMAND: run the lines of it that were printed
apply()
{
	local lines

	lines=$(sed -n "s/^  \($1 .*\)/\1/p" "$scratch/out")
	[ -n "$lines" ] || { echo "# no line of $1"; show; return 1; }
	bash -e -c "$lines" >/dev/null
}

# place DISK CPUS: have the interrupts of a disk that can be placed go there
place()
{
	local cpu mask=0 virtio

	virtio=$(virtio_of "$1")
	for cpu in $(seq -s ' ' "${2%-*}" "${2#*-}"); do
		mask=$((mask | 1 << cpu))
	done
	printf '%x\n' "$mask" >"$default"
	echo "$virtio" >"$driver/unbind"
	echo "$virtio" >"$driver/bind"
	echo "$default_mask" >"$default"
	wait_for test -e "/sys/bus/virtio/devices/$virtio/block" || return 1
	own=$(disk_of "$last")
	address=$(address_of "$own")
	irq=$(grep -l "^$(virtio_of "$own")-config$" /sys/kernel/irq/*/actions | sed 's|.*irq/\(.*\)/actions|\1|')
	[ -e "$pci/$address/msi_irqs/$irq" ] || { echo "# interrupt $irq of $address"; return 1; }
}

known_nodes()
{
	local node disk

	io
	exits 0 || return 1
	for node in "$first" "$last"; do
		disk=$(disk_of "$node")
		equal "node of $disk" "$(column "$(address_of "$disk")" 2)" "$node" || show || return 1
	done
}

# Of all that have a driver and are no bridges, at least one is where nobody knows.
all_nodes()
{
	local device node nr_unknown=0

	io
	for device in "$pci"/*; do
		[ -e "$device/driver" ] || continue
		case $(<"$device/class") in 0x06*) continue ;; esac
		node=$(<"$device/numa_node")
		if [ "$node" = -1 ]; then
			node=unknown
			unknown=${device##*/}
			nr_unknown=$((nr_unknown + 1))
		fi
		equal "node of $device" "$(column "${device##*/}" 2)" "$node" || show || return 1
	done
	[ "$nr_unknown" -gt 0 ] || { echo "# all nodes are known"; return 1; }
	io "$unknown"
	exits 3 && says '_PXM' && says 'the node is unknown'
}

# Each is as /proc/irq says, and as the kernel refuses to move it or not.
interrupts()
{
	local path number list managed

	io "$own"
	for path in "$pci/$address"/msi_irqs/*; do
		number=${path##*/}
		list=$(<"/proc/irq/$number/smp_affinity_list")
		equal "CPUs of $number" "$(column "$number" 3)" \
			"$(<"/proc/irq/$number/effective_affinity_list")" || show || return 1
		equal "CPUs that $number may go to" "$(column "$number" 4)" "$list" || show || return 1
		managed=yes
		if echo "$list" 2>/dev/null >"/proc/irq/$number/smp_affinity_list"; then managed=no; fi
		equal "$number is managed" "$(column "$number" 7)" "$managed" || show || return 1
	done
	equal "$irq is managed" "$(column "$irq" 7)" no || show
}

at_home()
{
	place "$own" "$last_cpus" && interrupts || return 1
	equal "place of $irq" "$(column "$irq" 6)" here && exits 0 && says "On node $last:" &&
		says_not 'wrong'
}

elsewhere()
{
	place "$own" "$first_cpus" && interrupts || return 1
	equal "place of $irq" "$(column "$irq" 6)" elsewhere && exits 1 &&
		says "wrong interrupt $irq of $address .* goes to CPUs of node $first" &&
		says "Not on node $last, as the device is: interrupts"
}

# It need not go there before it comes next: the list is what has changed.
moved()
{
	apply echo || return 1
	equal "CPUs of $irq" "$(cat "/proc/irq/$irq/smp_affinity_list")" "$last_cpus" || return 1
	interrupts && equal "CPUs that $irq may go to" "$(column "$irq" 4)" "$last_cpus"
}

# The CPU that it ran on last: no name here has a blank.
cpu_of()
{
	cut -d ' ' -f 39 "/proc/$1/stat"
}

start_user()
{
	place "$own" "$last_cpus" || return 1
	exec 7<"/dev/$own"
	toucher_start "$scratch/toucher" "$pages" "$first" "$last"
	exec 7<&-
	echo >&3
	read -r _ <&4
}

uses()
{
	start_user || return 1
	io "$pid"
	exits 1 && equal "node of $address" "$(column "$address" 2)" "$last" &&
		says "(/dev/$own is open)" && says_not 'memory, MiB' &&
		says "it is not watched; numalens watch $pid" &&
		says "wrong thread $pid (toucher) ran last on node $first" &&
		says "taskset -pc $last_cpus $pid" &&
		says "Not on node $last, as the device is: threads"
}

# By itself: taskset moves none that sleeps before it wakes.
thread_moved()
{
	local cpu

	echo >&3
	read -r _ <&4
	cpu=$(cpu_of "$pid")
	((cpu >= ${last_cpus%-*} && cpu <= ${last_cpus#*-})) || { echo "# CPU $cpu"; return 1; }
	io "$pid"
	exits 0 && says_not 'wrong thread' && says "On node $last: 1 device, .* 1 thread"
}

# on_node NODE: pages, by numa_maps
on_node()
{
	awk -v n="^N$1=" '{ for (i = 1; i <= NF; i++) if ($i ~ n) sum += substr($i, length(n)) }
		END { print sum + 0 }' "/proc/$pid/numa_maps"
}

mostly_on()
{
	local here there

	here=$(on_node "$1")
	there=$(on_node "$2")
	((there * 12 < here)) && return
	echo "# $here pages on node $1, $there on node $2"
	return 1
}

memory_elsewhere()
{
	mostly_on "$first" "$last" || return 1
	echo "$pid" >"$root/watch"
	io "$pid"
	exits 1 && says 'memory, MiB' && says "wrong .* of its memory .* lies on node $first" &&
		says_not 'wrong thread' && says "Not on node $last, as the device is: memory"
}

memory_moved()
{
	apply migratepages && mostly_on "$last" "$first" || return 1
	echo 1 >"$root/processes/$pid/scan"
	io "$pid"
	exits 0 && says_not wrong && says ', the memory'
}

none_used()
{
	sleep 1000 >/dev/null 2>&1 3>&- 4>&- &
	sleeper=$!
	io "$sleeper"
	exits 3 && says 'It uses no PCI device'
}

# refuses STATUS TEXT OPERAND
refuses()
{
	io "$3"
	exits "$1" || return 1
	grep -q "$2" "$scratch/errors" || show
}

refused()
{
	refuses 2 "there is no device" nosuch0 && refuses 2 "lo is no PCI device" lo &&
		refuses 4 "kernel thread" 2 || return 1
	kill "$sleeper"
	wait "$sleeper" 2>/dev/null
	refuses 4 "no such process: $sleeper" "$sleeper"
}

end()
{
	[ -z "$pid" ] || echo "$pid" 2>/dev/null >"$root/unwatch"
	# shellcheck disable=SC2046 # a list of numbers
	[ -z "$(jobs -p)" ] || kill $(jobs -p) 2>/dev/null
	echo "$default_mask" >"$default"
	echo "$balancing" >/proc/sys/kernel/numa_balancing
	rm -rf "$scratch"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/abi_version ] || skip_all "numalens is not loaded"
[ -x $tool ] || skip_all "$tool was not built"
command -v migratepages >/dev/null || skip_all "migratepages is not installed (numactl)"
nodes_with_memory
first_cpus=$(cpus_of "$first")
last_cpus=$(cpus_of "$last")
case $first_cpus+$last_cpus in
*,*|+*|*+) skip_all "needs 2 nodes with memory and a range of CPUs" ;;
esac
grep -qsx 0x0002 /sys/bus/virtio/devices/*/device ||
	skip_all "no disks on both nodes, as the 1cpu guest has them"
modprobe -q virtio_blk
wait_for test -e "$driver" >/dev/null || skip_all "no driver for virtio disks"
has_disks()
{
	[ -n "$(disk_of "$first")" ] && [ -n "$(disk_of "$last")" ]
}
tries=20 wait_for has_disks >/dev/null ||
	skip_all "no disks on both nodes, as the 1cpu guest has them"

scratch=$(mktemp -d)
mkdir "$scratch/toucher"
pid=
default_mask=$(cat "$default")
balancing=$(cat /proc/sys/kernel/numa_balancing)
trap end EXIT
echo 0 >/proc/sys/kernel/numa_balancing
own=$(disk_of "$last")

echo "TAP version 13"
echo "1..11"
result "the nodes that QEMU gave the disks" known_nodes
result "the nodes of all devices, known or not" all_nodes
result "interrupts that go to their own node" at_home
result "interrupts that go elsewhere" elsewhere
result "the line that moves them" moved
result "a process that has the disk open, elsewhere" uses
result "its thread came to the disk's node" thread_moved
result "its memory is elsewhere" memory_elsewhere
result "the line that moves it" memory_moved
result "a process that uses no device" none_used
result "what there is not" refused
finish
