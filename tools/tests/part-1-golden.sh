# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010 # sourced by run.sh
#
# What people see, and what programs see.

golden topo-two two-nodes topo
golden topo-many many-nodes topo
golden topo-one one-node topo
golden lab-list-two two-nodes lab list
golden lab-list-one one-node lab list
golden lab-list-full full-node lab list
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
golden touch two-nodes touch 4711
golden touch-vmas two-nodes touch --vmas --top 2 --pages 4711
golden touch-exited two-nodes touch 812
golden touch-late two-nodes touch 900
golden touch-many many-nodes touch --vmas many
golden touch-first-version captured-2x2 touch mix
golden migrations two-nodes migrations 4711
golden migrations-vmas two-nodes migrations --vmas --bytes 4711 812
golden migrations-many many-nodes migrations --vmas many
golden threads two-nodes threads 4711
golden threads-remote two-nodes threads --sort remote --top 2 4711
golden threads-tid two-nodes threads --sort tid 4711
golden threads-exited two-nodes threads 812
golden threads-many many-nodes threads many
golden balancing two-nodes balancing 4711
golden balancing-exited two-nodes balancing 812
golden balancing-first-version captured-2x2 balancing mix
golden check-nodes two-nodes check --nodes 0 4711
golden check-rules two-nodes check --pages --max-remote 5 --no-files --nodes all \
	--policy interleave --tolerance 12.5 4711
golden check-preferred two-nodes check --bytes --nodes !1 --policy preferred 4711
golden check-good two-nodes check --nodes 1 --max-remote 0 900
golden check-exited two-nodes check --nodes 0 812
golden check-guest guests check 5001
golden check-guest-crossed guests check --cell 0=0 --cell 1=1 --vcpu-local 5101
golden check-guest-vcpus guests check 5101
golden check-guest-one-cell guests check --cell 0=0 5301
golden check-guest-lost guests check 5301
golden check-guest-policies guests check 5201
golden check-guest-interleave guests check --cell 0=0-1 --policy interleave 5401
golden check-guest-untouched guests check --cell 0=1 5501
golden check-guest-sizes guests check 5601
golden check-guest-plugged guests check 5701
golden check-guest-dimm guests-many check 5901
golden check-guest-many guests-many check --cell 0=0-1,3,17 5901
golden json-check guests check --json --cell 0=0 --vcpu-local 5101
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
golden json-touch two-nodes touch --json --vmas 812
golden json-migrations two-nodes migrations --json --vmas 812
golden json-threads two-nodes threads --json --top 1 4711
golden json-balancing two-nodes balancing --json 4711
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
json "json: first touches are what the tree's author worked out" two-nodes '
(p := d["processes"][0])["events"] is True and p["events_since_ns"] == 500000000
and (t := p["first_touch"])["matrix_pages"] == [[78336, 270336], [0, 16]]
and t["local_pages"] == 78352 and t["remote_pages"] == 270336 and t["remote_bp"] == 7753
and t["no_vma_pages"] == 500 and t["file_pages"] == [[2560, 160], [0, 0]]
and t["kinds"]["thp"] == [[0, 204800], [0, 0]] and t["kinds"]["cow"] == [[50, 0], [0, 0]]
and [[sum(k[r][c] for k in t["kinds"].values()) for c in (0, 1)] for r in (0, 1)]
	== t["matrix_pages"]
and [(h["tid"], h["comm"], h["touched_pages"]) for h in p["threads"]] ==
	[(4711, "qemu-system-x86", 344222), (4712, "CPU 0/KVM", 3000), (4713, "CPU 1/KVM", 1016)]
and p["threads"][0]["pages"] == [73886, 270336]
and [v["touched_pages"] for v in p["vmas"]] == [204800, 131072, 8216, 4000, 100]
and p["vmas"][0]["remote_bp"] == 10000 and p["vmas"][1]["remote_bp"] == 5000' touch --vmas 4711
json "json: migrations by reason, with failures and the caller" two-nodes '
(m := d["processes"][0]["migrations"])["matrix_pages"] == [[0, 0], [20488, 0]]
and m["failed_pages"] == 1026 and m["no_vma_pages"] == 0
and len(m["reasons"]) == 13 and m["reasons"]["numa_misplaced"]["failed_pages"] == 1024
and m["reasons"]["migrate_pages"]["matrix_pages"] == [[0, 0], [20480, 0]]
and m["caller"] == {"pid": 950, "comm": "migratepages", "reason": "migrate_pages"}
and (t := d["processes"][0]["task_moves"])["matrix"] == [[0, 3], [2, 0]]
and t["causes"]["wakeup"] == [[0, 2], [1, 0]] and t["causes"]["affinity"] == [[0, 0], [0, 0]]' \
	migrations 4711
