#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own tests of its scheduler: cookies of core scheduling.
#
# Oracle: the tests themselves, run alone.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/lib/ktap.sh
. lib/ktap.sh
# shellcheck source=selftests/lib/upstream.sh
. lib/upstream.sh

upstream_begin sched
upstream cs_prctl_test "" ./cs_prctl_test
upstream_finish
