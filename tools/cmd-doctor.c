// SPDX-License-Identifier: GPL-2.0
/*
 * numalens doctor: what works here, what does not, why, and what to do.
 */
#include "command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <json-c/json.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "number.h"
#include "output.h"
#include "reader.h"
#include "tiers.h"
#include "topology.h"

#define CAP_SYS_PTRACE_BIT	19
#define CAP_SYS_ADMIN_BIT	21

enum state {
	OK,
	MISSING,	/* needed, and not there */
	ABSENT,		/* not there; all else works without */
	UNKNOWN,
	NR_STATES,
};

static const struct {
	const char *name;
	enum numalens_tone tone;
} states[NR_STATES] = {
	[OK] = { "ok", NUMALENS_TONE_GOOD },
	[MISSING] = { "missing", NUMALENS_TONE_BAD },
	[ABSENT] = { "absent", NUMALENS_TONE_PLAIN },
	[UNKNOWN] = { "unknown", NUMALENS_TONE_PLAIN },
};

struct finding {
	enum state state;
	char *text;
	const char *next;	/* what to do, NULL if there is nothing */
};

static struct finding found(enum state state, const char *next, char *text)
{
	return (struct finding){ state, text, next };
}

static bool exists(const char *path)
{
	struct numalens_dir dir;

	numalens_dir_set(&dir, "%s", path);
	return numalens_dir_has(&dir, "");
}

static char *text_of(const char *path, const char *name)
{
	struct numalens_dir dir;
	char *text;

	numalens_dir_set(&dir, "%s", path);
	return numalens_dir_read(&dir, name, &text) ? NULL : text;
}

static char *kernel_release(void)
{
	char *text = text_of("proc/sys/kernel", "osrelease");

	return text ? text : numalens_strdup("?");
}

static bool is_installed(const char *release)
{
	char *path = numalens_strf("lib/modules/%s", release);
	char *text = text_of(path, "modules.dep");
	bool installed = text && strstr(text, "/numalens.ko");

	free(text);
	free(path);
	return installed;
}

static struct finding check_module(void)
{
	char *release;
	struct finding finding;

	if (exists(NUMALENS_ROOT))
		return found(OK, NULL, numalens_strdup("loaded"));
	release = kernel_release();
	if (is_installed(release))
		finding = found(MISSING, "sudo modprobe numalens",
				numalens_strf("installed for kernel %s, but not loaded",
					      release));
	else
		finding = found(MISSING, "build and install it (sudo make modules_install), then "
				"sudo modprobe numalens; or sudo insmod ./numalens.ko",
				numalens_strf("neither loaded nor installed for kernel %s",
					      release));
	free(release);
	return finding;
}

static struct finding check_abi(void)
{
	struct numalens_dir root;
	uint64_t version;
	int ret;

	numalens_dir_set(&root, NUMALENS_ROOT);
	if (!exists(NUMALENS_ROOT))
		return found(UNKNOWN, NULL, numalens_strdup("there is no module to ask"));
	ret = numalens_dir_read_u64(&root, "abi_version", &version);
	if (ret)
		return found(MISSING, "use tool and module of one release",
			     numalens_strf("abi_version can't be read: %s",
					   ret == -EBADMSG ? "it is no number" : strerror(-ret)));
	if (version != NUMALENS_ABI_VERSION)
		return found(MISSING, "use tool and module of one release",
			     numalens_strf("the module speaks version %" PRIu64
					   ", this tool version %d", version,
					   NUMALENS_ABI_VERSION));
	return found(OK, NULL, numalens_strf("module and tool speak version %d",
					     NUMALENS_ABI_VERSION));
}

static uint64_t effective_caps(void)
{
	char *text = text_of("proc/self", "status");
	char *at = text ? strstr(text, "\nCapEff:") : NULL;
	uint64_t caps = at ? strtoull(at + 8, NULL, 16) : 0;

	free(text);
	return caps;
}

static bool in_initial_userns(void)
{
	char *text = text_of("proc/self", "uid_map");
	unsigned long long inside, outside, nr;
	bool initial;

	initial = text && sscanf(text, "%llu %llu %llu", &inside, &outside, &nr) == 3 &&
		  !inside && !outside && nr == UINT32_MAX;
	free(text);
	return initial;
}

