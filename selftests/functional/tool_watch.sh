#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens watch --filter" and "--follow": the processes of a cgroup, of a user and of a
# name are watched, those that begin later and what they fork as well, and no other; what
# the tool has watched while it stays, it unwatches when it leaves. "numalens list --by" has
# one line for all of a cgroup.
#
# Oracles: cgroup.procs, numa_maps, pgrep(1), nr_watched and the directories in processes/.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/wait.sh
. lib/wait.sh
root=/sys/kernel/numalens
tool=../tools/numalens
mount=/sys/fs/cgroup
group=numalens-watch
cgroup=$mount/$group
others=("$mount/${group}2" "$mount/x-$group")

# sleeper CGROUP COMMAND...: in the background; sets pid
sleeper()
{
	local to=$1

	shift
	(echo 0 >"$to/cgroup.procs"; exec "$@") >/dev/null 2>&1 &
	pid=$!
	wait_for is_in "$to"
}

is_in()
{
	grep -qx "$pid" "$1/cgroup.procs"
}

# In a line, ascending
members()
{
	find "$cgroup" -name cgroup.procs -exec cat {} + | sort -n | xargs
}

watched()
{
	find "$root/processes" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | xargs
}

all_are_watched()
{
	[ "$(watched)" = "$(members)" ]
}

# What a case that failed may have left.
end_follower()
{
	[ -z "$follower" ] || { kill "$follower"; wait "$follower"; } 2>/dev/null
	follower=
}

# follow WORDS: in the background, where a shell would have it ignore SIGINT; sets follower
follow()
{
	end_follower
	env --default-signal=INT "$tool" watch --follow --filter "$1" \
		>"$scratch/out" 2>"$scratch/errors" &
	follower=$!
}

# leaves SIGNAL [PID]: nothing that it has watched is left, but PID is
leaves()
{
	kill -s "$1" "$follower"
	wait "$follower"
	set -- "$?" "${2:-}"
	follower=
	equal "exit status" "$1" 0 || { sed 's/^/# /' "$scratch/errors"; return 1; }
	equal "what is watched" "$(watched)" "$2"
}

says()
{
	grep -q "$1" "$scratch/out" "$scratch/errors"
}

has_child()
{
	pgrep -P "$1" >"$scratch/children"
}

end_members()
{
	# shellcheck disable=SC2046 # pids
	kill $(members) 2>/dev/null
	wait_for no_members
}

no_members()
{
	[ -z "$(members)" ]
}

by_cgroup()
{
	"$tool" watch --filter "cgroup=$1" || return 1
	equal "what is watched" "$(watched)" "$(members)" || return 1
	"$tool" unwatch --filter "cgroup=$1" || return 1
	equal "what is watched then" "$(watched)" ""
}

by_user()
{
	"$tool" watch --filter user=nobody || return 1
	equal "what is watched" "$(watched)" "$(pgrep -u nobody | sort -n | xargs)" || return 1
	"$tool" unwatch --all
}

# group_of CGROUP: its processes, their pages, and those on each node, as numa_maps has them
group_of()
{
	local pids maps

	mapfile -t pids <"$1/cgroup.procs"
	mapfile -t maps < <(printf '/proc/%s/numa_maps\n' "${pids[@]}")
	awk -v group="${1#"$mount"}" -v nr="${#pids[@]}" -v nids="$(seq -s ' ' 0 \
		"$(sed 's/.*[-,]//' /sys/devices/system/node/online)")" '
	{
		for (i = 2; i <= NF; i++)
			if (split($i, pages, "=") == 2 && pages[1] ~ /^N[0-9]+$/) {
				on[pages[1]] += pages[2]
				all += pages[2]
			}
	}
	END {
		line = group "," nr "," all
		nr = split(nids, ids, " ")
		for (i = 1; i <= nr; i++)
			line = line "," on["N" ids[i]] + 0
		print line
	}' "${maps[@]}"
}

# Two processes are a line, and a cgroup in another is none of its.
as_groups()
{
	sleeper "$cgroup" sleep 1000
	"$tool" watch --filter "cgroup=/$group" || return 1
	"$tool" list --by cgroup --csv --columns group,processes,resident_pages,pages \
		>"$scratch/groups" || return 1
	equal "lines" "$(tail -n +2 "$scratch/groups" | sort)" \
		"$({ group_of "$cgroup"; group_of "$cgroup/inner"; } | sort)" || return 1
	kill "$pid"
	"$tool" unwatch --all
}

# Two that must both hold
by_name()
{
	"$tool" watch --filter "sleep cgroup=/$group/inner" || return 1
	equal "what is watched" "$(watched)" "$(xargs <"$cgroup/inner/cgroup.procs")" || return 1
	"$tool" unwatch --all
}

