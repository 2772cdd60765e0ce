// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel threads that work for a device or for a process, as far as their
 * names say it for sure. Most work is done by kworkers, which are anybody's.
 */
#include "kthread.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "irq.h"
#include "pci.h"

struct finder {
	const struct numalens_pcis *pcis;
	const struct numalens_irqs *irqs;
	unsigned int pid;
};

/* Each returns true, and the device, if what stands behind the prefix is one's that is chosen. */
static bool by_irq(const struct finder *finder, const char *name, size_t *device)
{
	char *end;
	unsigned long number = strtoul(name, &end, 10);
	size_t i;

	for (i = 0; i < finder->irqs->nr && end != name && *end == '-'; i++) {
		if (finder->irqs->irqs[i].number != number)
			continue;
		*device = finder->irqs->irqs[i].device;
		return true;
	}
	return false;
}

static bool by_name(const struct finder *finder, const char *where, const char *name,
		    size_t *device)
{
	struct numalens_dir dir;
	size_t *indices, nr;
	bool is_one;

	numalens_dir_set(&dir, "%s", where);
	if (!*name || *name == '.' || strchr(name, '/'))
		return false;
	nr = numalens_pci_below(finder->pcis, &dir, name, &indices);
	is_one = nr == 1 && finder->pcis->devices[indices[0]].is_chosen;
	if (is_one)
		*device = indices[0];
	free(indices);
	return is_one;
}

static bool by_host(const struct finder *finder, const char *name, size_t *device)
{
	char *host = numalens_strf("host%s", name);
	bool found = by_name(finder, "sys/class/scsi_host", host, device);

	free(host);
	return found;
}

/* "sda1-8", "eth0-8193": what is behind the last dash is a number of the owner's. */
static bool by_cut_name(const struct finder *finder, const char *where, const char *name,
			size_t *device)
{
	const char *dash = strrchr(name, '-');
	char *cut;
	bool found;

	if (!dash)
		return false;
	cut = numalens_strf("%.*s", (int)(dash - name), name);
	found = by_name(finder, where, cut, device);
	free(cut);
	return found;
}

static bool by_journal(const struct finder *finder, const char *name, size_t *device)
{
	return by_cut_name(finder, "sys/class/block", name, device);
}

static bool by_napi(const struct finder *finder, const char *name, size_t *device)
{
	return by_cut_name(finder, "sys/class/net", name, device);
}

static bool by_disk(const struct finder *finder, const char *name, size_t *device)
{
	return by_name(finder, "sys/class/block", name, device);
}

static bool by_pid(const struct finder *finder, const char *name, size_t *device)
{
	char *end;
	unsigned long pid = strtoul(name, &end, 10);

	*device = NUMALENS_KTHREAD_NO_DEVICE;
	return end != name && !*end && pid && pid == finder->pid;
}

static const struct {
	const char *prefix;
	bool (*find)(const struct finder *finder, const char *name, size_t *device);
} patterns[] = {
	{ "irq/", by_irq },			/* irq/27-eth0, irq/27-s-eth0 */
	{ "napi/", by_napi },			/* napi/eth0-8193 */
	{ "scsi_eh_", by_host },		/* scsi_eh_0 */
	{ "scsi_tmf_", by_host },
	{ "jbd2/", by_journal },		/* jbd2/sda1-8 */
	{ "xfsaild/", by_disk },		/* xfsaild/sda1 */
	{ "vhost-", by_pid },			/* vhost-4711 */
	{ "kvm-pit/", by_pid },
	{ "kvm-nx-lpage-recovery-", by_pid },
};

static bool works_for(const struct finder *finder, const char *comm, size_t *device)
{
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(patterns); i++) {
		len = strlen(patterns[i].prefix);
		if (!strncmp(comm, patterns[i].prefix, len) &&
		    patterns[i].find(finder, comm + len, device))
			return true;
	}
	return false;
}

/**
 * numalens_kthread_read() - find the kernel threads of devices and of a process
 * @kthreads: gets them; numalens_kthread_free() it, whatever is returned
 * @pcis: devices, some of which are chosen
 * @irqs: their interrupts
 * @pid: process, or 0
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_kthread_read(struct numalens_kthreads *kthreads, const struct numalens_pcis *pcis,
			  const struct numalens_irqs *irqs, unsigned int pid)
{
	const struct finder finder = { pcis, irqs, pid };
	struct numalens_kthread kthread;
	struct numalens_dir dir;
	unsigned int *pids;
	size_t nr, i;
	int ret;

	memset(kthreads, 0, sizeof(*kthreads));
	numalens_dir_set(&dir, "proc");
	ret = numalens_dir_ids(&dir, "", &pids, &nr);
	if (ret)
		return numalens_error_file(&dir, NULL, "read", -ret);
	for (i = 0; i < nr; i++) {
		numalens_dir_set(&dir, "proc/%u", pids[i]);
		ret = numalens_task_read(&kthread.task, &dir);
		if (!ret && !kthread.task.is_kernel && !strcmp(kthread.task.comm, "irqbalance"))
			kthreads->irqbalance = pids[i];
		if (ret || !kthread.task.is_kernel ||
		    !works_for(&finder, kthread.task.comm, &kthread.device)) {
			numalens_task_free(&kthread.task);
			continue;
		}
		kthreads->threads = numalens_realloc(kthreads->threads, kthreads->nr + 1,
						     sizeof(*kthreads->threads));
		kthreads->threads[kthreads->nr++] = kthread;
	}
	free(pids);
	return NUMALENS_OK;
}

/**
 * numalens_kthread_free() - end what numalens_kthread_read() gave
 * @kthreads: kernel threads
 */
void numalens_kthread_free(struct numalens_kthreads *kthreads)
{
	size_t i;

	for (i = 0; i < kthreads->nr; i++)
		numalens_task_free(&kthreads->threads[i].task);
	free(kthreads->threads);
}
