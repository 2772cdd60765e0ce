#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens check" on domains of a real libvirtd, whose guests are QEMU's, paused,
# of two cells: it takes its rules from the domain, finds wrong just what is, and
# the XML and the lines of virsh(1) that it prints put it right.
#
# Oracles: numa_maps says where pages are, QEMU's monitor (gpa2hva, info cpus) which
# memory is whose cell's and which thread which vCPU, libvirt's pid file and virsh
# the rest.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/wait.sh
. lib/wait.sh
# shellcheck source=selftests/lib/check.sh
. lib/check.sh
domain=numalens-test
uuid=6d0f2c1e-5a47-4c1b-9d0e-000000000001
uri=qemu:///system
mib=16	# of each cell
threads=()

lv()
{
	virsh -q -c "$uri" "$@"
}

# What only the daemons see: QEMU runs as root, without a namespace; and a user that
# libvirt wants to know all the same, and which Debian makes with another package.
start_daemons()
{
	mkdir -p "$scratch/etc" /var/log/libvirt
	cat >"$scratch/etc/qemu.conf" <<-END
		user = "root"
		group = "root"
		namespaces = []
		security_driver = "none"
	END
	{ cat /etc/passwd; echo "libvirt-qemu:x:64055:64055::/:/bin/false"; } >"$scratch/passwd"
	{ cat /etc/group; echo "libvirt-qemu:x:64055:"; } >"$scratch/group"
	unshare -m sh -c "mount --make-rprivate / && mount --bind '$scratch/etc' /etc/libvirt &&
		mount --bind '$scratch/passwd' /etc/passwd &&
		mount --bind '$scratch/group' /etc/group &&
		virtlogd -d -p '$scratch/virtlogd.pid' &&
		libvirtd -d -p '$scratch/libvirtd.pid'" >"$scratch/daemons" 2>&1 &&
		wait_for is_answering && return
	sed 's/^/# /' "$scratch/daemons"
	grep -h ' error ' /var/log/libvirt/libvirtd.log | tail -n 5 | sed 's/^/# /'
	return 1
}

is_answering()
{
	lv list >/dev/null 2>&1 || is_gone "$(cat "$scratch/libvirtd.pid")"
}

is_gone()
{
	! kill -0 "$1" 2>/dev/null
}

stop_daemon()
{
	local daemon

	[ -s "$scratch/$1.pid" ] || return
	daemon=$(cat "$scratch/$1.pid")
	kill "$daemon" 2>/dev/null
	wait_for is_gone "$daemon"
}

stop_domain()
{
	[ -n "$pid" ] || return
	lv destroy "$domain" >/dev/null 2>&1
	pid=
}

# start_domain XML: with that in the domain
start_domain()
{
	local kib=$((mib * 1024)) second monitor="qemu-monitor-command $domain --hmp"

	second=$(printf '0x%x' $((mib * 1024 * 1024)))
	stop_domain
	pages=$((mib * 1024 * 1024 / base))
	cat >"$scratch/domain.xml" <<-END
		<domain type='qemu'>
		<name>$domain</name>
		<uuid>$uuid</uuid>
		<memory unit='KiB'>$((2 * kib))</memory>
		<vcpu placement='static'>2</vcpu>
		$1
		<os><type arch='x86_64' machine='pc'>hvm</type></os>
		<cpu><numa>
		<cell id='0' cpus='0' memory='$kib' unit='KiB'/>
		<cell id='1' cpus='1' memory='$kib' unit='KiB'/>
		</numa></cpu>
		<devices><emulator>$(command -v qemu-system-x86_64)</emulator></devices>
		</domain>
	END
	# One virsh for all: in an emulated guest it takes seconds to begin.
	if lv "define $scratch/domain.xml; start --paused $domain; $monitor 'gpa2hva 0x100000';
		$monitor 'gpa2hva $second'; $monitor 'info cpus'" >"$scratch/monitor" 2>&1 &&
	   know_guest "$second" && look; then
		return
	fi
	sed 's/^/# /' "$scratch/monitor"
	tail -n 5 "/var/log/libvirt/qemu/$domain.log" 2>/dev/null | sed 's/^/# /'
	return 1
}

# know_guest SECOND: by what the monitor said, also of the vCPUs' threads
know_guest()
{
	local i

	pid=$(cat "/run/libvirt/qemu/$domain.pid") && knows_addresses "$1" &&
		[ -n "${cells[1]}" ] || return 1
	for i in 0 1; do
		threads[i]=$(sed -n "s/.*CPU #$i:.*thread_id=\([0-9]*\).*/\1/p" "$scratch/monitor")
		[ -n "${threads[i]}" ] || return 1
	done
}

