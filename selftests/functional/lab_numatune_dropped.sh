#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shellcheck disable=SC2317 # called by result
#
# "numalens lab run numatune" where something else starts QEMU, and drops the
# policies of its memory: the verdict says which cells are wrong; and without
# any QEMU.
#
# Oracle: numa_maps of QEMU.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/lab.sh
. lib/lab.sh
# shellcheck source=selftests/lib/says.sh
. lib/says.sh
# shellcheck source=selftests/lib/cells.sh
. lib/cells.sh
qemu="qemu-system-x86_64"

# Whoever starts QEMU so forgets its memory's policy.
write_wrapper()
{
	mkdir "$scratch/bin"
	cat >"$scratch/bin/$qemu" <<-EOF
		#!/bin/bash
		shopt -s extglob
		set -- "\${@//,host-nodes=+([0-9])/}"
		set -- "\${@//,policy=+([a-z])/}"
		exec $(command -v $qemu) "\$@"
	EOF
	chmod +x "$scratch/bin/$qemu"
}

dropped()
{
	guest_begin env PATH="$scratch/bin:$PATH" || return 1
	agree bind default 8 0 default 8 0 || return 1
	end_of_lab 1 "not as expected" || return 1
	says "yes bind: cell 0 (plain)" &&
		says "NO bind: cell 1 (plain) all on node $last: $pages and 0 of $pages pages" &&
		says "NO preferred: cell 0 (plain)" && says "NO interleave: cell 0 (plain)"
}

no_qemu()
{
	mkdir "$scratch/empty"
	begin numatune env PATH="$scratch/empty"
	exec 3>&-
	wait "$lab"
	equal "exit status" "$?" 3 || return 1
	lab=
	says "verdict skipped: .*qemu-system-x86"
}

lab_init
trap lab_exit EXIT
command -v $qemu >/dev/null || skip_all "$qemu is not installed (qemu-system-x86)"
write_wrapper

echo "TAP version 13"
echo "1..2"
result "policies that are dropped are missed" dropped
result "without QEMU" no_qemu
finish
