# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the kernel complains of in its log.

# An allocation that was made to fail is said to have failed, one of kmemleak's own
# too, which makes do without; a release that is put off on purpose is told of.
known='numalens-tests:|(kobject_add_internal failed|kobject_add error).*-12'
known+='|kobject_release, parent|kobject: can not set name properly'
known+='|kmemleak: Cannot allocate a scan area, scanning the full object'

complaints='WARNING:|BUG:|Oops|Call Trace|general protection|refcount_t|corruption'
complaints+='|INFO: task .* blocked|INFO: rcu|soft lockup|UBSAN|KASAN|locking dependency'
complaints+='|kobject: |sysfs: cannot|kobject_add_internal'
complaints+='|locking correctness|DEBUG_LOCKS_WARN|ODEBUG|suspicious RCU|sleeping function'
complaints+='|possible recursive|kmemleak: .*(disabled|Cannot|Trying to|unknown object)'

# Without the data races of others, which the kernel has its own of, the traces of
# allocations that failed, and those of a memory cgroup at the limit that was set to it.
drop_known()
{
	awk '
	function finish() {
		if (text !~ /BUG: KCSAN/ || text ~ /\[(numalens|seeded)\]/)
			printf "%s", text
		text = ""
	}
	/={60}$/ { finish() }
	/vmalloc error: / { refused = 1 }
	refused { refused = !/<\/TASK>/; next }
	/ invoked oom-killer: / { full = 1 }
	full {
		report = report $0 "\n"
		if (/oom-kill:constraint=/) {
			if (!/CONSTRAINT_MEMCG/ || report ~ /WARNING:|BUG:|\[numalens\]/)
				text = text report
			full = 0
			report = ""
		}
		next
	}
	{ text = text $0 "\n" }
	END { text = text report; finish() }'
}

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
		drop_known | grep -Ev "$known" | grep -E -A 30 "$complaints"
}
