#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# Memory tiers, as the tool tells of them: which there are, what is on, what was promoted
# and demoted of a process, and that a hinting fault on slow memory is remote only where
# balancing does not look for what to promote.
#
# Oracles: memory_tiering/ and has_cpu in sysfs, pgpromote_success and pgdemote_* of
# /proc/vmstat, numa_maps, the settings themselves. Python reads the JSON.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/nodes.sh
. lib/nodes.sh
# shellcheck source=selftests/lib/wait.sh
. lib/wait.sh
root=/sys/kernel/numalens
tool=../tools/numalens
tiering=/sys/devices/virtual/memory_tiering
balancing=/proc/sys/kernel/numa_balancing
demotion=/sys/kernel/mm/numa/demotion_enabled
knobs=/sys/kernel/debug/sched/numa_balancing
group=/sys/fs/cgroup/numalens-tiers
pages=2048

# sweep: starts the process on the first node, its pages on the slow one, and watches it;
# each tell begins or ends its writing. Sets pid and addr
sweep()
{
	mkfifo "$scratch/in" "$scratch/out"
	(echo 0 >"$group/cgroup.procs"
		exec workloads/sweeper "$pages" "$first" "$slow" <"$scratch/in" >"$scratch/out") &
	pid=$!
	exec 3>"$scratch/in" 4<"$scratch/out"
	read -r addr <&4 && "$tool" watch "$pid"
}

tell()
{
	echo >&3
	read -r _ <&4
}

end_sweep()
{
	exec 3>&- 4<&-
	[ -z "$pid" ] || wait "$pid"
	pid=
	"$tool" unwatch --all 2>/dev/null
}

# on_node NODE: pages of the process's memory there
on_node()
{
	local line

	line=$(grep "^$addr " "/proc/$pid/numa_maps")
	[[ $line =~ \ N$1=([0-9]+) ]] && echo "${BASH_REMATCH[1]}" || echo 0
}

# vmstat PATTERN: the sum of what matches, up to date
vmstat()
{
	echo 1 >/proc/sys/vm/stat_refresh
	awk -v pattern="^$1\$" '$1 ~ pattern { sum += $2 } END { print sum + 0 }' /proc/vmstat
}

# ask COMMAND EXPRESSION: of the process p as JSON
ask()
{
	"$tool" --json "$1" --scan "$pid" | python3 -c 'import json, sys
p = json.load(sys.stdin)["processes"][0]
print(eval(sys.argv[1]))' "$2" 2>&1
}

# says COMMAND TEXT: to people, wherever lines are broken
says()
{
	"$tool" "$1" --scan "$pid" >"$scratch/text"
	tr -s ' \n' ' ' <"$scratch/text" | grep -q -- "$2" && return
	echo "# it does not say: $2"
	sed 's/^/# /' "$scratch/text"
	return 1
}

# between WHAT SEEN LEAST MOST
between()
{
	[ "$2" -ge "$3" ] && [ "$2" -le "$4" ] && return
	echo "# $1: $2, should be from $3 to $4"
	return 1
}

tells_tiers()
{
	"$tool" --json topo | python3 -c 'import json, sys
def ids(path):
	return [n for r in open(path).read().strip().split(",")
		for n in range(int(r.split("-")[0]), int(r.split("-")[-1]) + 1)]
import glob
tiers = sorted((int(d.rsplit("memory_tier", 1)[1]), ids(d + "/nodelist"))
	       for d in glob.glob(sys.argv[1] + "/memory_tier[0-9]*"))
cpus = set(ids("/sys/devices/system/node/has_cpu"))
lowest = max(t for t, nodes in tiers if cpus & set(nodes))
want = [{"tier": t, "nodes": nodes, "slow": t > lowest} for t, nodes in tiers]
seen = json.load(sys.stdin)["memory_tiers"]
print("" if seen == want else f"# {seen}, should be {want}")
sys.exit(seen != want)' "$tiering"
}

# doctor_says PROMOTION DEMOTION
doctor_says()
{
	"$tool" doctor >"$scratch/text"
	tr -s ' \n' ' ' <"$scratch/text" | grep -q "promotion is $1, demotion is $2" && return
	sed 's/^/# /' "$scratch/text"
	return 1
}

tells_settings()
{
	echo 0 >"$demotion"
	echo 1 >"$balancing"
	doctor_says off off || return 1
	echo 1 >"$demotion"
	doctor_says off on || return 1
	echo 2 >"$balancing"
	doctor_says on on || return 1
	echo 0 >"$demotion"
	doctor_says on off
}

most_is_here()
{
	[ "$(on_node "$first")" -ge $((pages * 3 / 4)) ]
}

