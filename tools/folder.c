// SPDX-License-Identifier: GPL-2.0
/*
 * A directory that results are left in: each file is there in full, or as it
 * was before.
 */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "error.h"
#include "file.h"

static int complain(const char *path, const char *slash, const char *name, int err)
{
	return numalens_error(err == EACCES || err == EPERM ? NUMALENS_NO_PERMISSION :
			      NUMALENS_FAILED, "can't write to %s%s%s: %s", path, slash, name,
			      strerror(err));
}

/**
 * numalens_folder_prepare() - make the directory, if it is not there
 * @path: the directory
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_folder_prepare(const char *path)
{
	struct stat stat_;

	if (mkdir(path, 0777) && errno != EEXIST)
		return numalens_error(errno == EACCES || errno == EPERM ? NUMALENS_NO_PERMISSION :
				      NUMALENS_FAILED, "can't make the directory %s: %s", path,
				      strerror(errno));
	if (stat(path, &stat_))
		return complain(path, "", "", errno);
	if (!S_ISDIR(stat_.st_mode))
		return complain(path, "", "", ENOTDIR);
	if (access(path, W_OK | X_OK))
		return complain(path, "", "", errno);
	return NUMALENS_OK;
}

/**
 * numalens_folder_write() - leave a file in the directory
 * @path: the directory
 * @name: name of the file; what has that name is replaced
 * @text: what it holds
 * @len: bytes of it
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_folder_write(const char *path, const char *name, const char *text, size_t len)
{
	char *file = numalens_strf("%s/%s", path, name);
	char *new = numalens_strf("%s/.%s.%d", path, name, (int)getpid());
	int err = 0, fd;

	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		err = errno;
	} else {
		err = numalens_file_write_all(fd, text, len);
		if (close(fd) && !err)
			err = errno;
		if (!err && rename(new, file))
			err = errno;
		if (err)
			unlink(new);
	}
	free(file);
	free(new);
	return err ? complain(path, "/", name, err) : NUMALENS_OK;
}
