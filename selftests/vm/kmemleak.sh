# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the module allocated, and left behind when it was unloaded, as kmemleak
# sees it. An object younger than 5 s is no leak yet, and one whose pointer was
# on its way from one place to another during a scan is none after the next.

kmemleak=/sys/kernel/debug/kmemleak

# A scan takes half a minute.
kmemleak_scan()
{
	sleep 6
	echo scan >$kmemleak || return
	sleep 6
	echo scan >$kmemleak
}

# kmemleak_begin: forgets what was found before the module. There is no scan
# for it: nothing older has a backtrace that kmemleak_find would print.
kmemleak_begin()
{
	echo clear >$kmemleak
}

# kmemleak_symbols FILE: saved while the module is loaded. Afterwards, its
# functions are but numbers in a backtrace.
kmemleak_symbols()
{
	awk '$4 == "[numalens]" { print $1, $3 }' /proc/kallsyms | LC_ALL=C sort >"$1"
}

# kmemleak_find SYMBOLS LEAKS: prints the leaks whose backtrace is in the
# module, or in code which is no longer there; adds names where they are known.
# Addresses are compared as text: awk's numbers are too short for them.
kmemleak_find()
{
	LC_ALL=C awk '
	function name(address,	i) {
		for (i = nr; i && (starts[i] "") > address; i--)
			;
		return i && address <= starts[nr] "" ? " in " names[i] " [numalens]" : ""
	}
	function finish() {
		if (ours)
			printf "%s", text
		text = ""
		ours = 0
	}
	FILENAME == ARGV[1] { starts[++nr] = $1; names[nr] = $2; next }
	/^unreferenced object/ { finish() }
	/\[numalens\]/ { ours = 1 }
	$NF ~ /^0xffffffff[a-f][0-9a-f]+$/ {
		ours = 1
		$0 = $0 name(substr($NF, 3))
	}
	{ text = text $0 "\n" }
	END { finish() }' "$@"
}
