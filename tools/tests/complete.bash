#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What bash would offer for a command line, one word a line.
#
# usage: complete.bash NUMALENS WORD...     the last word is to be completed
#        complete.bash --options NUMALENS COMMAND    options, and what they take

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=../completion/numalens.bash
. ../completion/numalens.bash
if [ "$1" = --options ]; then
	_numalens_name=$2
	_numalens_options "$3"
	exit
fi
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_numalens "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
[ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}"
