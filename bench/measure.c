// Runs one program and says what it took: wall time, CPU, peak memory of the largest process.
// A program of its own, because a child inherits the peak memory of the process it was forked from:
// started by Python, every small program would seem to need Python's 10 MB.
// Invariant: the one line "NANOSECONDS USER_US SYSTEM_US PEAK_KB EXIT" goes to the file argv[1].
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 125;
    long long start = now_ns();
    pid_t child = fork();
    if (child < 0)
        return 125;
    if (child == 0) {
        execvp(argv[2], argv + 2);
        fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child)
        return 125;
    long long wall = now_ns() - start;
    FILE *out = fopen(argv[1], "w");
    if (!out)
        return 125;
    fprintf(out, "%lld %lld %lld %ld %d\n", wall,
            usage.ru_utime.tv_sec * 1000000LL + usage.ru_utime.tv_usec,
            usage.ru_stime.tv_sec * 1000000LL + usage.ru_stime.tv_usec, usage.ru_maxrss,
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return fclose(out) == 0 ? 0 : 125;
}