static struct finding check_permission(void)
{
	uint64_t caps;

	if (!numalens_file_is_live())
		return found(UNKNOWN, NULL, numalens_strdup("a captured tree has no caller"));
	if (!in_initial_userns())
		return found(MISSING, "run it outside of the container",
			     numalens_strdup("this is not the initial user namespace"));
	caps = effective_caps();
	if (!(caps & 1ULL << CAP_SYS_PTRACE_BIT))
		return found(MISSING, "sudo numalens doctor",
			     numalens_strdup("CAP_SYS_PTRACE is needed to watch and to read"));
	if (!(caps & 1ULL << CAP_SYS_ADMIN_BIT))
		return found(OK, NULL,
			     numalens_strdup("may watch and read, but not change the settings "
					     "of the root directory (CAP_SYS_ADMIN)"));
	return found(OK, NULL, numalens_strdup("may watch, read and change settings"));
}

static struct finding check_pidns(void)
{
	char target[64];
	ssize_t len;

	if (!numalens_file_is_live())
		return found(UNKNOWN, NULL, numalens_strdup("a captured tree has no caller"));
	len = readlink("/proc/self/ns/pid", target, sizeof(target) - 1);
	target[len < 0 ? 0 : len] = '\0';
	/* PROC_PID_INIT_INO, a fixed number since namespaces have files */
	if (strcmp(target, "pid:[4026531836]"))
		return found(ABSENT, "run it outside of the container",
			     numalens_strdup("not the initial pid namespace: pids here are not "
					     "those that numalens lists"));
	return found(OK, NULL, numalens_strdup("the initial one: pids are what ps shows"));
}

static struct finding check_nodes(void)
{
	struct numalens_dir dir;
	unsigned int *nids;
	size_t nr;
	int ret;

	numalens_dir_set(&dir, "sys/devices/system/node");
	ret = numalens_dir_ids(&dir, "node", &nids, &nr);
	if (ret || !nr)
		return found(MISSING, NULL,
			     numalens_strdup("the kernel is built without CONFIG_NUMA"));
	free(nids);
	if (nr == 1)
		return found(ABSENT, NULL,
			     numalens_strdup("one node only: all memory is local, remote "
					     "pages are always 0"));
	return found(OK, NULL, numalens_strf("%zu nodes", nr));
}

static struct finding check_balancing(void)
{
	char *value = text_of("proc/sys/kernel", "numa_balancing");
	struct finding finding;

	if (!value)
		return found(ABSENT, NULL,
			     numalens_strdup("the kernel has no CONFIG_NUMA_BALANCING: it never "
					     "moves pages by itself"));
	if (strcmp(value, "0"))
		finding = found(OK, NULL,
				numalens_strf("kernel.numa_balancing=%s: %s", value,
					      numalens_topology_balancing(value)));
	else
		finding = found(ABSENT, "sudo sysctl kernel.numa_balancing=1",
				numalens_strdup("kernel.numa_balancing=0: the kernel moves no "
						"pages by itself"));
	free(value);
	return finding;
}

#define PROMOTE	"sudo sysctl kernel.numa_balancing=3"
#define DEMOTE	"echo 1 > /sys/kernel/mm/numa/demotion_enabled"

/* What is to be done about what is off; nothing about what the kernel does not have. */
static const char *tiers_next(const struct numalens_tiers *tiers)
{
	bool promote = tiers->slow.nr && tiers->mode && !tiers->promotion;

	if (tiers->demotion)
		return promote ? PROMOTE : NULL;
	return promote ? PROMOTE "; " DEMOTE : DEMOTE;
}

#undef PROMOTE
#undef DEMOTE

static struct finding check_tiers(void)
{
	const struct numalens_tiers *tiers = numalens_tiers_get();
	const char *next;
	char *text;

	if (!tiers->nr)
		return found(ABSENT, NULL, numalens_strdup("this kernel tells of none"));
	if (tiers->nr == 1 && tiers->mode && !strcmp(tiers->mode, "2"))
		return found(ABSENT, "sudo sysctl kernel.numa_balancing=1",
			     numalens_strdup("one tier only: balancing between tiers samples "
					     "nothing"));
	if (tiers->nr == 1)
		return found(ABSENT, NULL,
			     numalens_strdup("one tier only: nothing is promoted or demoted"));
	text = numalens_tiers_words();
	numalens_append(&text, "; promotion is %s, demotion is %s", tiers->promotion ? "on" :
			tiers->slow.nr ? "off" : "of no use", tiers->demotion < 0 ? "unknown" :
			tiers->demotion ? "on" : "off");
	next = tiers_next(tiers);
	return found(next ? ABSENT : OK, next, text);
}

