# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015 # sourced by run.sh
#
# The page of a record in Chromium: nothing on the console, no network, light
# and dark, on a screen and on a telephone. Screenshots are left in $ARTEFACTS.

for program in chromium gnuplot; do
	package=$program
	[ $program = chromium ] || package=gnuplot-nox
	command -v $program >/dev/null && continue
	skip "browser" "$program is missing; apt-get install $package"
	return 0
done

# Where it is allowed, in a network of its own, which has no way out.
apart=
! unshare -n true 2>/dev/null || apart="unshare -n"

# browse SCHEME WIDTH OPTION... PAGE: stdout in out, stderr in err
browse()
{
	scheme=$1
	width=$2
	shift 2
	# shellcheck disable=SC2086 # a command, or nothing
	$apart timeout 600 chromium --headless --no-sandbox --disable-gpu --no-first-run \
		--disable-background-networking --disable-dev-shm-usage --hide-scrollbars \
		--user-data-dir="$work/chromium" --enable-logging=stderr \
		--blink-settings=preferredColorScheme="$scheme" --window-size="$width" "$@" \
		>"$work/out" 2>"$work/err" || echo "chromium: exit $?: $(tail -n 5 "$work/err")"
}

# console: what is told to those who develop the page
console()
{
	grep ':CONSOLE.*source: file:' "$work/err"
}

shots=${ARTEFACTS:-$work}
mkdir -p "$shots"
rm -rf "$work/page"
"$plain" lab page "$here/lab/two-nodes.json" "$work/page" 2>"$work/err" || bail "page"
page=$work/page/report.html

# with CSS's names: 0 is dark, 1 is light
for shot in "0 dark 1280,4400" "1 light 1280,4400" "0 dark 420,5600" "1 light 420,5600"; do
	# shellcheck disable=SC2086 # words
	set -- $shot
	png=$shots/report-$2-${3%,*}.png
	result "browser: $2, ${3%,*} pixels wide: a picture, nothing on the console" "$(
		browse "$1" "$3" --screenshot="$png" "$page"
		console
		[ -s "$png" ] || cat "$work/err"
		sum=$(python3 "$here/page.py" pixel "$png")
		if [ "$2" = dark ]; then [ "$sum" -lt 150 ]; else [ "$sum" -gt 650 ]; fi ||
			echo "not $2: the first pixel is $sum")"
done

# In a frame of that width, with a script of ours outside which measures it.
for pixels in 1280 420; do
	python3 "$here/page.py" frame "$page" $pixels >"$work/frame.html"
	result "browser: fits into $pixels pixels, and all is drawn" "$(
		browse 1 1400,1000 --dump-dom "$work/frame.html"
		console
		grep -q "data-width=\"$pixels\"" "$work/out" || grep -o 'data-width="[^"]*"' "$work/out" ||
			tail -n 5 "$work/err"
		grep -o 'data-wide="[^"]*"' "$work/out"
		grep -q "data-drawn=\"$(grep -o '<svg' "$page" | wc -l)\"" "$work/out" ||
			grep -o 'data-drawn="[^"]*"' "$work/out")"
done

# What a page must not have is seen: else the tests above could not fail.
sed 's|</main>|<img src="http://192.0.2.1/x.png"/></main>|' "$page" >"$work/fetches.html"
result "browser: a page that fetches something is found out" "$(
	browse 1 420,900 --screenshot="$work/x.png" "$work/fetches.html"
	console | grep -q '192.0.2.1' || echo "it is not")"
sed 's|</main>|<script>alert(1)</script></main>|' "$page" >"$work/runs.html"
result "browser: a page that runs something is found out" "$(
	browse 1 420,900 --screenshot="$work/x.png" "$work/runs.html"
	console | grep -q 'inline script' || cat "$work/err")"
