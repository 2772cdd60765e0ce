#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens export" of a process that runs on one node, with its memory interleaved
# between two: what it writes, and what Prometheus answers that has it from
# node_exporter, is what numa_maps says.
#
# Oracles: numa_maps, the number of pages that the workload touches and
# migratepages(8) moves, Prometheus' own readers of the format.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/wait.sh
. lib/wait.sh
# shellcheck source=selftests/lib/toucher.sh
. lib/toucher.sh
root=/sys/kernel/numalens
tool=../tools/numalens
pages=2000
base=$(getconf PAGESIZE)
half=$((pages * base / 2))	# bytes of it on either node

# on_node NODE [ADDRESS]: bytes of the process, or of the VMA that begins there
on_node()
{
	awk -v node="$1" -v base="$base" -v addr="${2:-}" '
		addr == "" || $1 == addr {
			for (i = 2; i <= NF; i++)
				if (sub("^N" node "=", "", $i))
					sum += $i
		}
		END { printf "%.0f\n", sum * base }' "/proc/$pid/numa_maps"
}

# sample NAME LABELS: the value in the last export; without pid and comm, which are known
sample()
{
	awk -v name="numalens_process_$1{pid=\"$pid\",comm=\"toucher\"${2:+,$2}}" '
		$1 == name { print $2 }' "$scratch/export"
}

take()
{
	"$tool" export "$@" >"$scratch/export" 2>"$scratch/errors" && [ ! -s "$scratch/errors" ] &&
		return
	sed 's/^/# /' "$scratch/errors"
	return 1
}

# as_numa_maps: resident and remote memory; the process runs on the first node
as_numa_maps()
{
	local node elsewhere=0 bad=0

	for node in "${nodes[@]}"; do
		equal "resident on node $node" "$(sample resident_bytes "node=\"$node\"")" \
			"$(on_node "$node")" || bad=1
		[ "$node" = "$first" ] || elsewhere=$((elsewhere + $(on_node "$node")))
	done
	equal "remote" "$(sample remote_bytes)" "$elsewhere" && [ "$bad" = 0 ]
}

half_is_remote()
{
	equal "the workload on node $first" "$(on_node "$first" "$addr")" "$half" &&
		equal "the workload on node $last" "$(on_node "$last" "$addr")" "$half" &&
		take --scan && as_numa_maps
}

# between WHAT VALUE LOW HIGH
between()
{
	[ -n "$2" ] && [ "$2" -ge "$3" ] && [ "$2" -le "$4" ] && return
	echo "# $1: $2, should be $3 to $4"
	return 1
}

# What else it touched, its stack, its libraries' data, was little.
touches()
{
	local most=$((half + 200 * base))

	between "first touches from afar" "$(sample first_touch_bytes_total 'locality="remote"')" \
		"$half" "$most" &&
		between "first touches nearby" "$(sample first_touch_bytes_total 'locality="local"')" \
			"$half" "$most"
}

moved()
{
	local before now

	before=$(on_node "$last")
	migratepages "$pid" "$last" "$first" && take --scan && as_numa_maps || return 1
	now=$(on_node "$last" "$addr")
	equal "the workload on node $last" "$now" 0 &&
		between "migrated" "$(sample migrated_bytes_total 'reason="migrate_pages"')" \
			"$half" "$before"
}

# as_systemd CAPABILITIES FILE: as the unit has it, but for what systemd hides
as_systemd()
{
	setpriv --bounding-set="-all$1" --inh-caps=-all "$tool" export --textfile "$2" \
		2>"$scratch/errors"
}

one_capability()
{
	as_systemd ,+sys_ptrace "$scratch/textfiles/numalens.prom" || return 1
	equal "remote" "$(awk -v name="numalens_process_remote_bytes{pid=\"$pid\",comm=\"toucher\"}" \
		'$1 == name { print $2 }' "$scratch/textfiles/numalens.prom")" "$(sample remote_bytes)"
}

no_capability()
{
	local before status

	before=$(stat -c %i "$scratch/textfiles/numalens.prom")
	as_systemd '' "$scratch/textfiles/numalens.prom"
	status=$?
	equal "exit status" "$status" 5 && grep -q "try sudo" "$scratch/errors" &&
		equal "the old file" "$(stat -c %i "$scratch/textfiles/numalens.prom")" "$before"
}

time_is_told()
{
	local when now

	take --scan || return 1
	when=$(sample snapshot_timestamp_seconds)
	now=$(date +%s)
	# By the minute: the clock of a guest may be stepped.
	between "seconds since the scan, and 60" $((now - ${when%.*} + 60)) 0 600
}