static struct finding check_schedstats(void)
{
	char *value = text_of("proc/sys/kernel", "sched_schedstats");
	struct finding finding;

	if (!exists("proc/schedstat"))
		finding = found(ABSENT, NULL,
				numalens_strdup("the kernel has no CONFIG_SCHEDSTATS: domains "
						"have no balance counters"));
	else if (!value || strcmp(value, "1"))
		finding = found(ABSENT, "sudo sysctl kernel.sched_schedstats=1",
				numalens_strdup("kernel.sched_schedstats is off: balance "
						"counters of domains stand still"));
	else
		finding = found(OK, NULL, numalens_strdup("balance counters count"));
	free(value);
	return finding;
}

static struct finding check_events(void)
{
	char *value = text_of(NUMALENS_ROOT, "events");
	struct finding finding;

	if (!exists(NUMALENS_ROOT))
		finding = found(UNKNOWN, NULL, numalens_strdup("there is no module to ask"));
	else if (!exists(NUMALENS_ROOT "/events"))
		finding = found(ABSENT, "see dmesg for the module's reason",
				numalens_strdup("this module counts none: touch, migrations and run "
						"have little to show"));
	else if (value && !strcmp(value, "off"))
		finding = found(ABSENT, "echo on > /sys/kernel/numalens/events",
				numalens_strdup("off for processes that are watched from now on"));
	else
		finding = found(OK, NULL,
				numalens_strdup("counted from the watch on; dmesg names hooks that "
						"this kernel lacks"));
	free(value);
	return finding;
}

static struct finding check_tracefs(void)
{
	static const char * const dirs[] = { "sys/kernel/tracing", "sys/kernel/debug/tracing" };
	struct numalens_dir dir;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		numalens_dir_set(&dir, "%s/events", dirs[i]);
		if (numalens_dir_has(&dir, "numalens/migrate"))
			return found(OK, NULL, numalens_strdup("the module's trace events are there"));
		if (numalens_dir_has(&dir, ""))
			return found(ABSENT, NULL,
				     numalens_strdup("readable, but without events of the module: "
						     "migrations --follow can't work"));
	}
	return found(ABSENT, "mount -t tracefs nodev /sys/kernel/tracing",
		     numalens_strdup("not mounted or not permitted; needed by migrations --follow"));
}

static struct finding check_btf(void)
{
	if (exists("sys/kernel/btf/vmlinux"))
		return found(OK, NULL, numalens_strdup("the kernel describes its types"));
	return found(ABSENT, NULL,
		     numalens_strdup("no /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF): the module "
				     "can't find scheduling domains"));
}

static bool debugfs_has_domains(void)
{
	return exists("sys/kernel/debug/sched/domains/cpu0") ||
	       exists("sys/kernel/debug/sched/domains");
}

static struct finding check_domains(void)
{
	if (exists(NUMALENS_ROOT "/sched_domains"))
		return found(OK, NULL, numalens_strdup("the module shows them"));
	if (debugfs_has_domains())
		return found(ABSENT, NULL,
			     numalens_strdup("not from the module; numalens domains reads "
					     "debugfs, without spans and groups"));
	if (!exists(NUMALENS_ROOT))
		return found(UNKNOWN, NULL, numalens_strdup("there is no module to ask"));
	return found(MISSING, "see dmesg for the module's reason",
		     numalens_strdup("neither the module nor debugfs shows them"));
}

static struct finding check_debugfs(void)
{
	if (debugfs_has_domains())
		return found(OK, NULL, numalens_strdup("sched/domains is readable"));
	if (exists("sys/kernel/debug/sched"))
		return found(ABSENT, "echo Y > /sys/kernel/debug/sched/verbose",
			     numalens_strdup("sched/domains is off; needed only where the "
					     "module has no sched_domains"));
	return found(ABSENT, NULL,
		     numalens_strdup("not mounted or not permitted; needed only where the module "
				     "has no sched_domains"));
}

