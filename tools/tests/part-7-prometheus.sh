# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2015,SC2016,SC2181 # sourced by run.sh
#
# What Debian's Prometheus, node_exporter and promtool make of the export, of the
# rules and of the dashboard; and systemd of the units.

contrib=$(dirname "$tools")/contrib

if ! command -v systemd-analyze >/dev/null; then
	skip "systemd: the units" "no systemd-analyze; apt-get install systemd"
else
	mkdir -p "$work/units"
	for unit in service timer; do
		# What is checked is the unit, not whether the tool is installed.
		sed "s|/usr/sbin/numalens|$plain|" "$contrib/systemd/numalens-export.$unit" \
			>"$work/units/numalens-export.$unit"
	done
	result "systemd: nothing to say about the units" "$(systemd-analyze verify --man=no \
		"$work/units/numalens-export.service" "$work/units/numalens-export.timer" 2>&1 |
		grep -F "$work/units/")"
	result "systemd: the service is hardened" "$(systemd-analyze security --offline=true \
		--threshold=20 --no-pager "$work/units/numalens-export.service" >"$work/out" 2>&1 ||
		cat "$work/out")"
	options=$(sed -n 's|^ExecStart=/usr/sbin/numalens \(.*\) \$ARGS|\1|p' \
		"$contrib/systemd/numalens-export.service" |
		sed "s|/var/lib/prometheus/node-exporter|$work/units|")
	# shellcheck disable=SC2086 # words
	"$plain" --sysroot "$(tree fleet)" ${options:-no command} >"$work/out" 2>&1
	result "systemd: the service's command" "$([ $? -eq 0 ] &&
		[ -s "$work/units/numalens.prom" ] || cat "$work/out")"
fi

programs=$("$(dirname "$tools")/scripts/prometheus" --cached 2>/dev/null)
if [ -z "$programs" ]; then
	skip "prometheus" "no prometheus, prometheus-node-exporter; run scripts/setup"
	return 0
fi
rm -rf "$work/fleet.d"
mkdir -p "$work/fleet.d/textfiles" "$work/fleet.d/scratch"
"$tool" --sysroot "$(tree fleet)" export --textfile "$work/fleet.d/textfiles/numalens.prom"
"$tool" --sysroot "$(tree fleet)" export >"$work/fleet.d/openmetrics"

result "promtool check metrics" "$("$programs/promtool" check metrics \
	<"$work/fleet.d/textfiles/numalens.prom" 2>&1)"
result "promtool check rules" "$("$programs/promtool" check rules \
	"$contrib/prometheus/numalens.rules.yml" >"$work/out" 2>&1 || cat "$work/out")"
result "promtool test rules" "$("$programs/promtool" test rules \
	"$contrib/prometheus/numalens.rules.test.yml" >"$work/out" 2>&1 || cat "$work/out")"
result "every alert has a test" "$(
	sed -n 's/^ *- alert: //p' "$contrib/prometheus/numalens.rules.yml" | sort -u >"$work/want"
	sed -n 's/^ *- alertname: //p' "$contrib/prometheus/numalens.rules.test.yml" | sort -u |
		diff "$work/want" -)"

python3 "$here/fleet.py" "$programs" "$work/fleet.d/textfiles" "$work/fleet.d/openmetrics" \
	"$contrib" "$work/fleet.d/scratch" >"$work/fleet.d/out" 2>&1
[ $? -eq 0 ] || not_ok "prometheus: the test itself" "$(tail -n 20 "$work/fleet.d/out")"
while IFS= read -r line; do
	case $line in
	"ok - "*) ok "${line#ok - }" ;;
	"not ok - "*) not_ok "${line#not ok - }" ;;
	"#"*) printf '%s\n' "$line" ;;
	esac
done <"$work/fleet.d/out"
