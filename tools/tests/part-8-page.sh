# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2016 # sourced by run.sh
#
# numalens lab page: the page of a record. page.py reads it as XML, which is
# stricter than any browser.

record=$here/lab/two-nodes.json
page=$work/page
mkdir "$work/empty"

# rendered PATH RECORD: make $page of it, with the programs of PATH; complain
rendered()
{
	rm -rf "$page"
	timeout 300 env PATH="$1" "$tool" lab page "$2" "$page" >"$work/out" 2>"$work/err"
	status=$?
	[ $status -eq 0 ] || echo "exit $status: $(cat "$work/err")"
	[ ! -s "$work/out" ] || echo "on stdout: $(cat "$work/out")"
	ls -A "$page" >"$work/files"
	printf 'lab.json\nreport.html\n' | diff - "$work/files"
}

# pictures: how many the page has
pictures()
{
	grep -o '<svg' "$page/report.html" | wc -l
}

# is WHAT WANTED GOT
is()
{
	[ "$2" = "$3" ] || echo "$1: $3, not $2"
}

# every matrix, address space and series of the record
wanted=$(grep -c '"\(cells\|vmas\|lines\)"' "$record")
python3 "$here/page.py" mark "$record" >"$work/marked.json"

result "page: without gnuplot" "$(rendered "$work/empty" "$record"
	python3 "$here/page.py" check "$page/report.html" "$record" 2>&1
	is pictures 0 "$(pictures)"
	grep -q gnuplot-nox "$work/err" || cat "$work/err"
	grep -q 'plots are missing.*package is gnuplot-nox' "$page/report.html" || echo "not said"
	grep -q '<td class="h9">16384<' "$page/report.html" || echo "no heat map"
	grep -q '<details open="">' "$page/report.html" || echo "points are not in sight")"
result "page: without gnuplot: texts stay texts" "$(rendered "$work/empty" "$work/marked.json"
	python3 "$here/page.py" check "$page/report.html" "$work/marked.json" 2>&1)"
result "page: the record beside it is the record" "$(rendered "$work/empty" "$record"
	python3 -c 'import json, sys
a, b = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
if a != b: print("differs")' "$record" "$page/lab.json" 2>&1)"
result "page: made of its own record, in place" "$("$tool" lab page "$page/lab.json" "$page" 2>&1 |
	grep -v 'has no plots'; ls -A "$page" | diff "$work/files" -)"

if command -v gnuplot >/dev/null; then
	result "page: with gnuplot" "$(rendered "$PATH" "$record"; cat "$work/err"
		python3 "$here/page.py" check "$page/report.html" "$record" 2>&1
		is pictures "$wanted" "$(pictures)")"
	mkdir "$work/bin"
	printf '#!/bin/sh\ntee %s | %s "$@"\n' "$work/script" "$(command -v gnuplot)" >"$work/bin/gnuplot"
	chmod +x "$work/bin/gnuplot"
	result "page: with gnuplot: texts stay texts, and away from it" "$(
		rendered "$work/bin:$PATH" "$work/marked.json"; cat "$work/err"
		python3 "$here/page.py" check "$page/report.html" "$work/marked.json" 2>&1
		is pictures "$wanted" "$(pictures)"
		grep -q 'set terminal svg' "$work/script" || echo "no script"
		! grep 'alert\|svg>' "$work/script")"
else
	skip "page: with gnuplot" "gnuplot is missing; apt-get install gnuplot-nox"
fi

# broken NAME SCRIPT TEXT: a gnuplot that does so costs the pictures only
broken()
{
	mkdir -p "$work/broken"
	printf '#!/bin/sh\n%s\n' "$2" >"$work/broken/gnuplot"
	chmod +x "$work/broken/gnuplot"
	result "page: a gnuplot that $1" "$(rendered "$work/broken:$PATH" "$record"
		python3 "$here/page.py" check "$page/report.html" "$record" 2>&1
		is pictures 0 "$(pictures)"
		grep -q "$3" "$work/err" || cat "$work/err")"
}

