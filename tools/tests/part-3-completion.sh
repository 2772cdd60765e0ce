# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # sourced by run.sh
#
# What shells offer. Oracles: the manual page, which has all commands and options;
# the tool itself, which refuses an option that it does not have.

# offered WORD...: by bash, for these words behind "numalens"
offered()
{
	"$here/complete.bash" "$plain" "$@"
}

sed -n '/^\.It Cm/s/^\.It Cm \([a-z]*\).*/\1/p' "$tools"/man/*.8 | sort -u >"$work/commands"
grep -oh 'Fl -[a-z][a-z-]*\|| -[a-z][a-z-]*' "$tools"/man/*.8 | sed 's/.* -/--/' |
	sort -u >"$work/options"

# Each option that is offered must be known to the tool, and want an argument if that is
# what is thought. With --help before it, nothing else is done.
judge_options()
{
	while read -r command; do
		"$here/complete.bash" --options "$plain" "$command" >"$work/takes"
		while read -r option takes; do
			"$plain" "$command" --help "$option" >"$work/out" 2>"$work/err"
			case $?:$takes in
			0:) ;;
			2:?*)	grep -q "option '$option' requires an argument" "$work/err" ||
					echo "$command $option: $(cat "$work/err")" ;;
			*)	echo "$command $option takes \"$takes\"? $(cat "$work/err")" ;;
			esac
		done <"$work/takes"
	done <"$work/commands"
}

if command -v bash >/dev/null; then
	offered "" | sort >"$work/out"
	result "bash completes the commands of the manual page" "$(diff "$work/commands" "$work/out")"
	for command in "" $(cat "$work/commands"); do
		# shellcheck disable=SC2086 # none or one
		offered $command -
	done | sort -u >"$work/out"
	result "bash completes the options of the manual page" "$(diff "$work/options" "$work/out")"
	result "what bash completes is an option of the command" "$(judge_options)"
	result "bash completes what begins so" "$(offered sh | grep -vx show; offered show --t |
		grep -vx -- --top; offered sh | grep -q . || echo none)"
	result "bash completes no operand where an option wants its argument" \
		"$(offered show --top ''; offered --json show 1 --top '')"
	result "bash completes pids" "$(offered show $$ | grep -qx $$ || echo none)"
	result "bash completes no option of a program's" "$(offered run ls -)"
	result "bash completes directories" "$(offered --sysroot "$tools/tes" |
		grep -vx "$tools/tests"; offered --sysroot = "$tools/tes" | grep -vx "$tools/tests")"
	offered lab '' >"$work/out"
	result "bash completes words of a synopsis, and experiments" "$(for word in run page first-touch; do
		grep -qx -- $word "$work/out" || echo "no $word"; done)"
else
	skip "completion of bash" "no bash"
fi

if ! command -v zsh >/dev/null || ! command -v bash >/dev/null; then
	skip "zsh offers what bash offers" "no zsh"
else
	# The options of each command, and the commands.
	for command in "" $(cat "$work/commands"); do
		echo "numalens ${command:+$command }-"
	done >"$work/lines"
	printf 'numalens %s\n' "" sh "show --top " "lab f" >>"$work/lines"
	"$here/complete.zsh" "$plain" <"$work/lines" >"$work/zsh" 2>"$work/err"
	{
		for command in "" $(cat "$work/commands"); do
			# shellcheck disable=SC2086 # none or one
			offered $command - && echo .
		done
		offered "" && echo .
		offered sh && echo .
		offered show --top "" && echo .
		offered lab f && echo .
	} >"$work/bash"
	result "zsh offers what bash offers" "$(cat "$work/err"; diff "$work/bash" "$work/zsh")"
fi