# pins CPUS CPUS [CPUS]: of the vCPUs and QEMU's own threads. Where they are held to one
# node, those that are to touch memory of the other can't go there.
pins()
{
	cat <<-END
		<cputune>
		<vcpupin vcpu='0' cpuset='$1'/><vcpupin vcpu='1' cpuset='$2'/>
		<emulatorpin cpuset='${3:-$first_cpus,$last_cpus}'/>
		</cputune>
	END
}

touched="<memoryBacking><allocation mode='immediate'/></memoryBacking>"

check()
{
	judge "$domain" "$@"
}

no_numatune()
{
	start_domain "$touched $(pins "$first_cpus" "$last_cpus" "$first_cpus")" || return 1
	lie "$first" "$first" || return 1
	check
	exits 1 && finds "cell 1" && says 'warning domain: .* has no <numatune>' &&
		says 'policy missing'
}

xml_applied()
{
	local xml

	xml=$(sed -n '/^  <numatune>/,/^  <.numatune>/p' "$scratch/out")
	start_domain "$touched $(pins "$first_cpus" "$last_cpus") $xml" || return 1
	lie "$first" "$last" || return 1
	check
	exits 0 && finds && says "strict $first .*strict $last"
}

known()
{
	judge "$uuid" --json
	exits 0 && says "\"pid\": $pid," && says "\"name\": \"$domain\"" &&
		says "\"vcpu\": 0, \"cell\": 0, \"tid\": ${threads[0]} " &&
		says "\"vcpu\": 1, \"cell\": 1, \"tid\": ${threads[1]} " || return 1
	# A number is a pid, and tells of no domain, unless it can be one's name only.
	judge "$pid" --json
	says '"domain": null' && refuses 4 "knows no domain" "$pid" --connect "$uri"
}

vcpu_across()
{
	lv vcpupin "$domain" 1 "$first_cpus" --live >/dev/null || return 1
	check
	exits 1 && finds "vCPU 1" && says "<vcpupin vcpu='1' cpuset='$last_cpus'/>" &&
		apply "virsh .* vcpupin" || return 1
	equal "pin of vCPU 1" "$(lv vcpupin "$domain" | awk '$1 == 1 { print $2 }')" "$last_cpus" &&
		equal "CPUs of vCPU 1" "$(cpus_of "${threads[1]}")" "$last_cpus" || return 1
	check
	exits 0
}

# leaves_pin WHO THREAD COMMAND: one that is on the first node goes to the last
leaves_pin()
{
	local cpuset

	cpuset=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/task/$2/cgroup")/cpuset.cpus
	# A cgroup would hold it.
	[ ! -e "$cpuset" ] || echo "$first_cpus,$last_cpus" >"$cpuset" || return 1
	taskset -p -c "$last_cpus" "$2" >/dev/null || return 1
	check
	exits 1 && finds "$1" && says 'the domain pins it to' && apply "virsh .* $3" || return 1
	equal "CPUs of $1" "$(cpus_of "$2")" "$first_cpus"
}

threads_moved()
{
	leaves_pin "vCPU 0" "${threads[0]}" vcpupin &&
		lv emulatorpin "$domain" "$first_cpus" --live >/dev/null &&
		leaves_pin emulator "$pid" emulatorpin || return 1
	check
	exits 0
}

# cells_found CELL: that one, whatever is found of vCPUs
cells_found()
{
	equal "wrong cells" "$(grep cell "$scratch/wrong")" "$1" || show
}

pages_moved()
{
	move "$first" "$last"
	lie "$last" "$last" || return 1
	check
	cells_found "cell 0" || return 1
	exits 1 && says "<memnode mode='strict' nodeset='$first'/> of the domain" &&
		says 'policy right, pages wrong' && says "virsh -c $uri start $domain"
}

moved_back()
{
	move "$last" "$first"
	lie "$first" "$first" || return 1
	check
	cells_found "cell 1"
}

options_first()
{
	check --cell "1=$first"
	exits 1 && finds "vCPU 1" || return 1
	check --nodes "$last" --no-files
	exits 1 && says 'wrong process: ' && cells_found ""
}

