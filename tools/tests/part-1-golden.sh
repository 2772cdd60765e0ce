# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010 # sourced by run.sh
#
# What people see, and what programs see.

golden topo-two two-nodes topo
golden topo-many many-nodes topo
golden topo-one one-node topo
golden list two-nodes list
golden list-many many-nodes list
golden list-empty debugfs list
golden show two-nodes show 4711
golden show-vmas two-nodes show --vmas 4711
golden show-top two-nodes show --top 2 --pages 4711
golden show-bytes two-nodes show --bytes 900
golden show-exited two-nodes show 812
golden show-pattern two-nodes show local stress
golden show-many many-nodes show --vmas many
golden domains two-nodes domains
golden domains-cpu two-nodes domains --cpu 1,3
golden domains-stats two-nodes domains --cpu 2 --stats
golden domains-explain two-nodes domains --explain
golden domains-debugfs debugfs domains --explain
golden domains-none one-node domains
golden doctor-two two-nodes doctor
golden doctor-one one-node doctor
golden doctor-debugfs debugfs doctor
golden json-show two-nodes show --json --vmas 900
golden json-domains debugfs domains --json

json "json: show gives what the tree's author worked out" two-nodes '
[p["pid"] for p in d["processes"]] == [4711]
and (p := d["processes"][0])["nodes"] == [0, 1]
and p["resident_pages"] == [100898, 250032] and p["thp_pages"] == [20480, 184320]
and p["remote_pages"] == 250032 and p["remote_bp"] == 7125
and p["mean_distance_hundredths"] == 1712 and p["age_ns"] is None
and p["mems_allowed"] == [0, 1] and p["allowed_nodes"] == [0]
and p["home_bp"] == [10000, 0] and p["time_ns"] == [12345678901, 0]
and "vmas" not in p' show 4711
json "json: VMAs are largest first and add up" two-nodes '
(p := d["processes"][0]) and len(p["vmas"]) == p["nr_vmas"] == 9
and [sum(v["pages"][n] for v in p["vmas"]) for n in (0, 1)] == p["resident_pages"]
and [v["resident_pages"] for v in p["vmas"]] ==
	sorted((sum(v["pages"]) for v in p["vmas"]), reverse=True)
and p["vmas"][0]["start"] == "7f5a40000000" and p["vmas"][0]["policy_source"] == "vma"
and p["vmas"][1]["kind"] == "hugetlb" and p["vmas"][1]["page_size_bytes"] == 2097152
and p["vmas"][3]["path"].endswith("/pool.0") and p["vmas"][3]["perms"] == "rw-s"
and p["vmas"][7]["path"] == "[anon:a name\\x1b[31m\\xff]"' show --vmas 4711
json "json: list" two-nodes '
[(p["pid"], p["state"], p["remote_bp"], p["policy"]) for p in d["processes"]] ==
[(812, "exited", 3750, "interleave:0-1"), (900, "running", 0, "default"),
 (4711, "running", 7125, "default")]' list
json "json: topo" many-nodes '
d["nodes"] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 18, 19, 20, 33]
and d["node_details"][15]["cpus"] == [] and d["node_details"][15]["has_memory"]
and not d["node_details"][5]["has_memory"] and len(d["smt_siblings"]) == 28
and d["node_details"][0]["memory_total_bytes"] == 268435456 * 1024
and all(len(n["distances"]) == 16 for n in d["node_details"])
and d["numa_balancing"] == "2" and d["virtual_machine"] is None' topo
json "json: domains" two-nodes '
d["generation"] == 2 and [c["cpu"] for c in d["cpus"]] == [0, 1, 2, 3]
and (n := d["cpus"][2]["domains"][1])["name"] == "NUMA" and n["span"] == "0-3"
and n["groups"] == ["2-3", "0-1"] and n["flags"] == 0x3217
and n["stats"]["lb_count"] == [200, 0, 1010] and n["stats"]["alb_count"] == 2
and n["stats"]["idle_types"] == ["idle", "busy", "newidle"]
and {f["name"]: f["number_here"] for f in d["flags"]}["SD_NUMA"] == 0x2000' \
	domains --stats --explain
json "json: what debugfs does not know is not there" debugfs '
d["source"] == "debugfs" and d["generation"] is None
and "span" not in d["cpus"][0]["domains"][0]' domains
json "json: doctor" one-node '
d["ok"] is False and {c["check"]: c["state"] for c in d["checks"]}["module"] == "missing"' doctor
