# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2034,SC2015,SC2181,SC1010 # sourced by run.sh
#
# Devices, and what works with them.

golden io io io
golden io-one-node io-one-node io sda
golden io-unknown io io eth0
golden io-nvme io io nvme0n1
golden io-no-msi io io /dev/sda1
golden io-guest io io 6001
golden io-files io io 6010
golden io-raid io io 6020
golden io-none io io 6030
golden io-cpuless io io c1:00.0
golden io-domain io io 10000:e1:00.0
golden json-io io io --json 3b:00.0

json "json: io lists all devices, and judges none" io '
(a := {e["address"]: e for e in d["devices"]}) and "ok" not in d and d["nodes"] == [0, 1, 2]
and list(a) == ["0000:00:00.0", "0000:00:02.0", "0000:00:03.0", "0000:17:00.0", "0000:18:00.0",
	"0000:18:00.2", "0000:3b:00.0", "0000:3c:00.0", "0000:3d:00.0", "0000:c1:00.0",
	"10000:e1:00.0"]
and [e["nid"] for e in d["devices"]] == [None, None, None, 0, 0, 0, 1, 1, 0, 2, 1]
and a["0000:00:03.0"]["names"] == ["eth0", "virtio0"] and a["0000:00:03.0"]["driver"] == "virtio-pci"
and a["0000:18:00.2"]["physical_function"] == "0000:18:00.0"
and a["0000:18:00.0"]["physical_function"] is None
and [i["irq"] for i in a["0000:17:00.0"]["interrupts"]] == [16]
and a["0000:00:02.0"]["interrupts"] == [] and a["0000:00:02.0"]["driver"] is None' io
json "json: io of a guest finds its devices, threads and memory" io '
[(e["address"], e["used_as"]) for e in d["devices"]] == [("0000:18:00.0",
	["network device macvtap0"]), ("0000:18:00.2", ["VFIO group 12", "QEMU'"'"'s command line"])]
and (p := d["process"])["other_devices"] == ["/dev/vhost-net", "tap0"] and p["watched"]
and p["resident_pages"] == [64, 16384, 0]
and [(t["tid"], t["place"], t["nid"]) for t in p["threads"]] ==
	[(6001, "partly", 0), (6002, "elsewhere", 1)]
and [(t["tid"], t["place"]) for t in p["kernel_threads"]] == [(27, "partly"), (28, "here")]
and d["ok"] is False and [f["subject"] for f in d["findings"] if f["grade"] == "wrong"] ==
	["interrupts", "interrupts", "kernel threads", "threads", "memory"]
and d["remedies"][-1] == "migratepages 6001 1 0"' io 6001
json "json: managed interrupts are no fault, those that can be moved are" io '
[(i["irq"], i["place"], i["managed"]) for i in d["devices"][0]["interrupts"]] ==
	[(30, "elsewhere", False), (31, "elsewhere", True), (32, "here", None), (33, "unused", None)]
and [f["grade"] for f in d["findings"]] == ["wrong", "warning", "warning"]
and d["remedies"][0] == "echo 2-3 > /proc/irq/30/smp_affinity_list"
and not any("/31/" in l for l in d["remedies"])' io nvme0n1p1
json "json: a node without CPUs is as near as the nearest that has some" io '
[(i["irq"], i["place"]) for i in d["devices"][0]["interrupts"]] == [(60, "here"), (61, "elsewhere")]
and d["remedies"][0] == "echo 2-3 > /proc/irq/61/smp_affinity_list"' io c1:00.0
json "json: what is unknown is null, and so is the verdict" io '
d["ok"] is None and d["devices"][0]["nid"] is None and d["remedies"] == []
and [i["place"] for i in d["devices"][0]["interrupts"]] == [None, None]' io eth0
for name in nvme1n1 dm-0; do
	json "json: $name is on two devices, of two nodes" io '
len(d["devices"]) == 2 and {e["nid"] for e in d["devices"]} == {0, 1} and d["ok"] is False' io $name
done
json "json: a bond is on what is below it" io '
[e["address"] for e in d["devices"]] == ["0000:18:00.0"]' io bond0

devices=$(tree io)
fails "io of two" 2 "takes one device or process" "$devices" io eth0 ens1
fails "io of what there is not" 2 "there is no device eth9" "$devices" io eth9
fails "io of an empty name" 2 "there is no device" "$devices" io ""
fails "io of a path" 2 "there is no device" "$devices" io ../../net/eth0
fails "io of ." 2 "there is no device" "$devices" io .
fails "io of a device that is not PCI's" 2 "lo is no PCI device" "$devices" io lo
fails "io of a loop device without anything" 2 "loop0 is no PCI device" "$devices" io /dev/loop0
fails "io of devices on top of each other" 2 "loop1 is no PCI device" "$devices" io loop1
fails "io of a device that is gone" 2 "there is no device 0000:99:00.0" "$devices" io 0000:99:00.0
fails "io of a kernel thread" 4 "2 is a kernel thread" "$devices" io 2
fails "io of no process" 4 "no such process: 7777" "$devices" io 7777
fails "io of pid 0" 4 "no pid is 0" "$devices" io 0
fails "io of a pid beyond all" 4 "no pid is" "$devices" io 99999999999
fails "io without PCI" 3 "devices: No such file" "$two" io
fails "io without nodes" 3 "node: No such file" "$work" io

base=io
B=sys/devices/pci0000:3a/0000:3b:00.0
for node in 99 -5 x "" 99999999999999999999 "1 1"; do
	hostile "io: numa_node is \"$node\"" 3 "" "io nvme0n1" "dir $B\n\tnuma_node: $node"
done
hostile "io: no numa_node" 3 "" "io nvme0n1" "remove $B/numa_node"
hostile "io: no class: it is going" 2 "there is no device" "io 3b:00.0" "remove $B/class"
hostile "io: the device goes while a name of it is left" 0 "" "io" "remove $B"
hostile "io: and its interrupts" 0 "" "io" "remove proc/irq\nremove sys/kernel/irq"
hostile "io: names that are no interrupts" 1 "" "io nvme0n1" \
	"dir $B/msi_irqs\n\tx: y\n\t-1: y\n\t99999999999: y\n\t4000000000: y\n\t70000: y"
hostile "io: the numbers of CPUs are garbage" 0 "" "io c1:00.0" \
	"dir proc/irq/61\n\teffective_affinity_list: 0-\n\tsmp_affinity_list: ,,"
hostile "io: CPUs that there are not" 0 "" "io c1:00.0" \
	"dir proc/irq/61\n\teffective_affinity_list: 4096-65535"
hostile "io: an irq that is garbage" 0 "" "io" "dir sys/devices/pci0000:16/0000:17:00.0\n\tirq: x"
hostile "io: the driver's link leads nowhere" 1 "" "io nvme0n1" \
	"remove $B/driver\nlink $B/driver ///"
hostile "io: a link leads out of the tree" 2 "lo is no PCI device" "io lo" \
	"remove sys/class/net/lo\nlink sys/class/net/lo /"
hostile "io: a link leads to itself" 2 "there is no device" "io lo" \
	"remove sys/class/net/lo\nlink sys/class/net/lo lo"
hostile "io: names that are escape codes" 0 "" "io" \
	"link \"sys/class/net/\\033[31mred\\\\xff\" ../../devices/pci0000:16/0000:18:00.0/net/ens1"
hostile "io: a process whose name is one" 3 "" "io 6030" \
	"task proc/6030 0 0-3 0x400100 \"a) R 1 (\\\\x1b[31m\\\\n\\\\xff\""
for stat in "" "6030" "6030 (a" "6030 a)" "6030 )a(" "6030 (a)" "6030 (a) S 1 2"; do
	hostile "io: stat is \"$stat\"" 1 "makes no sense" "io 6030" "dir proc/6030\n\tstat: $stat"
done
hostile "io: no status" 4 "no such process" "io 6030" "remove proc/6030/status"
hostile "io: no threads" 4 "no such process" "io 6030" "remove proc/6030/task/6030"
hostile "io: no mountinfo, no fdinfo" 1 "" "io 6010" \
	"remove proc/6010/mountinfo\nremove proc/6010/fdinfo"
hostile "io: mountinfo is garbage" 1 "" "io 6010" \
	"dir proc/6010\n\tmountinfo: 31\\\\n31 \\\\n31 1\\\\n\\\\n31 30 ../../x / /srv\\\\n 31"
hostile "io: fdinfo is garbage" 1 "" "io 6010" \
	"dir proc/6010/fdinfo\n\t3: mnt_id\\\\nmnt_id:\\\\niff:\\\\niff:\\\\t../x\\\\nvfio-device-syspath:"
hostile "io: no group of that number" 1 "" "io 6001" "remove sys/kernel/iommu_groups"
hostile "io: threads that are named for devices that are not there" 0 "" "io" \
	"task proc/40 0 0-3 0x208040 irq/\ntask proc/41 0 0-3 0x208040 irq/x-\ntask proc/42 0 0-3 0x208040 jbd2/../../x-8\ntask proc/43 0 0-3 0x208040 napi/-\ntask proc/44 0 0-3 0x208040 scsi_eh_\ntask proc/45 0 0-3 0x208040 vhost-"
hostile "io: a stack of devices without end" 2 "is no PCI device" "io dm-1" \
	"$(for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		printf '%s\\n' "link sys/devices/virtual/block/dm-$i/slaves/dm-$((i + 1)) ../../dm-$((i + 1))"
	done)sys/devices/virtual/block/dm-13/\nlink sys/class/block/dm-1 ../../devices/virtual/block/dm-1"
hostile "io: a snapshot that is none" 1 "does not start as a snapshot" "io 6001" \
	"patch sys/kernel/numalens/processes/6001/snapshot magic=0"
unset base
