// SPDX-License-Identifier: GPL-2.0
/*
 * New contents for a file that others may be reading: they see the old ones or
 * the new ones, never a part, also after a crash or on a full disk.
 */
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "error.h"

static int fail(struct numalens_replace *replace, int err)
{
	int code = err == EACCES || err == EPERM || err == EROFS ? NUMALENS_NO_PERMISSION :
		   NUMALENS_FAILED;

	if (replace->temporary)
		unlink(replace->temporary);
	free(replace->temporary);
	replace->temporary = NULL;
	return numalens_error(code, "can't write to %s: %s", replace->path, strerror(err));
}

/* As open(2) would have made it, or as it is. */
static mode_t mode_of(const struct stat *old)
{
	mode_t mask;

	if (old)
		return old->st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* The directory of a path, as a path. */
static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return numalens_strdup(".");
	return numalens_strf("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static char *temporary_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char *directory = directory_of(path), *temporary;

	/* Nobody who looks for *.prom takes it for one. */
	temporary = numalens_strf("%s/.%s.XXXXXX", directory, name);
	free(directory);
	return temporary;
}

/**
 * numalens_replace_begin() - begin to replace a file
 * @replace: gets it; numalens_replace_end() it, if it could be begun
 * @path: the file; it need not be there. Not copied
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_replace_begin(struct numalens_replace *replace, const char *path)
{
	struct stat old;
	bool is_there = !stat(path, &old);
	int fd;

	memset(replace, 0, sizeof(*replace));
	replace->path = path;
	/* What is renamed over /dev/stdout is no device any longer. */
	if (is_there && !S_ISREG(old.st_mode))
		return numalens_error(NUMALENS_USAGE, "%s is no regular file", path);
	replace->temporary = temporary_of(path);
	fd = mkostemp(replace->temporary, O_CLOEXEC);
	if (fd < 0) {
		int err = errno;

		free(replace->temporary);
		replace->temporary = NULL;
		return fail(replace, err);
	}
	if (!fchmod(fd, mode_of(is_there ? &old : NULL)))
		replace->out = fdopen(fd, "w");
	if (!replace->out) {
		int err = errno;

		close(fd);
		return fail(replace, err);
	}
	return NUMALENS_OK;
}

/* The name is on the disk when its directory is; where that can't be, it is all the same. */
static void directory_sync(const char *path)
{
	char *directory = directory_of(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(directory);
}

/**
 * numalens_replace_end() - put what was written in the file's place
 * @replace: what numalens_replace_begin() gave
 *
 * On an error the file stays as it was.
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_replace_end(struct numalens_replace *replace)
{
	int err = 0;

	errno = 0;
	if (fflush(replace->out) || ferror(replace->out) || fsync(fileno(replace->out)))
		err = errno ? errno : EIO;
	if (fclose(replace->out) && !err)
		err = errno;
	if (!err && rename(replace->temporary, replace->path))
		err = errno;
	if (err)
		return fail(replace, err);
	free(replace->temporary);
	directory_sync(replace->path);
	return NUMALENS_OK;
}
