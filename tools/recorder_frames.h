/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_RECORDER_FRAMES_H
#define NUMALENS_RECORDER_FRAMES_H

struct numalens_recorder;
struct numalens_subject;
struct numalens_writer;

int numalens_recorder_put_machine(struct numalens_recorder *recorder, char **argv);
void numalens_recorder_put_process(struct numalens_writer *writer,
				   const struct numalens_subject *subject);
void numalens_recorder_put_counters(struct numalens_writer *writer);
void numalens_recorder_put_end(struct numalens_recorder *recorder, const char *reason,
			       int exit_status);

#endif /* NUMALENS_RECORDER_FRAMES_H */
