/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_QEMU_THREAD_H
#define NUMALENS_QEMU_THREAD_H

struct json_object;
struct numalens_qemu;
struct numalens_snapshot;

void numalens_qemu_thread_find(struct numalens_qemu *qemu,
			       const struct numalens_snapshot *snapshot);
struct json_object *numalens_qemu_thread_json(const struct numalens_qemu *qemu,
					      const struct numalens_snapshot *snapshot);

#endif /* NUMALENS_QEMU_THREAD_H */