broken "fails" 'echo "<script>no" >&2; exit 3' 'gnuplot failed: <script>no'
broken "is killed" 'kill -9 $$' 'gnuplot failed'
broken "draws nothing" 'exit 0' 'gnuplot drew 0 of'
broken "draws half a picture" 'echo "<svg viewBox=\"0 0 1 1\"><g"' 'gnuplot drew 0 of'
broken "draws one picture" 'echo "<svg viewBox=\"0 0 1 1\"><g></g></svg>"' 'gnuplot drew 1 of'

bad=
for seed in $(seq 32); do
	python3 "$here/page.py" spoil "$record" "$seed" >"$work/spoilt.json"
	with=$work/empty
	[ $((seed % 4)) -ne 0 ] || with=$PATH
	bad=$bad$(rendered "$with" "$work/spoilt.json"
		python3 "$here/page.py" parse "$page/report.html" 2>&1 | tail -n 1)
	[ -z "$bad" ] || break
done
result "page: of records that lie" "${bad:+seed $seed: $bad}"

# unusable NAME STATUS TEXT CONTENTS
unusable()
{
	rm -rf "$page"
	printf '%b' "$4" >"$work/unusable.json"
	fails "page: $1" "$2" "$3" / lab page "$work/unusable.json" "$page"
	result "page: $1: none is made" "$([ ! -e "$page" ] || ls "$page")"
}

unusable "of nothing" 1 "is cut off" ''
unusable "of half a record" 1 "is cut off" '{"command":"lab","format":1,"experiments":[{"na'
unusable "of what is no JSON" 1 "is no JSON from byte 0 on" '<html>'
unusable "of binary data" 1 "is no JSON" '\0177ELF\0002\0001'
unusable "of JSON with something behind" 1 "goes on behind its JSON" '{"command":"lab","format":1} {'
unusable "of a list" 1 "is no record of numalens lab" '[1]'
unusable "of null" 1 "is no record of numalens lab" 'null\n'
unusable "of another command's output" 1 "is no record of numalens lab" \
	'{"schema":"numalens/1","command":"topo"}'
unusable "of a record without a format" 1 "is no record of numalens lab" '{"command":"lab"}'
unusable "of another format" 1 "in format 2; this numalens knows 1" '{"command":"lab","format":2}'
unusable "of JSON that is too deep" 1 "is no JSON" "$(printf '%0100d' 0 | tr 0 '[')"
fails "page: of a record that is not there" 1 "can't read $work/none: No such file" \
	/ lab page "$work/none" "$page"
fails "page: of a directory" 1 "can't read $work: Is a directory" / lab page "$work" "$page"
printf '{"command":"lab","format":1}' >"$work/least.json"
result "page: of a record of nothing" "$(rendered "$work/empty" "$work/least.json"
	grep -q 'has no experiments' "$page/report.html" || echo "not said"
	[ ! -s "$work/err" ] || cat "$work/err")"

fails "page: the directory is a file" 1 "can't write to $record: Not a directory" \
	/ lab page "$record" "$record"
fails "page: the directory's parent is missing" 1 "can't make the directory $work/x/y: No such" \
	/ lab page "$record" "$work/x/y"
rm -rf "$page"
mkdir -p "$page/report.html"
fails "page: its name is taken by a directory" 1 "can't write to $page/report.html: Is a directory" \
	/ lab page "$record" "$page"
rm -rf "$page"
mkdir "$page"
echo before >"$page/report.html"
(
	trap '' XFSZ
	ulimit -f 8
	PATH=$work/empty "$plain" lab page "$record" "$page" 2>"$work/err"
	echo $? >"$work/status"
)
result "page: a disk that is full leaves what was there" "$(is "exit status" 1 "$(cat "$work/status")"
	grep -q "can't write to $page/report.html: File too large" "$work/err" || cat "$work/err"
	is "the file" before "$(cat "$page/report.html")"; is files report.html "$(ls -A "$page")")"
for operands in "" "$record" "$record $page $page"; do
	# shellcheck disable=SC2086 # words
	fails "page: operands: $(echo $operands | wc -w)" 2 "page takes a record and a directory" \
		/ lab page $operands
done
fails "lab list --report" 2 "is for lab run only" / lab list --report "$page"
