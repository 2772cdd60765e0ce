# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010 # sourced by run.sh
#
# Trees that lie. P is the directory of a process.

P=sys/kernel/numalens/processes/4711
S=$P/snapshot

# header FILE MEMBER: its value in the two-node tree
header()
{
	python3 "$here/mktree.py" --member "$(tree two-nodes)/$1" "$2" || bail "$2 of $1"
}

hostile "wrong magic" 1 "does not start as a snapshot" "show 4711" "patch $S magic=0"
hostile "other byte order" 1 "other byte order" "show 4711" "patch $S magic=0x4e4c4e53"
hostile "another ABI version in the snapshot" 1 "another ABI version" "show 4711" \
	"patch $S abi_version=2"
hostile "no nodes" 1 "number of nodes" "show 4711" "patch $S nr_nodes=0"
hostile "more nodes than there can be" 1 "number of nodes" "show 4711" \
	"patch $S nr_nodes=0xffffffff"
hostile "header size 0" 1 "sizes in its header" "show 4711" "patch $S header_size=0"
hostile "header larger than the file" 1 "sizes in its header" "show 4711" \
	"patch $S header_size=0xffffffff"
hostile "size 0" 1 "sizes in its header" "show 4711" "patch $S size=0"
hostile "size of 2^64 - 1" 1 "sizes in its header" "show 4711" \
	"patch $S size=0xffffffffffffffff"
hostile "size of 4 GiB that are not there" 1 "cut off" "show 4711" "patch $S size=0x100000000"
hostile "too few rows" 1 "lacks rows" "show 4711" "patch $S nr_totals=1"
hostile "more orders than rows" 1 "number of orders" "show 4711" "patch $S nr_orders=11"
hostile "orders in place of totals" 1 "number of orders" "show 4711" \
	"patch $S nr_orders=0xffffffff"
hostile "too few arrays" 1 "lacks rows" "show 4711" "patch $S nr_vma_arrays=0"
hostile "nr_vma_arrays x nodes overflows 32 bits" 1 "VMA record" "show 4711" \
	"patch $S nr_vma_arrays=0x10000001"
hostile "VMA records of 0 bytes" 1 "VMA record" "show 4711" "patch $S vma_size=0"
hostile "VMA records without room for their arrays" 1 "VMA record" "show 4711" \
	"patch $S vma_size=96"
hostile "nr_vmas x vma_size overflows 32 bits" 1 "outside the file" "show 4711" \
	"patch $S nr_vmas=0x10000000\npatch $S vma_size=256"
hostile "nr_vmas x vma_size is huge" 1 "outside the file" "show 4711" \
	"patch $S nr_vmas=0xffffffff\npatch $S vma_size=0xffffffff"
hostile "one VMA more than there is" 1 "can't be used" "show 4711" "patch $S nr_vmas=10"
for section in nodes totals vmas strings; do
	for offset in 0 0xffffffffffffffff 0x7fffffffffffffff 0x10000; do
		hostile "${section}_offset=$offset" 1 "outside the file" "show 4711" \
			"patch $S ${section}_offset=$offset"
	done
done
hostile "rows x nodes overflow" 1 "outside the file" "show 4711" "patch $S nr_totals=0xffffffff"
hostile "policy outside the strings" 1 "string lies outside" "show 4711" \
	"patch $S policy=0xffffffff"
hostile "strings begin with something else than the empty one" 1 "string lies outside" \
	"show 4711" "patch $S strings_offset=328"
hostile "page size 0" 1 "page size" "show 4711" "patch $S page_size=0"
hostile "page size no power of two" 1 "page size" "show 4711" "patch $S page_size=5000"
hostile "share over 100 %" 1 "more than everything" "show 4711" "patch $S remote_bp=10001"
hostile "more pages than any machine has" 1 "more pages" "show 4711" \
	"patch $S zero=0xffffffffffffffff"
hostile "totals of an absurd size" 1 "more pages" "show 4711" "poke $S 316=0xffffffff"
hostile "VMAs out of order" 1 "not in order" "show 4711" "patch $S vmas_offset=328"
hostile "empty snapshot" 1 "cut off" "show 4711" "truncate $S 0"
hostile "snapshot cut within the header" 1 "cut off" "show 4711" "truncate $S 100"
hostile "snapshot cut within VMAs" 1 "cut off" "show 4711" "truncate $S 700"
# of a process without threads and events the strings come last
L=sys/kernel/numalens/processes/900/snapshot
hostile "last string not ended" 1 "string lies outside" "show 900" \
	"patch $L size=$(($(header "$L" size) - 1))"
