/* measure OUTPUT LABEL COMMAND [ARGUMENT...]: runs a command, and appends to OUTPUT, separated by tabs: LABEL, wall-clock time and CPU time
   in microseconds, peak memory in kB. stdout goes to /dev/null, stderr to OUTPUT.stderr. Fails if the command does.

   A shell would add its own fork to each run, a millisecond, and a bigger program than this its own memory to the peak. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static long long microseconds(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "usage: measure OUTPUT LABEL COMMAND [ARGUMENT...]\n");
    return 2;
  }

  char errors[4096];
  snprintf(errors, sizeof errors, "%s.stderr", arguments[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);

  struct timespec began, ended;
  struct rusage usage;
  pid_t child;
  int status;
  clock_gettime(CLOCK_MONOTONIC, &began);
  int failed = posix_spawnp(&child, arguments[3], &actions, NULL, arguments + 3, environ);
  if (failed) {
    fprintf(stderr, "%s: %s\n", arguments[3], strerror(failed));
    return 127;
  }

  if (wait4(child, &status, 0, &usage) < 0) {
    perror("wait4");
    return 1;
  }

  clock_gettime(CLOCK_MONOTONIC, &ended);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fprintf(stderr, "%s ended with status %d; its messages are in %s\n", arguments[3], status, errors);
    return 1;
  }

  FILE *output = fopen(arguments[1], "a");
  if (!output) {
    perror(arguments[1]);
    return 1;
  }

  long long wall = (ended.tv_sec - began.tv_sec) * 1000000LL + (ended.tv_nsec - began.tv_nsec) / 1000;
  fprintf(output, "%s\t%lld\t%lld\t%ld\n", arguments[2], wall, microseconds(usage.ru_utime) + microseconds(usage.ru_stime),
          usage.ru_maxrss);
  return fclose(output) ? 1 : 0;
}
