// The .NET runtime ends the process with 255 and no word if the system does not let it start. This says why. It is C, because no managed
// code has run then; migrator itself never ends with 255.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static void limit(int resource, const char *name, const char *unit, unsigned long divisor)
{
    struct rlimit set;
    if (getrlimit(resource, &set) == 0 && set.rlim_cur != RLIM_INFINITY)
    {
        dprintf(STDERR_FILENO, " %s %lu%s.", name, (unsigned long)set.rlim_cur / divisor, unit);
    }
}

static void explain(int status, void *unused)
{
    (void)unused;
    if (status != -1)
    {
        return;
    }

    dprintf(STDERR_FILENO, "error: The limits of this process are too low.\n  why: The .NET runtime gets too little memory, or no thread.");
    limit(RLIMIT_AS, "Addresses (ulimit -v) are limited to", " MB; 1000 are enough", 1000000);
    limit(RLIMIT_NPROC, "Processes and threads of this user (ulimit -u) are limited to", "", 1);
    dprintf(STDERR_FILENO, "\n  do:  Compare the limits with what the process may use, and raise them: ulimit -a\n");
    _exit(1);
}

__attribute__((constructor)) static void watch_start(void)
{
    on_exit(explain, NULL);
}