# members, threads and cells that came with events
for section in threads cells; do
	for offset in 0 0xffffffffffffffff 0x7fffffffffffffff 0x10000; do
		hostile "${section}_offset=$offset" 1 "outside the file" "touch 4711" \
			"patch $S ${section}_offset=$offset"
	done
done
hostile "more threads than there are" 1 "outside the file" "threads 4711" \
	"patch $S nr_threads=0xffffffff"
hostile "thread records of 0 bytes" 1 "thread record" "threads 4711" "patch $S thread_size=0"
hostile "thread records without room for their arrays" 1 "thread record" "threads 4711" \
	"patch $S thread_size=64"
hostile "nr_thread_arrays x nodes overflows 32 bits" 1 "thread record" "threads 4711" \
	"patch $S nr_thread_arrays=0x10000001"
hostile "too few thread arrays" 1 "lacks rows" "threads 4711" "patch $S nr_thread_arrays=1"
hostile "threads out of order" 1 "threads are not in order\|string lies\|node's id" \
	"threads 4711" "patch $S threads_offset=328"
hostile "cells of 0 bytes" 1 "cell is too small" "touch 4711" "patch $S cell_size=0"
hostile "cells of 16 bytes" 1 "cell is too small" "touch 4711" "patch $S cell_size=16"
hostile "nr_cells x cell_size is huge" 1 "outside the file" "touch 4711" \
	"patch $S nr_cells=0xffffffff\npatch $S cell_size=0xffffffff"
hostile "one cell more than there is" 1 "outside the file" "touch 4711" \
	"patch $S nr_cells=$(($(header "$S" nr_cells) + 1))"
hostile "cells out of order" 1 "events are not in order\|it does not have" "touch 4711" \
	"patch $S cells_offset=328"
hostile "preferred node 2^31" 1 "node's id" "balancing 4711" "patch $S preferred_nid=0x80000000"
hostile "caller's reason is none" 0 "" "migrations 4711" "patch $S caller_event=0xffffffff"
hostile "events began after the snapshot" 0 "" "show 4711" \
	"patch $S events_ns=0xffffffffffffffff"
hostile "a header between the two versions is of the first" 0 "" "touch 4711" \
	"patch $S header_size=240"
hostile "snapshot cut within cells" 1 "cut off" "touch 4711" \
	"truncate $S $(($(header "$S" cells_offset) + 30))"
hostile "snapshot cut within threads" 1 "cut off" "touch 4711" \
	"truncate $S $(($(header "$S" threads_offset) + 30))"

# cell NAME STATUS TEXT CELL: the process has one cell more
cell()
{
	sed "s/^\tevents vma 1 /\tcell $4\n&/" "$here/trees/two-nodes.tree" >"$work/cell.tree"
	rm -rf "$work/cell"
	python3 "$here/mktree.py" "$work/cell.tree" "$work/cell" || bail "$1"
	for command in touch migrations threads balancing show; do
		fails "hostile: $1: $command" "$2" "$3" "$work/cell" $command 4711
	done
}

cell "a cell of a row that there is not" 1 "node that it does not have" "0 0 0 2 0 1"
cell "a cell of a column that there is not" 1 "node that it does not have" "0 0 0 0 65535 1"
cell "a cell of a second process" 1 "VMA or thread that it does not have" "0 1 0 0 0 1"
cell "a cell of a VMA that there is not" 1 "VMA or thread that it does not have" "1 9 0 0 0 1"
cell "a cell of a thread that there is not" 1 "VMA or thread that it does not have" \
	"2 4 0 0 0 1"
cell "a count of an absurd size" 1 "more events" "0 0 0 1 0 0xffffffffffffffff"
cell "the same cell twice" 1 "not in order" "0 0 0 0 0 1"
cell "an event of a later version" 0 "" "0 0 1000 0 0 1"
cell "a scope of a later version" 0 "" "7 77 0 0 0 1"

hostile "bad header in list" 1 "holds what makes no sense" "list" "patch $S magic=0"
hostile "no snapshot file" 3 "snapshot: No such file" "show 4711" "remove $S"
hostile "no state file" 3 "state: No such file" "show 4711" "remove $P/state"
hostile "list --by: bad header" 1 "holds what makes no sense" "list --by user" "patch $S magic=0"
hostile "list: no policy file" 3 "policy: No such file" "list" "remove $P/policy"
hostile "list: garbage pages" 1 "placement/pages holds what makes no sense" "list" \
	"$P/placement/pages: 1 two"
hostile "list: pages beyond 64 bits" 1 "makes no sense" "list" \
	"$P/placement/pages: 99999999999999999999"
