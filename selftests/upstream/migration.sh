#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own tests of pages that move: by move_pages(2), to and fro while others
# use them; by compaction; and to where KSM shares them.
#
# Oracle: the tests themselves, run alone.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/upstream.sh
. lib/upstream.sh

upstream_begin mm
upstream migration migrations.reasons.move_pages ./migration
upstream compaction_test "" ./compaction_test
for options in "-M -p 10" "-U" "-Z -p 10 -z 0" "-Z -p 10 -z 1" "-N -m 1" "-N -m 0"; do
	# shellcheck disable=SC2086 # a list
	upstream "ksm_tests $options" "" ./ksm_tests $options
done
upstream_finish
