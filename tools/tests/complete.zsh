#!/usr/bin/zsh -f
# SPDX-License-Identifier: GPL-2.0
#
# What zsh would offer for command lines, read from stdin, the last word of each
# to be completed. A zsh of its own on a terminal of its own is given them, and
# Tab; for each line it answers with words, one a line, and ".".
#
# usage: complete.zsh NUMALENS

zmodload zsh/zpty || exit 1
scratch=$(mktemp -d) || exit 1
trap 'zpty -d shell 2>/dev/null; rm -rf $scratch' EXIT
: >$scratch/said

cat >$scratch/rc <<'END'
autoload -Uz compinit && compinit -u -D
compdef _numalens numalens
# What would be added to the list is said, when it is not only asked for.
compadd () {
	local -a hits
	if ! (( ${@[(I)-[OAD]*]} )); then
		builtin compadd -O hits "$@"
		print -rlu 3 -- $hits
	fi
	builtin compadd "$@"
}
ask () { _main_complete; print -u 3 . ; compstate[insert]= compstate[list]= }
zle -C ask complete-word ask
bindkey -e
bindkey '^I' ask
bindkey '^U' kill-whole-line
print -u 3 .
END

# wait_for N: so many answers are there
wait_for() {
	local i

	for i in {1..6000}; do
		(( $(grep -cx '\.' $scratch/said) >= $1 )) && return
		# Its terminal must not fill up.
		zpty -r -t shell >/dev/null 2>&1 || sleep 0.05
	done
	print -u 2 "complete.zsh: no answer after five minutes"
	exit 1
}

export TERM=xterm PATH=${1:A:h}:$PATH
zpty -b shell zsh -f -i || exit 1
zpty -w shell "fpath=(${(qq)0:A:h}/../completion \$fpath); exec 3>>$scratch/said; . $scratch/rc"
wait_for 1
nr=1
while IFS= read -r line; do
	zpty -w -n shell $'\x15'"$line"$'\t'
	wait_for $((++nr))
done
sed 1d $scratch/said