by_nothing()
{
	"$tool" watch --filter "cgroup=/$group/none" 2>"$scratch/errors"
	equal "exit status" $? 4 && grep -q "no process matches" "$scratch/errors" &&
		equal nr_watched "$(cat "$root/nr_watched")" 0
}

# One is there, one begins later, one is forked by it, and one of all forks at the end.
follow_all()
{
	local first

	follow "cgroup=$cgroup"
	wait_for all_are_watched || return 1
	sleeper "$cgroup" bash -c 'trap "sleep 1000 &" USR1; sleep 1000 & while :; do wait; done'
	first=$pid
	wait_for says "watched $first " || return 1
	# it has set its trap before
	wait_for has_child "$first" || return 1
	kill -USR1 "$first"
	wait_for says "^forked [0-9]" || return 1
	equal follow_forks "$(cat "$root/processes/$first/follow_forks")" on || return 1
	kill -USR1 "$first"
	leaves TERM || return 1
	end_members
	sleeper "$cgroup/inner" sleep 1000
}

drops_exited()
{
	sleeper "$cgroup" sleep 1000
	follow "cgroup=$cgroup"
	wait_for all_are_watched || return 1
	kill "$pid"
	wait_for says "^exited $pid sleep" || return 1
	# It can still be looked at.
	[ -e "$root/processes/$pid/state" ] || return 1
	wait_for all_are_watched && leaves INT
}

vanishes()
{
	end_members
	rmdir "$cgroup/inner" "$cgroup" || return 1
	follow "cgroup=/$group"
	wait_for says "no process matches" || return 1
	mkdir -p "$cgroup/inner"
	sleeper "$cgroup/inner" sleep 1000
	wait_for all_are_watched && leaves HUP
}

# Two places for three: the third is watched once one of them is gone.
too_many()
{
	local max ret

	max=$(cat "$root/max_watched")
	echo 2 >"$root/max_watched"
	sleeper "$cgroup" sleep 1000
	sleeper "$cgroup" sleep 1000
	follow "cgroup=/$group"
	wait_for says "max_watched" && kill "$(watched | cut -d ' ' -f 1)" &&
		wait_for all_are_watched &&
		equal "complaints" "$(wc -l <"$scratch/errors")" 1 && leaves TERM
	ret=$?
	echo "$max" >"$root/max_watched"
	return "$ret"
}

# What somebody else watches stays so.
of_others()
{
	echo "$pid" >"$root/watch"
	follow "cgroup=/$group"
	wait_for all_are_watched && leaves TERM "$pid" && "$tool" unwatch "$pid"
}

exited_only()
{
	# shellcheck disable=SC2046 # pids
	"$tool" watch $(members) || return 1
	kill "$pid"
	wait_for grep -qx exited "$root/processes/$pid/state" || return 1
	"$tool" unwatch --exited && equal "what is watched" "$(watched)" "$(members)" &&
		"$tool" unwatch --all
}

end()
{
	end_follower
	end_members
	kill "${stray[@]}" 2>/dev/null
	sleep 0.5
	rmdir "$cgroup/inner" "$cgroup" "${others[@]}" 2>/dev/null
	rm -rf "$scratch"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e "$root/abi_version" ] || skip_all "numalens is not loaded"
[ "$(cat "$root/nr_watched")" = 0 ] || skip_all "somebody watches something"
[ -x $tool ] || skip_all "$tool was not built"
[ -e $mount/cgroup.procs ] || skip_all "no cgroup2 on $mount"

scratch=$(mktemp -d)
follower=
stray=()
trap end EXIT
mkdir -p "$cgroup/inner" "${others[@]}"
for other in "${others[@]}"; do
	sleeper "$other" sleep 1000
	stray+=("$pid")
done
sleeper "$mount" setpriv --reuid nobody --clear-groups sleep 1000
stray+=("$pid")
sleeper "$cgroup" sleep 1000
sleeper "$cgroup/inner" sleep 1000

echo "TAP version 13"
echo "1..12"
result "by cgroup, as the kernel names it" by_cgroup "/$group"
result "by cgroup, as it is mounted" by_cgroup "$cgroup/"
result "by user" by_user
result "all of a cgroup as one line" as_groups
result "by name and cgroup" by_name
result "what nothing matches" by_nothing
result "those that come later, and what they fork" follow_all
result "one that exits" drops_exited
result "a cgroup that goes and comes" vanishes
result "more than may be watched" too_many
result "one that is watched by somebody else" of_others
result "all that have exited are unwatched" exited_only
finish
