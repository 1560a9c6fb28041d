/*
 * Has calls on files go wrong that begin with a prefix, in a process that this is loaded into by LD_PRELOAD: as on a mount
 * whose server is gone, on a bad disk, and where the process has no descriptors left.
 *
 * STORAGE_FAULTS names a directory. In it, the file `hang` holds a prefix of paths whose calls do not return for as long as
 * it is there, `fail` an error number, a blank and a prefix of paths whose calls fail with it, `failreads` the same for reads
 * only, and `network` a prefix of paths that are told to be on a device of their own, which is NFS.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define NFS_SUPER_MAGIC 0x6969
#define MOST_FILES 65536

/** What each descriptor was opened as; never freed, so that no thread reads what another has let go. */
static char *opened[MOST_FILES];

#define REAL(name, type, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

/** A system call that nothing goes wrong with. */
static long raw(long number, long a, long b, long c, long d, long e, long f) {
  static long (*real)(long, ...);
  if (!real) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  return real(number, a, b, c, d, e, f);
}

/** What the control file holds, of at most `size` - 1 bytes. Returns 0 where there is none. */
static int control(const char *name, char *text, size_t size) {
  const char *directory = getenv("STORAGE_FAULTS");
  char path[4096];
  int before = errno, file;
  long length;
  if (!directory) return 0;
  snprintf(path, sizeof path, "%s/%s", directory, name);
  file = (int)raw(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
  length = file < 0 ? 0 : raw(SYS_read, file, (long)text, (long)size - 1, 0, 0, 0);
  if (file >= 0) raw(SYS_close, file, 0, 0, 0, 0, 0);
  text[length > 0 ? length : 0] = 0;
  errno = before;
  return length > 0;
}

static int begins(const char *path, const char *prefix) {
  return path && strncmp(path, prefix, strlen(prefix)) == 0;
}

/** Waits while calls for the path hang. Returns the number of the error that they fail with, or 0. */
static int fault(const char *path, const char *failures) {
  char text[4096], *prefix;
  while (control("hang", text, sizeof text) && begins(path, text)) {
    struct timespec pause = {0, 5000000};
    nanosleep(&pause, NULL);
  }
  if (!control(failures, text, sizeof text)) return 0;
  prefix = strchr(text, ' ');
  return prefix && begins(path, prefix + 1) ? atoi(text) : 0;
}

static const char *pathOf(int file) {
  return file >= 0 && file < MOST_FILES ? opened[file] : NULL;
}

/** The path that a name of an open file stands for; any other path is itself. */
static const char *named(const char *path) {
  const char *opened = begins(path, "/proc/self/fd/") ? pathOf(atoi(path + strlen("/proc/self/fd/"))) : NULL;
  return opened ? opened : path;
}

static int readFault(int file) {
  const char *path = pathOf(file);
  int error = path ? fault(path, "failreads") : 0;
  return error ? error : path ? fault(path, "fail") : 0;
}

#define REFUSE_IF(error)                                                                                                       \
  do {                                                                                                                         \
    int number = (error);                                                                                                      \
    if (number) {                                                                                                              \
      errno = number;                                                                                                          \
      return -1;                                                                                                               \
    }                                                                                                                          \
  } while (0)

int open64(const char *path, int flags, ...) {
  int mode = 0, file;
  if (flags & O_CREAT) {
    __builtin_va_list arguments;
    __builtin_va_start(arguments, flags);
    mode = __builtin_va_arg(arguments, int);
    __builtin_va_end(arguments);
  }
  REFUSE_IF(fault(named(path), "fail"));
  file = (int)raw(SYS_openat, AT_FDCWD, (long)path, flags, mode, 0, 0);
  if (file >= 0 && file < MOST_FILES) opened[file] = strdup(named(path));
  return file;
}

static void forget(long file) {
  if (file >= 0 && file < MOST_FILES) opened[file] = NULL;
}

int close(int file) {
  forget(file);
  return (int)raw(SYS_close, file, 0, 0, 0, 0, 0);
}

/** libuv makes some calls this way. */
long syscall(long number, ...) {
  long a[6];
  __builtin_va_list arguments;
  __builtin_va_start(arguments, number);
  for (int i = 0; i < 6; i++) a[i] = __builtin_va_arg(arguments, long);
  __builtin_va_end(arguments);
  if (number == SYS_close) forget(a[0]);
  if (number == SYS_statx) {
    const char *given = (const char *)a[1], *path = given && *given ? named(given) : pathOf((int)a[0]);
    char prefix[4096];
    long result;
    REFUSE_IF(path ? fault(path, "fail") : 0);
    result = raw(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (result == 0 && control("network", prefix, sizeof prefix) && begins(path, prefix)) {
      ((struct statx *)a[4])->stx_dev_minor += 1000;
    }
    return result;
  }
  return raw(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

ssize_t read(int file, void *bytes, size_t count) {
  REFUSE_IF(readFault(file));
  return raw(SYS_read, file, (long)bytes, (long)count, 0, 0, 0);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t offset) {
  REFUSE_IF(readFault(file));
  return raw(SYS_pread64, file, (long)bytes, (long)count, offset, 0, 0);
}

ssize_t readv(int file, const struct iovec *parts, int count) {
  REFUSE_IF(readFault(file));
  return raw(SYS_readv, file, (long)parts, count, 0, 0, 0);
}

ssize_t preadv64(int file, const struct iovec *parts, int count, off64_t offset) {
  REFUSE_IF(readFault(file));
  return raw(SYS_preadv, file, (long)parts, count, offset, 0, 0);
}

int scandir64(const char *path, struct dirent64 ***names, int (*filter)(const struct dirent64 *),
              int (*order)(const struct dirent64 **, const struct dirent64 **)) {
  REFUSE_IF(fault(path, "fail"));
  return REAL(scandir64, int, const char *, struct dirent64 ***, int (*)(const struct dirent64 *),
              int (*)(const struct dirent64 **, const struct dirent64 **))(path, names, filter, order);
}

int statfs64(const char *path, struct statfs64 *stats) {
  char prefix[4096];
  int result;
  REFUSE_IF(fault(path, "fail"));
  result = REAL(statfs64, int, const char *, struct statfs64 *)(path, stats);
  if (result == 0 && control("network", prefix, sizeof prefix) && begins(path, prefix)) stats->f_type = NFS_SUPER_MAGIC;
  return result;
}

int inotify_add_watch(int watcher, const char *path, uint32_t events) {
  REFUSE_IF(fault(path, "fail"));
  return (int)raw(SYS_inotify_add_watch, watcher, (long)path, events, 0, 0, 0);
}

char *realpath(const char *path, char *resolved) {
  int error = fault(path, "fail");
  if (error) {
    errno = error;
    return NULL;
  }
  return REAL(realpath, char *, const char *, char *)(path, resolved);
}
