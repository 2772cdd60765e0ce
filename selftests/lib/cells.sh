# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # first and last are lib/lab.sh's
#
# Cells of the guests of "numalens lab run numatune", and where their memory is:
# for sourcing, after lib/lab.sh.

pages=4096		# of each cell

# cells PERMS: policy and pages on both nodes, huge ones counted as one, sorted
cells()
{
	local line

	while read -r line; do
		[[ $line =~ ^[0-9a-f]*\ ([^\ ]*)\  ]]
		echo "${BASH_REMATCH[1]} $(pages_of "$first" "$line") $(pages_of "$last" "$line")"
	done < <(areas lab-qemu "$pages" "$1") | sort
}

# pages_of NODE LINE-OF-NUMA_MAPS
pages_of()
{
	[[ $2 =~ \ N$1=([0-9]+) ]] && echo "${BASH_REMATCH[1]}" || echo 0
}

# agree PHASE POLICY FIRST LAST POLICY FIRST LAST: both cells of each sort, and where they
# are, in eighths
agree()
{
	local phase=$1 one=$((pages / 8))

	shift
	at_end_of "$phase" || return 1
	equal "\"$phase\", cells of plain memory" "$(cells rw-p)" "$(printf '%s %s %s\n' \
		"$1" $(($2 * one)) $(($3 * one)) "$4" $(($5 * one)) $(($6 * one)) | sort)" ||
		return 1
	[ "$huge_cells" = 0 ] ||
		equal "\"$phase\", cells of huge pages" "$(cells rw-s)" \
			"$(printf '%s %s %s\n' "$@" | sort)"
}

# guest_begin COMMAND...: as begin; sets huge_cells to whether there are cells of huge pages
guest_begin()
{
	begin numatune "$@"
	at_end_of "the guest" || return 1
	huge_cells=$(grep -c "hugetlb pages of" "$scratch/out")
}
