# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the kernel complains of in its log.

complaints='WARNING:|BUG:|Oops|Call Trace|general protection|refcount_t|corruption'
complaints+='|INFO: task .* blocked|INFO: rcu|soft lockup|UBSAN|KASAN|locking dependency'
complaints+='|kobject: |sysfs: cannot|kobject_add_internal'
complaints+='|locking correctness|DEBUG_LOCKS_WARN|ODEBUG|suspicious RCU|sleeping function'
complaints+='|possible recursive|kmemleak: .*(disabled|Cannot|Trying to|unknown object)'

# klog_mark WORDS...
klog_mark()
{
	echo "numalens-tests: $*" >/dev/kmsg
}

# klog_complaints WORDS...: those since the mark with these words
klog_complaints()
{
	local mark=$*

	dmesg | sed "1,/numalens-tests: ${mark//\//\\/}\$/d" |
		grep -v 'numalens-tests:' | grep -E -A 30 "$complaints"
}