hostile "another ABI version" 3 "speaks ABI version 2" "list" \
	"sys/kernel/numalens/abi_version: 2"
hostile "ABI version is garbage" 1 "makes no sense" "list" "sys/kernel/numalens/abi_version: x"
hostile "ABI version is empty" 1 "makes no sense" "list" "sys/kernel/numalens/abi_version:"
hostile "doctor: another ABI version" 3 "" "doctor" "sys/kernel/numalens/abi_version: 2"
hostile "no processes directory" 3 "processes: No such file" "list" \
	"remove sys/kernel/numalens/processes"
hostile "no watch file" 1 "can't watch 5: No such file" "watch 5" \
	"remove sys/kernel/numalens/watch"
hostile "topo: no nodes" 3 "CONFIG_NUMA" "topo" \
	"remove sys/devices/system/node/node0\nremove sys/devices/system/node/node1"
hostile "topo: no node directory" 3 "node: No such file" "topo" "remove sys/devices/system/node"
hostile "topo: garbage distances" 1 "makes no sense" "topo" \
	"sys/devices/system/node/node0/distance: 10 -1"
hostile "topo: too few distances" 0 "" "topo" "sys/devices/system/node/node0/distance: 10"
hostile "topo: too many distances" 0 "" "topo" \
	"sys/devices/system/node/node0/distance: 10 20 30 40 50"
hostile "topo: no distances" 3 "distance: No such file" "topo" \
	"remove sys/devices/system/node/node1/distance"
hostile "topo: a CPU list to 2^32" 0 "" "topo" \
	"sys/devices/system/node/node0/cpulist: 0-4294967295"
hostile "topo: siblings are garbage" 0 "" "topo" \
	"sys/devices/system/cpu/cpu0/topology/thread_siblings_list: ,,-"
hostile "topo: meminfo is garbage" 0 "" "topo" "sys/devices/system/node/node0/meminfo: nonsense"
hostile "domains: generation is garbage" 1 "makes no sense" "domains" \
	"sys/kernel/numalens/sched_domains/generation: -1"
D=sys/kernel/numalens/sched_domains/cpu0/domain0
hostile "domains: no names, spans, groups, flags" 0 "" "domains --explain --stats" \
	"remove $D/name\nremove $D/span\nremove $D/groups\nremove $D/flags\nremove $D/flag_names"
hostile "domains: flags and their names disagree" 0 "" "domains --explain" "$D/flags: 0x1"
hostile "domains: counters are garbage" 0 "" "domains --stats" \
	"$D/stats/lb_count: a b c d e f\n$D/stats/idle_types:"
hostile "domains: a CPU that is not there" 2 "CPU 9 is not online" "domains --cpu 9" ""

# Whatever bytes change, the tool ends by itself, with a status of its own.
python3 - "$tool" "$(tree two-nodes)" "$S" >"$work/fuzz" 2>&1 <<'END'
import random
import subprocess
import sys
tool, root, name = sys.argv[1:]
path = f'{root}/{name}'
whole = open(path, 'rb').read()
random.seed(7)
for i in range(300):
    data = bytearray(whole)
    for _ in range(random.choice((1, 1, 2, 8, 40))):
        data[random.randrange(len(data))] = random.choice((0, 1, 0x7f, 0x80, 0xff))
    open(path, 'wb').write(data[:random.choice((len(data), random.randrange(len(data))))])
    command = (['show', '--vmas'], ['touch', '--vmas'], ['migrations', '--vmas'], ['threads'],
               ['balancing', '--json'])[i % 5]
    run = subprocess.run([tool, '--sysroot', root, *command, '4711'],
                         capture_output=True, timeout=60)
    if run.returncode not in (0, 1) or b'Sanitizer' in run.stderr or b'runtime' in run.stderr:
        print(i, run.returncode, run.stderr.decode(errors='replace')[:2000])
open(path, 'wb').write(whole)
END
result "hostile: 300 snapshots with random bytes changed" "$(cat "$work/fuzz")"

{
	echo "include debugfs.tree"
	echo "process 60 comm=large untouched=1"
	printf '\tnodes 0\n\ttotal pages 60000\n\ttotal anon 60000\n\ttotal home_bp 10000\n'
	python3 -c 'for i in range(60000):
	a = 0x7f0000000000 + i * 8192
	print(f"\tvma {a:x}-{a + 4096:x} rw-p anon system default pages=1 anon=1")'
} | python3 "$here/mktree.py" - "$work/large" || bail "large tree"
json "a process of 60000 VMAs" large 'len(d["processes"][0]["vmas"]) == 60000' show --vmas 60