static struct finding check_lockdown(void)
{
	char *value = text_of("sys/kernel/security", "lockdown");
	struct finding finding;

	if (!value)
		return found(UNKNOWN, NULL,
			     numalens_strdup("securityfs does not tell; likely there is none"));
	if (strstr(value, "[none]"))
		finding = found(OK, NULL, numalens_strdup("none"));
	else
		finding = found(ABSENT, "sign numalens.ko with a key that the kernel trusts",
				numalens_strf("%s: only signed modules load", value));
	free(value);
	return finding;
}

static const struct {
	const char *key;
	const char *name;
	struct finding (*check)(void);
	enum numalens_exit code;	/* if it is missing */
} checks[] = {
	{ "module", "module", check_module, NUMALENS_MISSING },
	{ "abi", "ABI version", check_abi, NUMALENS_MISSING },
	{ "permission", "permission", check_permission, NUMALENS_NO_PERMISSION },
	{ "pid_namespace", "pid namespace", check_pidns, NUMALENS_MISSING },
	{ "nodes", "NUMA nodes", check_nodes, NUMALENS_MISSING },
	{ "numa_balancing", "NUMA balancing", check_balancing, NUMALENS_MISSING },
	{ "memory_tiers", "memory tiers", check_tiers, NUMALENS_MISSING },
	{ "events", "events", check_events, NUMALENS_MISSING },
	{ "tracefs", "tracefs", check_tracefs, NUMALENS_MISSING },
	{ "sched_domains", "sched domains", check_domains, NUMALENS_MISSING },
	{ "schedstats", "schedstats", check_schedstats, NUMALENS_MISSING },
	{ "btf", "BTF", check_btf, NUMALENS_MISSING },
	{ "debugfs", "debugfs", check_debugfs, NUMALENS_MISSING },
	{ "lockdown", "lockdown", check_lockdown, NUMALENS_MISSING },
};

#define NR_CHECKS	ARRAY_SIZE(checks)
#define NAME_AT		9
#define TEXT_AT		24

static void finding_print(const char *name, const struct finding *finding)
{
	const char *state = states[finding->state].name;

	numalens_output_tone(states[finding->state].tone, state);
	printf("%*s%-*s", (int)(NAME_AT - strlen(state)), "", TEXT_AT - NAME_AT, name);
	numalens_output_wrap_at(TEXT_AT, TEXT_AT, finding->text);
	if (finding->next) {
		printf("%*s-> ", TEXT_AT, "");
		numalens_output_wrap_at(TEXT_AT + 3, TEXT_AT + 3, finding->next);
	}
}

static struct json_object *finding_json(const char *key, const struct finding *finding)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "check", json_object_new_string(key));
	json_object_object_add(object, "state",
			       json_object_new_string(states[finding->state].name));
	json_object_object_add(object, "reason", numalens_output_json_text(finding->text));
	json_object_object_add(object, "next", numalens_output_json_text(finding->next));
	return object;
}

static int run(const struct numalens_args *args)
{
	struct json_object *array = json_object_new_array(), *root;
	int code = NUMALENS_OK;
	size_t i;

	if (args->nr)
		return numalens_command_usage(&numalens_cmd_doctor, "doctor takes no operand");
	for (i = 0; i < NR_CHECKS; i++) {
		struct finding finding = checks[i].check();

		/* What is missing weighs more than who may use it. */
		if (finding.state == MISSING && code != NUMALENS_MISSING)
			code = checks[i].code;
		if (args->json)
			json_object_array_add(array, finding_json(checks[i].key, &finding));
		else
			finding_print(checks[i].name, &finding);
		free(finding.text);
	}
	if (!args->json) {
		json_object_put(array);
		puts(code ? "something that is needed is missing" : "all that is needed is there");
		return code;
	}
	root = numalens_output_json_new("doctor");
	json_object_object_add(root, "ok", json_object_new_boolean(!code));
	json_object_object_add(root, "checks", array);
	numalens_output_json_print(root);
	return code;
}

const struct numalens_command numalens_cmd_doctor = {
	.name = "doctor",
	.synopsis = "",
	.summary = "tell whether the module is there, what this kernel can give, and what to do "
		   "about the rest",
	.run = run,
};
