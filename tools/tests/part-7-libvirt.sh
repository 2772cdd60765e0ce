# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2181,SC1010 # sourced by run.sh
#
# Domains of libvirt's, by a stand-in for its library (libvirt.c), which reads
# domains/, and for what needs no process, by the real one.

domains=$(tree domains)
uuid=00006001-0000-4000-8000-00000000000b

# the build where libvirt is not, which all else has in common with the other
make -s -C "$tools" numalens-bare >&2 || bail "numalens-bare does not build"
saved=$tool
tool=$tools/numalens-bare
fails "libvirt: built without" 3 "built without libvirt (libvirt-dev, libxml2-dev)" "$domains" \
	check bound
json "libvirt: a pid needs none" domains '
(p := d["processes"][0])["domain"] is None and p["ok"] is True' check 6001
tool=$saved

if "$plain" --sysroot "$domains" check bound 2>&1 | grep -q 'built without'; then
	skip "libvirt: domains" "built without libvirt (libvirt-dev, libxml2-dev)"
	return 0
fi
mkdir "$work/library" "$work/no-library" "$work/old-library"
# shellcheck disable=SC2046 # words
${CC:-cc} -shared -fPIC -D_GNU_SOURCE $(pkg-config --cflags libvirt libxml-2.0) \
	-o "$work/library/libvirt.so.0" "$here/libvirt.c" -lxml2 || bail "libvirt.c"
echo 'int virInitialize(void) { return 0; }' | ${CC:-cc} -shared -fPIC -x c - \
	-o "$work/old-library/libvirt.so.0" || bail "a library that lacks functions"
: >"$work/no-library/libvirt.so.0"

# The real one's test driver has one domain, "test".
if "$plain" --sysroot "$domains" check --connect test:///default none 2>&1 |
   grep -q 'knows no domain'; then
	saved=$tool
	tool=$plain	# the libraries that it loads are not meant for sanitizers
	fails "libvirt itself: no such domain" 4 'test:///default knows no domain "none"' \
		"$domains" check --connect test:///default none
	fails "libvirt itself: a domain that is none of QEMU's" 4 "driver TEST: it has no process" \
		"$domains" check --connect test:///default test
	fails "libvirt itself: no daemon" 3 "is libvirtd, or virtqemud, running?" "$domains" \
		check --connect "qemu+unix:///system?socket=$work/no-socket" none
	fails "libvirt itself: a URI that it can't read" 1 "libvirt can't be asked" "$domains" \
		check --connect "test://" none
	tool=$saved
else
	for name in "no such domain" "a domain that is none of QEMU's" "no daemon" \
		"a URI that it can't read"; do
		skip "libvirt itself: $name" "its library is not there (libvirt0)"
	done
fi

LD_LIBRARY_PATH=$work/no-library
SHIM_DOMAINS=$here/domains
export LD_LIBRARY_PATH SHIM_DOMAINS
fails "libvirt: no library" 3 "libvirt's library (libvirt0): " "$domains" check bound
LD_LIBRARY_PATH=$work/old-library
fails "libvirt: a library that lacks functions" 3 "undefined symbol" "$domains" check bound
LD_LIBRARY_PATH=$work/library

golden domain-bound domains check bound
golden domain-plain domains check plain
golden domain-moved domains check moved
golden domain-numad domains check numad
golden domain-cell domains check --cell 0=1 moved
golden domain-nodes domains check --pages --nodes 0 --connect qemu:///session "$uuid"
golden json-domain domains check --json moved
json "libvirt: a number is a pid" domains '
(p := d["processes"][0])["pid"] == 6001 and p["domain"] is None' check 6001
json "libvirt: a number is a name with --connect, a domain is found by its name" domains '
(p := d["processes"][0])["pid"] == 6001 and
p["domain"] == {"name": "6201", "uuid": "'$uuid'", "uri": "qemu:///system", "numatune": True}' \
	check --connect qemu:///system 6201
json "libvirt: a domain is found by its UUID" domains '
(p := d["processes"][0])["pid"] == 6001 and p["domain"]["name"] == "bound"' check $uuid
json "libvirt: what the command line says comes first" domains '
[(a["cell"], a["wanted_nodes"], a["policy"]) for a in d["processes"][0]["areas"]] ==
[(0, "0", "strict"), (1, "0-1", "interleave")]' \
	check --cell 1=0-1 --policy interleave --tolerance 100 bound
fails "libvirt: a number that is no process" 4 "is found by its UUID, or with --connect" \
	"$domains" check --nodes 0 99999999999
fails "libvirt: no such domain" 4 "qemu:///system knows no domain \"12x\"" "$domains" check 12x
fails "libvirt: shut off" 4 "domain off is shut off" "$domains" check off
fails "libvirt: ended since, and who names its UUID is no QEMU" 4 "domain ended has just ended" \
	"$domains" check ended
fails "libvirt: two processes with its UUID" 1 "both 6301 and 6302 have the UUID" "$domains" \
	check twice
fails "libvirt: XML of something else" 1 "XML of domain net makes no sense" "$domains" check net
fails "libvirt: XML that is cut off" 1 "XML of domain torn makes no sense" "$domains" check torn
fails "libvirt: on another machine" 2 "is on another machine" "$domains" \
	check --connect qemu+ssh://far/system bound
fails "libvirt: a cell that the domain does not have" 2 "no cell 7" "$domains" \
	check --cell 7=0 bound
fails "libvirt: no name" 2 "no process is given" "$domains" check ""

# failing NAME STATUS TEXT WHERE:CODE:ERRNO
failing()
{
	SHIM_FAIL=$4
	export SHIM_FAIL
	fails "libvirt: $1" "$2" "$3" "$domains" check bound
	unset SHIM_FAIL
}

failing "no daemon" 3 "is libvirtd, or virtqemud, running?" open:38:2
failing "a daemon that is gone" 3 "is libvirtd, or virtqemud, running?" open:38:111
failing "no permission for its socket" 5 "try sudo" open:38:13
failing "no permission, by polkit" 5 "so it was asked for; try sudo" open:45:0
failing "it can't connect" 1 "libvirt can't be asked for a domain: so it was asked for" open:1:0
failing "it can't look" 1 "can't look for the domain" lookup:1:5
failing "forgotten while it is read" 4 "knows no domain" xml:42:0
failing "no permission for the XML" 5 "try sudo" xml:88:0
unset LD_LIBRARY_PATH SHIM_DOMAINS
