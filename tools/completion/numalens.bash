# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of numalens(8) for bash. What commands there are, which options
# they have and what they take is asked of the program that is to be run.

# _numalens_tool ARGUMENT...: it may be where only root looks, and be called by sudo
_numalens_tool()
{
	PATH=$PATH:/usr/local/sbin:/usr/sbin "${_numalens_name:-numalens}" "$@" 2>/dev/null
}

# One command a line.
_numalens_commands()
{
	_numalens_tool -h | sed -n '/^commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'
}

# _numalens_options [COMMAND]: one option a line, and what it takes: "--top N"
_numalens_options()
{
	_numalens_tool "$@" -h |
		sed -nE 's/^  (--[a-z][a-z0-9-]*)( ([A-Z][A-Z=]*))?.*/\1 \3/p'
}

# _numalens_operands COMMAND: words of its synopsis, one a line
_numalens_operands()
{
	_numalens_tool "$1" -h | sed -n "s/^usage: numalens $1 \[OPTION…\]//p" |
		sed 's/[][|…]/ /g' | tr -s ' ' '\n' | grep -v '^-\|^$'
}

_numalens_pids()
{
	(cd /proc && printf '%s\n' [0-9]*)
}

# _numalens_offers COMMAND: what may stand for its operands, one a line
_numalens_offers()
{
	local word

	for word in $(_numalens_operands "$1"); do
		case $word in
		PID)	if [ "$1" = unwatch ]; then
				(cd /sys/kernel/numalens/processes && printf '%s\n' [0-9]*)
			else
				_numalens_pids
			fi ;;
		PATTERN) cat /proc/[0-9]*/comm | grep -x '[[:alnum:]_.-]*' ;;
		DOMAIN)	virsh -q list --name ;;
		DEVICE)	(cd /sys/bus/pci/devices && printf '%s\n' *)
			(cd /sys/class/net && printf '%s\n' *)
			(cd /sys/block && printf '%s\n' *) ;;
		NAME)	_numalens_tool "$1" list | sed -n 's/^\([a-z][a-z-]*\) .*/\1/p' ;;
		COMMAND|CMD) compgen -c ;;
		[a-z]*)	echo "$word" ;;
		esac
	done 2>/dev/null | sort -u
}

# _numalens_takes OPTION [COMMAND]: the name of its argument
_numalens_takes()
{
	_numalens_options "${@:2}" | sed -n "s/^$1 //p"
}

# What the words before the one to be completed are: sets command, takes (what the
# last of them, an option, wants next) and theirs (a program's, with its arguments).
_numalens_look()
{
	local word

	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		# "--top=3" is three words.
		if [ "$word" = = ]; then
			continue
		elif [ -n "$takes" ]; then
			takes=''
		elif [[ $word = -* ]]; then
			takes=$(_numalens_takes "$word" ${command:+"$command"})
		elif [ -z "$command" ]; then
			command=$word
		elif _numalens_operands "$command" | grep -qx 'COMMAND\|CMD'; then
			theirs=$word
			break
		fi
	done
}

# _numalens_fill WORD: what is read from stdin, and begins with the word
_numalens_fill()
{
	mapfile -t COMPREPLY < <(awk -v start="$1" 'index($0, start) == 1')
}

_numalens()
{
	local _numalens_name=$1 current=${COMP_WORDS[COMP_CWORD]} command='' takes='' theirs=''

	_numalens_look
	[ "$current" != = ] || current=''
	COMPREPLY=()
	case $takes:$current in
	DIR:*)	compopt -o filenames -o dirnames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
	FILE:*)	compopt -o default 2>/dev/null ;;
	PID:*)	_numalens_fill "$current" < <(_numalens_pids) ;;
	[A-Z]*)	;;
	:-*)	[ -n "$theirs" ] || _numalens_fill "$current" < <(_numalens_options ${command:+"$command"} |
			cut -d ' ' -f 1) ;;
	*)	if [ -z "$command" ]; then
			_numalens_fill "$current" < <(_numalens_commands)
			return
		fi
		[ -n "$theirs" ] || _numalens_fill "$current" < <(_numalens_offers "$command")
		# Where nothing is offered, bash offers files.
		compopt -o default 2>/dev/null ;;
	esac
}

complete -F _numalens numalens