# What others had promoted is in vmstat; what came is at least what is there now.
promotes()
{
	local before faults ret=0

	echo 0 >"$balancing"
	sweep || return 1
	before=$(vmstat pgpromote_success)
	faults=$(vmstat numa_hint_faults)
	echo 2 >"$balancing"
	tell
	wait_for most_is_here || ret=1
	tell
	promoted=$(ask balancing 'p["balancing"]["promoted_pages"]')
	candidates=$(ask balancing 'p["hint_faults"]["promotion_candidates"]')
	between "pages promoted" "$promoted" "$(on_node "$first")" \
		$(($(vmstat pgpromote_success) - before)) || ret=1
	between candidates "$candidates" "$promoted" $(($(vmstat numa_hint_faults) - faults)) || ret=1
	echo "# $candidates candidates, $promoted pages promoted"
	return "$ret"
}

is_not_remote()
{
	equal "local, remote" "$(ask balancing 'p["hint_faults"]["local"], p["hint_faults"]["remote"]')" \
		"(0, 0)" || return 1
	equal "of threads" "$(ask threads 'sum(t["hint_faults_remote"] for t in p["threads"])')" 0 ||
		return 1
	says balancing "local 0, remote 0 (0.0 %), candidates for promotion $candidates;"
}

# The same faults, where balancing is between nodes.
is_remote()
{
	echo 1 >"$balancing"
	equal remote "$(ask balancing 'p["hint_faults"]["remote"]')" "$candidates" || return 1
	says balancing "local 0, remote $candidates (100.0 %), of these on slow memory $candidates;"
}

# What has come up goes down again, half of it.
demotes()
{
	local before here demoted

	echo 0 >"$balancing"
	here=$(on_node "$first")
	before=$(vmstat 'pgdemote_.*')
	echo 1 >"$demotion"
	echo $((pages * $(getconf PAGESIZE) / 2)) >"$group/memory.reclaim" 2>/dev/null
	echo 0 >"$demotion"
	demoted=$(ask migrations 'p["migrations"]["demoted_pages"]')
	echo "# $demoted pages demoted"
	[ "$demoted" -gt 0 ] || return 1
	between "pages demoted" "$demoted" $((here - $(on_node "$first"))) \
		$(($(vmstat 'pgdemote_.*') - before)) || return 1
	equal "of balancing" "$(ask balancing 'p["balancing"]["demoted_pages"]')" "$demoted"
}

tells_story()
{
	says show "NUMA balancing promoted" && says show "demotion moved"
}

end()
{
	end_sweep
	echo "$old_balancing" >"$balancing"
	echo "$old_demotion" >"$demotion"
	echo "$old_delay" >"$knobs/scan_delay_ms"
	echo "$old_period" >"$knobs/scan_period_min_ms"
	rmdir "$group"
	rm -rf "$scratch"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/events ] || skip_all "numalens is not loaded, or counts no events here"
[ -x $tool ] || skip_all "$tool was not built"
command -v python3 >/dev/null || skip_all "needs python3"
[ -e $balancing ] || skip_all "the kernel has no NUMA balancing"
[ -e $knobs/scan_delay_ms ] || skip_all "debugfs is not mounted"
[ -d $tiering ] || skip_all "the kernel has no memory tiers"
# The slowest of them, by its number.
tier=$(printf '%s\n' $tiering/memory_tier[0-9]* | sort -V | tail -n 1)
[ "$(printf '%s\n' $tiering/memory_tier[0-9]* | wc -l)" -gt 1 ] ||
	skip_all "this kernel puts all memory of this machine into the same tier"
slow=$(sed 's/[-,].*//' "$tier/nodelist")
nodes_with_cpus
[ -z "$(cat "/sys/devices/system/node/node$slow/cpulist")" ] ||
	skip_all "the nodes of the slowest tier have CPUs"
echo +memory >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null
mkdir -p "$group"
[ -e "$group/memory.reclaim" ] || skip_all "no memory.reclaim in cgroups"

scratch=$(mktemp -d)
pid=
old_balancing=$(cat $balancing)
old_demotion=$(cat $demotion)
old_delay=$(cat $knobs/scan_delay_ms)
old_period=$(cat $knobs/scan_period_min_ms)
trap end EXIT
echo 0 >$knobs/scan_delay_ms
echo 100 >$knobs/scan_period_min_ms

echo "TAP version 13"
echo "1..7"
result "which tiers there are" tells_tiers
result "what is on" tells_settings
result "pages are promoted" promotes
result "they are candidates, not remote" is_not_remote
result "and remote, where balancing is between nodes" is_remote
result "pages are demoted" demotes
result "all of it in words" tells_story
finish