listens()
{
	(exec 5<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Prometheus' answer to the share of what is remote, in parts of 10000
share_is()
{
	"$programs/promtool" query instant http://127.0.0.1:9090 "round(10000 *
		numalens_process_remote_bytes{pid=\"$pid\"} / sum without (node)
			(numalens_process_resident_bytes{pid=\"$pid\"}))" >"$scratch/answer" 2>&1
	grep -q "=> $1 @" "$scratch/answer"
}

scraped()
{
	local elsewhere=0 all=0 node

	take --scan --format prometheus --textfile "$scratch/textfiles/numalens.prom" || return 1
	for node in "${nodes[@]}"; do
		all=$((all + $(on_node "$node")))
		[ "$node" = "$first" ] || elsewhere=$((elsewhere + $(on_node "$node")))
	done
	cat >"$scratch/prometheus.yml" <<-EOF
	global: {scrape_interval: 5s, scrape_timeout: 5s}
	scrape_configs: [{job_name: node, static_configs: [{targets: ['127.0.0.1:9100']}]}]
	EOF
	"$programs/prometheus-node-exporter" --collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$scratch/textfiles" \
		--web.listen-address=127.0.0.1:9100 >"$scratch/node_exporter" 2>&1 &
	"$programs/prometheus" --config.file="$scratch/prometheus.yml" \
		--storage.tsdb.path="$scratch/tsdb" --web.listen-address=127.0.0.1:9090 \
		>"$scratch/prometheus" 2>&1 &
	wait_for listens 9090 && wait_for share_is $(((20000 * elsewhere + all) / (2 * all))) && return
	tail -n 5 "$scratch"/{answer,prometheus,node_exporter} | sed 's/^/# /'
	return 1
}

ends()
{
	kill "$pid"
	wait "$pid" 2>/dev/null
	take || return 1
	equal running "$(sample running)" 0 && equal remote "$(sample remote_bytes)" "" &&
		between migrated "$(sample migrated_bytes_total 'reason="migrate_pages"')" \
			"$half" $((2 * pages * base))
}

end()
{
	# shellcheck disable=SC2046 # a list of numbers
	[ -z "$(jobs -p)" ] || kill $(jobs -p) 2>/dev/null
	wait
	echo "$pid" 2>/dev/null >"$root/unwatch"
	rm -rf "$scratch"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/abi_version ] || skip_all "numalens is not loaded"
[ "$(cat $root/nr_watched)" = 0 ] || skip_all "somebody watches something"
[ -e $root/events ] || skip_all "this kernel can't count events"
[ -x $tool ] || skip_all "$tool was not built"
command -v migratepages >/dev/null || skip_all "migratepages is not installed (numactl)"
command -v setpriv >/dev/null || skip_all "setpriv is not installed (util-linux)"
read -r -a nodes < <(sed 's/[-,]/ /g' /sys/devices/system/node/has_memory)
[ ${#nodes[@]} -ge 2 ] || skip_all "needs 2 nodes with memory"
read -r -a nodes <$root/nodes
# The workload has to run on one of them.
first='' last=''
for node in "${nodes[@]}"; do
	grep -q 'MemTotal: *[1-9]' "/sys/devices/system/node/node$node/meminfo" || continue
	if [ -z "$first" ] && [ -n "$(cat "/sys/devices/system/node/node$node/cpulist")" ]; then
		first=$node
	else
		last=$node
	fi
done
[ -n "$first" ] || skip_all "no CPU is on a node with memory"
[ -n "$last" ] || skip_all "needs another node with memory"
programs=$(../scripts/prometheus --cached 2>/dev/null)

scratch=$(mktemp -d)
mkdir "$scratch/textfiles"
pid=
trap end EXIT

echo "TAP version 13"
echo "1..8"
toucher_under=(numactl "--interleave=$first,$last")
toucher_start "$scratch" "$pages" "$first" "$first"
echo "$pid" >$root/watch
echo >&3
read -r _ <&4
result "half of it is remote" half_is_remote
result "first touches" touches
result "one capability is enough" one_capability
result "without it nothing is written" no_capability
result "when it was scanned" time_is_told
if [ -n "$programs" ]; then
	result "scraped by Prometheus" scraped
else
	number=$((number + 1))
	echo "ok $number scraped by Prometheus # SKIP no prometheus, prometheus-node-exporter (setup)"
fi
result "after a migration" moved
result "one that has ended" ends
finish