json "json: nobody moved pages from outside" two-nodes '
d["processes"][0]["migrations"]["caller"] is None' migrations 812
json "json: threads" two-nodes '
(t := d["processes"][0]["threads"]) and [h["tid"] for h in t] == [4712, 4713, 4711, 4720]
and t[0]["time_ns"] == [8000000000, 0] and t[0]["policy"] == "bind:0"
and t[0]["hint_faults_local"] == 4 and t[0]["hint_faults_remote"] == 60
and t[0]["numa_faults"] == [300, 100] and t[0]["hint_failed_pages"] == 1024
and t[1]["allowed_nodes"] == [0, 1] and t[1]["allowed_cpus"] == [0, 1, 2, 3]
and t[1]["task_moves"] == [[0, 2], [0, 0]] and t[1]["hint_shared"] == 3
and t[2]["preferred_nid"] is None and t[2]["first_touch_remote_pages"] == 270336' threads 4711
json "json: threads by what is remote" two-nodes '
[h["tid"] for h in d["processes"][0]["threads"]] == [4711, 4712, 4713, 4720]' \
	threads --sort remote 4711
json "json: balancing" two-nodes '
(h := d["processes"][0]["hint_faults"])["matrix"] == [[4, 68], [2, 0]] and h["local"] == 4
and h["remote"] == 70 and h["remote_bp"] == 9459 and h["shared"] == 3 and h["no_vma"] == 2
and h["migrated_pages"] == 8 and h["failed_pages"] == 1024
and (b := d["processes"][0]["balancing"])["numa_balancing"] == "1" and b["preferred_nid"] == 0
and b["scan_seq"] == 12 and b["numa_faults"] == [301, 120] and b["total_numa_faults"] == 421
and b["numa_pages_migrated"] == 8 and b["vma_skips"]["shared_ro"] == 12
and b["vma_skips"]["pid_inactive"] == 11 and b["vma_skips"]["scan_delay"] == 0' balancing 4711
json "json: folios" two-nodes '
[(f["order"], f["size_bytes"], f["pages"]) for f in d["processes"][0]["folios"] if any(f["pages"])] ==
[(0, 4096, [13282, 16]), (4, 65536, [1600, 160]), (9, 2097152, [20480, 184320])]' show 4711
json "json: folios that were not asked for" two-nodes 'd["processes"][0]["folios"] is None' show 812
json "json: a snapshot of the first version has no events" captured-2x2 '
(p := d["processes"][0])["events"] is None and p["events_since_ns"] is None
and p["first_touch"]["local_pages"] == 0' touch mix
json "json: list" two-nodes '
[(p["pid"], p["state"], p["remote_bp"], p["policy"]) for p in d["processes"]] ==
[(812, "exited", 3750, "interleave:0-1"), (900, "running", 0, "default"),
 (4711, "running", 7125, "default")]' list
json "json: check names what is wrong, and why" guests '
(p := d["processes"][0])["ok"] is False and p["qemu"] is True
and p["vcpus_known_by"] == "names of threads"
and [(v["cell"], v["tid"]) for v in p["vcpus"]] == [(0, 5102), (1, 5103), (1, 5104)]
and [(a["cell"], a["pages"], a["outside_pages"], a["wanted_nodes"]) for a in p["areas"]] ==
	[(0, [0, 16384], 16384, "0"), (1, [16384, 0], 16384, "1")]
and [(f["grade"], f["rule"], f["cell"], f["tid"]) for f in p["findings"]] ==
	[("wrong", "cell", 0, None), ("wrong", "cell", 1, None), ("wrong", "vcpu-local", 0, 5102),
	 ("wrong", "vcpu-local", 1, 5103), ("wrong", "vcpu-local", 1, 5104)]
and [(v["start"], v["pages"], v["cause"]) for v in p["findings"][0]["vmas"]] ==
	[("7f5a44200000", 8192, "policy_missing"), ("7f5a46200000", 8192, "policy_missing")]
and p["remedies"]["now"][2:4] == ["taskset -p -c 0-1 5102", "taskset -p -c 2-3 5103"]
and p["remedies"]["qemu"][1].endswith(",policy=bind,host-nodes=1")' \
	check --cell 0=0 --cell 1=1 --vcpu-local 5101
json "json: check tells a policy that came late from one that is missing" guests '
[v["cause"] for f in d["processes"][0]["findings"] for v in f["vmas"]] == ["pages_wrong"]' \
	check --cell 0=1 5301
json "json: nothing is wrong" guests '
(p := d["processes"][0])["ok"] is True and p["findings"] == [] and
not any(p["remedies"].values())' check 5001
json "json: lab list" one-node '
[e["name"] for e in d["experiments"]][:3] == ["first-touch", "policy", "migrate"] and
all("two nodes" in e["missing"] for e in d["experiments"][:3])' lab list
json "json: lab list, all run here" two-nodes '
all(e["missing"] is None for e in d["experiments"][:3])' lab list
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
