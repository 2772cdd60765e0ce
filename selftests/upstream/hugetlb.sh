#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own tests of hugetlb pages: mapped, attached, moved by mremap(2), given
# back by madvise(2), and filled by userfaultfd(2).
#
# Oracle: the tests themselves, run alone.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/upstream.sh
. lib/upstream.sh

prepare()
{
	rm -f "$tests"/huge/*
	echo 0 >/proc/sys/vm/nr_hugepages
	echo 1 >/proc/sys/vm/compact_memory
	echo 256 >/proc/sys/vm/nr_hugepages
}

upstream_begin mm
mkdir -p "$tests/huge"
mount -t hugetlbfs none "$tests/huge"
touched=first_touch.kinds.hugetlb
upstream hugepage-mmap $touched ./hugepage-mmap
upstream hugepage-shm $touched ./hugepage-shm
upstream map_hugetlb $touched ./map_hugetlb
upstream hugepage-mremap $touched ./hugepage-mremap huge/mremap
upstream hugepage-vmemmap $touched ./hugepage-vmemmap
upstream hugetlb-madvise $touched ./hugetlb-madvise huge/madvise
upstream "userfaultfd hugetlb" $touched ./userfaultfd hugetlb 64 4
upstream "userfaultfd hugetlb_shared" $touched ./userfaultfd hugetlb_shared 64 4 huge/uffd
echo 0 >/proc/sys/vm/nr_hugepages
umount "$tests/huge"
upstream_finish
