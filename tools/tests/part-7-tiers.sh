# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010 # sourced by run.sh
#
# Memory tiers: what is promoted is not called remote, where balancing looks for that;
# and where all memory is of one tier, nothing is said of any.

golden tiers-topo tiers topo
golden tiers-doctor tiers doctor
golden tiers-doctor-off tiers-off doctor
golden tiers-doctor-one tiers-one doctor
golden tiers-balancing tiers balancing 70
golden tiers-balancing-off tiers-off balancing 70
golden tiers-migrations tiers migrations --pages 70
golden tiers-migrations-columns tiers migrations --columns reason,from_nid,moved_pages,promoted_pages 70
golden tiers-threads tiers threads 70
golden tiers-show tiers show 70
golden tiers-top tiers top --batch -n 1 --view threads
golden tiers-json tiers balancing --json 70

json "tiers: which are slow, the fastest first" tiers '
[(t["tier"], t["nodes"], t["slow"]) for t in d["memory_tiers"]] ==
	[(2, [3], False), (4, [0, 1], False), (450, [2], True)] and d["demotion"] is True' topo
json "tiers: none" two-nodes 'd["memory_tiers"] == [] and d["demotion"] is None' topo
json "tiers: candidates are not remote" tiers '
(h := d["processes"][0]["hint_faults"])["local"] == 4 and h["remote"] == 24
and h["remote_bp"] == 8571 and h["slow_memory"] == h["promotion_candidates"] == 612
and sum(map(sum, h["matrix"])) == 4 + 24 + 612
and (b := d["processes"][0]["balancing"])["promotion"] is True and b["promoted_pages"] == 500
and b["demoted_pages"] == 320' balancing 70
json "tiers: without promotion they are" tiers-off '
(h := d["processes"][0]["hint_faults"])["local"] == 4 and h["remote"] == 636
and h["remote_bp"] == 9938 and h["slow_memory"] == 612 and h["promotion_candidates"] == 0
and (b := d["processes"][0]["balancing"])["promotion"] is False and b["demotion"] is False
and b["promoted_pages"] == 500' balancing 70
json "tiers: of threads, too" tiers '
[(t["tid"], t["hint_faults_local"], t["hint_faults_remote"], t["hint_promotion_candidates"])
 for t in d["processes"][0]["threads"]] == [(70, 4, 14, 512), (71, 0, 10, 100)]' threads 70
json "tiers: what is moved by another than balancing is not promoted" tiers '
(m := d["processes"][0]["migrations"])["promoted_pages"] == 500 and m["demoted_pages"] == 320
and sum(map(sum, m["matrix_pages"])) == 875' migrations 70

# moded MODE EXPRESSION: the same machine in another mode of balancing
moded()
{
	rm -rf "$work/moded"
	printf 'include tiers.tree\nproc/sys/kernel/numa_balancing: %s\n' "$1" |
		python3 "$here/mktree.py" - "$work/moded" || bail "mode $1"
	"$tool" --sysroot "$work/moded" --json balancing 70 >"$work/out" 2>"$work/err"
	result "tiers: kernel.numa_balancing=$1" "$(python3 -c 'import json, sys
h = json.load(open(sys.argv[1], encoding="utf-8"))["processes"][0]["hint_faults"]
print("" if eval(sys.argv[2]) else h)' "$work/out" "$2" 2>&1)"
}

moded 0 'h["remote"] == 636 and h["promotion_candidates"] == 0'
moded 3 'h["remote"] == 24 and h["promotion_candidates"] == 612'
moded '' 'h["remote"] == 636 and h["promotion_candidates"] == 0'
moded x 'h["remote"] == 636 and h["promotion_candidates"] == 0'

base=tiers
hostile "a tier of garbage" 0 "" "topo" \
	'sys/devices/virtual/memory_tiering/memory_tier450/nodelist: 2-'
hostile "a tier of no node" 0 "" "balancing 70" \
	'sys/devices/virtual/memory_tiering/memory_tier450/nodelist:'
hostile "a tier of nodes that are not there" 0 "" "balancing 70" \
	'sys/devices/virtual/memory_tiering/memory_tier450/nodelist: 7,65535'
hostile "all nodes without a CPU" 0 "" "balancing 70" \
	'sys/devices/system/node/node0/cpulist:\nsys/devices/system/node/node1/cpulist:'
base=

"$tool" --sysroot "$(tree tiers)" export >"$work/out" 2>"$work/err"
result "tiers: exported as a locality of its own" "$(
	said out 'hint_faults_total{pid="70",comm="cache",locality="local"} 4$'
	said out 'hint_faults_total{pid="70",comm="cache",locality="remote"} 24$'
	said out 'hint_faults_total{pid="70",comm="cache",locality="slow"} 612$')"
"$tool" --sysroot "$(tree tiers-off)" export >"$work/other" 2>"$work/err"
result "tiers: exported alike, whatever the mode" "$(
	diff "$work/out" "$work/other" | grep hint_faults)"
