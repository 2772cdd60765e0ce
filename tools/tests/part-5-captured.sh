# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # sourced by run.sh
#
# Trees that tests/capture took in guests, of stopped processes: what the
# module and the tool say against what the kernel said at the same moment.

for captured in 2x2 cpuless 4line tiers; do
	root=$(tree "captured-$captured")
	for what in numa_maps domains; do
		result "captured $captured: equals the kernel's $what" \
			"$(python3 "$here/compare.py" $what "$tool" "$root" 2>&1)"
	done
done
golden captured-show captured-2x2 show --top 12 mix
golden captured-cpuless captured-cpuless show stress
golden captured-4line captured-4line domains
golden captured-topo captured-4line topo
golden captured-tiers captured-tiers balancing sweeper
golden captured-tiers-show captured-tiers show sweeper
golden captured-tiers-topo captured-tiers topo
