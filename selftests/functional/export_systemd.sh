#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# The systemd units of the export, under a systemd of their own in a namespace: the
# timer has the service write its file, again and again, and with what is left of
# root's rights it can do that and no more.
#
# Oracles: systemd, /proc/self/status of what runs with the unit's settings, and the
# module's own files.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/wait.sh
. lib/wait.sh
root=/sys/kernel/numalens
tool=$PWD/../tools/numalens
units=$PWD/../contrib/systemd
systemd=/lib/systemd/systemd
gid=4999	# of the group that may read
cgroup=/sys/fs/cgroup/numalens-systemd

# What systemd finds: only these units, and nothing of the machine's.
prepare()
{
	mkdir "$scratch/units" "$scratch/textfiles"
	cp "$units"/numalens-export.* "$scratch/units/"
	cat >"$scratch/units/try.target" <<-EOF
	[Unit]
	Requires=numalens-export.timer
	After=numalens-export.timer
	EOF
	# A look around with the same settings
	sed "s|^ExecStart=.*|ExecStart=/bin/sh $directory/look|" \
		"$units/numalens-export.service" >"$scratch/units/look.service"
	cat >"$scratch/textfiles/look" <<-EOF
	exec >$directory/seen 2>&1
	grep -E '^Cap(Eff|Bnd)|^NoNewPrivs|^Seccomp:' /proc/self/status
	for file in /usr/written /etc/written /var/lib/written /home/written \
		/sys/kernel/numalens/max_watched; do
		{ echo 4096 >\$file; } 2>/dev/null && echo "can write to \$file"
	done
	ls /sys/class/net
	EOF
	{ cat /etc/group; echo "prometheus:x:$gid:"; } >"$scratch/group"
}

start()
{
	# shellcheck disable=SC2016 # its own arguments
	(echo 0 >$cgroup/cgroup.procs
	 container=other exec unshare --cgroup --pid --mount --fork --mount-proc bash -c '
		umount /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup &&
		mount -t tmpfs none /run &&
		mount -t tmpfs none /etc/systemd/system &&
		mount -t tmpfs none /var/lib &&
		mkdir -p "$2" && mount --bind "$1/textfiles" "$2" &&
		mount --bind "$1/group" /etc/group &&
		cp "$1"/units/* /etc/systemd/system/ &&
		for unit in udevd udev-trigger modules-load sysctl tmpfiles-setup \
			tmpfiles-setup-dev random-seed binfmt remount-fs journald; do
			ln -s /dev/null "/etc/systemd/system/systemd-$unit.service"
		done &&
		exec "$3" --system --unit=try.target --log-target=console --show-status=0' \
		bash "$scratch" "$directory" "$systemd") >"$scratch/log" 2>&1 &
	outer=$!
	wait_for has_init
}

has_init()
{
	init=$(cat "/proc/$outer/task/$outer/children" 2>/dev/null)
	init=${init%% *}
	[ -d "/proc/$outer" ] || init=gone
	[ -n "$init" ]
}

inside()
{
	nsenter -t "$init" -p -m "$@"
}

# trouble: why not, and false
trouble()
{
	tail -n 20 "$scratch/log" | sed 's/^/# /'
	inside systemctl --no-pager status numalens-export.timer numalens-export.service 2>&1 |
		sed 's/^/# /'
	return 1
}

which_file()
{
	stat -c %i.%Y "$file" 2>/dev/null || echo none
}

# is_new FILE: it is another one; or systemd has ended, and there is nothing to wait for
is_new()
{
	[ "$(which_file)" != "$1" ] || [ ! -d "/proc/$init" ]
}

resident()
{
	grep "^numalens_process_resident_bytes{pid=\"$pid\"," "$1"
}

writes()
{
	wait_for is_new none
	[ -s "$file" ] || { trouble; return 1; }
	equal "what it says of the module" "$(grep '^numalens_up' "$file")" "numalens_up 1" || return 1
	"$tool" export >"$scratch/direct" || return 1
	equal "what it says of a process" "$(resident "$file")" "$(resident "$scratch/direct")" &&
		[ -n "$(resident "$file")" ]
}

is_readable()
{
	equal "mode and owner" "$(stat -c '%a %u %g' "$file")" "640 0 $gid"
}

writes_again()
{
	local before

	before=$(which_file)
	wait_for is_new "$before"
	[ "$(which_file)" != "$before" ] || trouble
}

# 19 is CAP_SYS_PTRACE.
is_confined()
{
	inside systemctl start look.service || { trouble; return 1; }
	cat >"$scratch/want" <<-EOF
	CapEff:	0000000000080000
	CapBnd:	0000000000080000
	NoNewPrivs:	1
	Seccomp:	2
	lo
	EOF
	diff "$scratch/want" "$scratch/textfiles/seen" | sed 's/^/# /'
	cmp -s "$scratch/want" "$scratch/textfiles/seen"
}

end()
{
	# With the first process of a pid namespace go all others.
	[ -z "$init" ] || kill -KILL "$init" 2>/dev/null
	[ -z "$pid" ] || { kill "$pid"; echo "$pid" >"$root/unwatch"; } 2>/dev/null
	wait 2>/dev/null
	find "$cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null
	[ -z "$placed" ] || rm -f /usr/sbin/numalens
	rm -rf "$scratch"
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
[ -e $root/abi_version ] || skip_all "numalens is not loaded"
[ -x "$tool" ] || skip_all "$tool was not built"
[ ! -d /run/systemd/system ] || skip_all "systemd runs here: that is for a guest"
[ -x $systemd ] || skip_all "systemd is not installed"
[ ! -e /usr/sbin/numalens ] || skip_all "another numalens is installed"
directory=$(sed -n 's/^ReadWritePaths=//p' "$units/numalens-export.service")
[ -n "$directory" ] || skip_all "the unit has no directory to write to"

init='' pid='' placed=''
scratch=$(mktemp -d)
file=$scratch/textfiles/numalens.prom
trap end EXIT
mkdir $cgroup 2>/dev/null
[ -e $cgroup/cgroup.procs ] || skip_all "no cgroup2 on /sys/fs/cgroup"
placed=yes
cp "$tool" /usr/sbin/numalens
sleep 100000 &
pid=$!
echo "$pid" >$root/watch

echo "TAP version 13"
echo "1..4"
prepare
start
result "the service writes the file" writes
result "it is for the group and for nobody else" is_readable
result "the timer has it written again" writes_again
result "with one capability, and one place to write to" is_confined
finish
