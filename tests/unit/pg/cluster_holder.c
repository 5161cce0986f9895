// A process that owns a throwaway server and waits to be killed: for tests of what the server does
// then. Prints "URL\nDIRECTORY\nPID OF THE SERVER\n" and sleeps; with an argument it prints
// nothing, only sweeps.
#include "io/clock.h"
#include "pg/cluster.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc > 1) {
        cluster_sweep();
        return 0;
    }
    ARENA_SCOPED arena = arena_new();
    Cluster *cluster;
    Err err;
    if (!cluster_start(arena, &(ClusterOptions){0}, &cluster, &err)) {
        fprintf(stderr, "%s\n%s\n%s\n", err.message, err.detail, err.hint);
        return err_exit_code(err.class);
    }
    printf("%s\n%s\n%d\n", cluster_url(arena, cluster, "postgres"), cluster_directory(cluster),
           cluster_pid(cluster));
    fflush(stdout);
    while (clock_sleep_ms(1000))
        continue;
    cluster_stop(cluster);
    return 0;
}
