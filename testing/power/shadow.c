/*
 * What a disk still has after the power went. Laid before PostgreSQL (LD_PRELOAD): whatever fsync or fdatasync is called for is
 * copied, as it is then, to the same place in a second tree (POWER_SHADOW), which stands for the disk; what was only written is
 * not. Names (rename, unlink, mkdir, rmdir) are taken over at once, as a file system with a journal keeps their order; contents
 * never without a sync. So "power off" loses every byte that was written and not synced, and nothing else. O_DSYNC and
 * sync_file_range count for nothing: what trusts in them would be seen as lost.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART (256 * 1024)

static int in_root(const char *path)
{
  const char *root = getenv("POWER_ROOT");
  if (!root) return 0;
  size_t length = strlen(root);
  return strncmp(path, root, length) == 0 && path[length] == '/';
}

/* The place in the second tree; 0 where the path is none of ours, or there is no second tree yet. */
static int shadow_of(const char *path, char *out)
{
  static const char here[] = "/proc/self/cwd/";
  char whole[PATH_MAX * 2];
  const char *shadow = getenv("POWER_SHADOW");
  if (!shadow || access(shadow, F_OK) != 0) return 0;
  if (strncmp(path, here, sizeof here - 1) == 0) path += sizeof here - 1;
  if (path[0] == '/') snprintf(whole, sizeof whole, "%s", path);
  else {
    char folder[PATH_MAX];
    if (!getcwd(folder, sizeof folder)) return 0;
    while (strncmp(path, "./", 2) == 0) path += 2;
    snprintf(whole, sizeof whole, "%s/%s", folder, path);
  }
  if (!in_root(whole)) return 0;
  snprintf(out, PATH_MAX, "%s%s", shadow, whole + strlen(getenv("POWER_ROOT")));
  return 1;
}

static void fail(const char *what, const char *path)
{
  dprintf(2, "FATAL:  the shadow of the disk: %s %s: %s\n", what, path, strerror(errno));
  _exit(70);
}

static void make_parents(char *path)
{
  for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
    *at = 0;
    mkdir(path, 0700);
    *at = '/';
  }
}

/* In place and never shortened before all is there: a cut in the midst of it leaves what was durable before. */
static void keep(int fd)
{
  char link[64], path[PATH_MAX], shadow[PATH_MAX];
  static char part[PART];
  struct stat about;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = 0;
  if (!in_root(path) || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_nlink == 0) return;
  if (!shadow_of(path, shadow)) return;
  int from = open(path, O_RDONLY | O_CLOEXEC);
  if (from < 0) return;
  int to = open(shadow, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (to < 0 && errno == ENOENT) {
    make_parents(shadow);
    to = open(shadow, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  }
  if (to < 0) fail("cannot open", shadow);
  off_t at = 0;
  for (ssize_t read; (read = pread(from, part, PART, at)) > 0; at += read)
    if (pwrite(to, part, read, at) != read) fail("cannot write", shadow);
  if (ftruncate(to, at) != 0) fail("cannot cut", shadow);
  close(from);
  close(to);
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

int fsync(int fd)
{
  REAL(fsync);
  int error = real(fd);
  if (error == 0) keep(fd);
  return error;
}

int fdatasync(int fd)
{
  REAL(fdatasync);
  int error = real(fd);
  if (error == 0) keep(fd);
  return error;
}

int rename(const char *from, const char *to)
{
  REAL(rename);
  char one[PATH_MAX], other[PATH_MAX];
  int error = real(from, to);
  if (error == 0 && shadow_of(from, one) && shadow_of(to, other)) {
    /* What was never synced has no contents to be found under the new name; the old ones are gone. */
    if (real(one, other) != 0 && errno == ENOENT) unlink(other);
    errno = 0;
  }
  return error;
}

int unlink(const char *path)
{
  REAL(unlink);
  char shadow[PATH_MAX];
  int error = real(path);
  int kept = errno;
  if (error == 0 && shadow_of(path, shadow)) real(shadow);
  errno = kept;
  return error;
}

int mkdir(const char *path, mode_t mode)
{
  REAL(mkdir);
  char shadow[PATH_MAX];
  int error = real(path, mode);
  int kept = errno;
  if (error == 0 && shadow_of(path, shadow)) real(shadow, mode);
  errno = kept;
  return error;
}

int rmdir(const char *path)
{
  REAL(rmdir);
  char shadow[PATH_MAX];
  int error = real(path);
  int kept = errno;
  if (error == 0 && shadow_of(path, shadow)) real(shadow);
  errno = kept;
  return error;
}