# It ends before, in or after the check: there is a verdict or a reason, and no watch.
ends_midway()
{
	local destroyer seen=0

	lv destroy "$domain" >/dev/null 2>&1 &
	destroyer=$!
	while [ "$seen" = 0 ]; do
		check
		case $status in
		0|1)	says 's it should be' || return 1 ;;
		4)	grep -q "is shut off\|has just ended\|has exited\|no such process" \
				"$scratch/errors" || { show; return 1; } ;;
		*)	show; return 1 ;;
		esac
		kill -0 "$destroyer" 2>/dev/null || seen=1
	done
	wait "$destroyer" || return 1
	pid=
	no_watch_left
}

shut_off()
{
	refuses 4 "domain $domain is shut off" "$domain"
}

# Cell 0 is bound across; cell 1 prefers a node that has too few huge pages.
hugepages()
{
	local nr=$((mib / 2)) few=$((mib / 2 - 2)) small=$((2 * 1024 * 1024 / base))

	echo $((nr_huge_first + few)) >"$huge_first"
	echo $((nr_huge_last + nr + 2)) >"$huge_last"
	start_domain "<memoryBacking><hugepages/></memoryBacking>
		$(pins "$last_cpus" "$first_cpus")
		<numatune><memory mode='strict' nodeset='$first,$last'/>
		<memnode cellid='0' mode='strict' nodeset='$last'/>
		<memnode cellid='1' mode='preferred' nodeset='$first'/></numatune>" || return 1
	equal "cell 0" "$(on_node 0 "$last")" "$pages" &&
		equal "cell 1" "$(on_node 1 "$first") $(on_node 1 "$last")" \
			"$((few * small)) $((2 * small))" || return 1
	check
	exits 0 && finds && says 'warning cell 1: 4.0 of 16.0 MiB outside' || return 1
	check --cell "1=$first"
	exits 1 && finds "cell 1"
}

refused()
{
	local library

	refuses 4 "$uri knows no domain \"none\"" none &&
		refuses 2 "is on another machine" "$domain" --connect qemu+ssh://far/system || return 1
	library=$(readlink -f "$(ldconfig -p | sed -n 's/.*libvirt\.so\.0 .* => //p' | head -n 1)")
	unshare -m sh -c "mount --make-rprivate / && mount --bind /dev/null '$library' &&
		exec $tool check $domain" >"$scratch/out" 2>"$scratch/errors"
	status=$?
	exits 3 || return 1
	grep -q "takes libvirt's library (libvirt0)" "$scratch/errors" || show || return 1
	setpriv --reuid 65534 --regid 65534 --clear-groups "$tool" check "$domain" \
		>"$scratch/out" 2>"$scratch/errors"
	status=$?
	exits 5
}

no_daemon()
{
	stop_domain
	lv undefine "$domain" >/dev/null
	stop_daemon libvirtd
	stop_daemon virtlogd
	refuses 3 "is libvirtd, or virtqemud, running?" "$domain"
}

end()
{
	stop_domain
	lv undefine "$domain" >/dev/null 2>&1
	stop_daemon libvirtd
	stop_daemon virtlogd
	end_checks
}

# needs PROGRAM PACKAGE
needs()
{
	command -v "$1" >/dev/null || skip_all "$1 is not installed ($2)"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/abi_version ] || skip_all "numalens is not loaded"
[ -x "$tool" ] || skip_all "$tool was not built"
[ "${NUMALENS_PATIENCE:-1}" = 1 ] || skip_all "libvirt waits 30 s for QEMU, too short here"
needs qemu-system-x86_64 qemu-system-x86
needs libvirtd libvirt-daemon
needs virsh libvirt-clients
needs migratepages numactl
! "$tool" check none 2>&1 | grep -q "built without" ||
	skip_all "$tool was built without libvirt (libvirt-dev, libxml2-dev)"
! lv list >/dev/null 2>&1 || skip_all "a libvirtd is running already"
need_two_nodes

begin_checks
trap end EXIT

echo "TAP version 13"
echo "1..14"
result "libvirtd" start_daemons
[ $failed = 0 ] || finish
result "a domain without numatune" no_numatune
result "the XML that is printed puts it right" xml_applied
result "process and threads are the domain's" known
result "a vCPU that is pinned across, and the line that pins it" vcpu_across
result "threads that left their pins" threads_moved
result "a policy that is right, pages that are not" pages_moved
result "the other cell's pages" moved_back
result "options come before what the domain says" options_first
result "a domain that ends midway" ends_midway
result "a domain that is shut off" shut_off
result "huge pages, one cell's spilled from the node that it prefers" hugepages
result "what can't be asked" refused
result "no libvirtd" no_daemon
finish
