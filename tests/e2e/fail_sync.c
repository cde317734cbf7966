/* Lets fsync and fdatasync fail, as a disk does that dies: for files whose path holds the text in the file that
   TAXIWAY_FAIL_SYNC names, while that file is there. Preloaded into a server under test. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fails(int fd)
{
    const char *name = getenv("TAXIWAY_FAIL_SYNC");
    char want[256], link[64], path[4096];
    if (!name)
        return 0;
    int file = syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t n = syscall(SYS_read, file, want, sizeof want - 1);
    syscall(SYS_close, file);
    if (n <= 0)
        return 0;
    want[n] = 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path - 1);
    if (n < 0)
        return 0;
    path[n] = 0;
    return strstr(path, want) != NULL;
}

static int sync_by(long call, int fd)
{
    if (fails(fd)) {
        errno = EIO;
        return -1;
    }
    return syscall(call, fd);
}

int fsync(int fd) { return sync_by(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_by(SYS_fdatasync, fd); }
