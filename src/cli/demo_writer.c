#include "cli/demo_writer.h"

#include "io/clock.h"
#include "pg/session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// One of five is read, one changed, the others are new: the columns that no migration takes away.
static const char *const WORK[] = {
    "INSERT INTO orders (customer_id, product_id, total_cents) VALUES (17, 4, 1999)",
    "SELECT count(*) FROM orders WHERE id > 299000",
    "INSERT INTO orders (customer_id, product_id, total_cents) VALUES (4711, 42, 250)",
    "UPDATE orders SET total_cents = total_cents + 1 WHERE id = 12345",
    "INSERT INTO orders (customer_id, product_id, total_cents) VALUES (1, 1, 0)",
};

static volatile sig_atomic_t is_ended;

static void on_end(int number)
{
    (void)number;
    is_ended = 1;
}

static void take_orders(Session *session, DemoFigures *figures)
{
    for (size_t i = 0; !is_ended && session_is_alive(session); i++) {
        Err err = {0};
        int64_t start_us = clock_monotonic_us();
        if (!session_exec(session, WORK[i % (sizeof WORK / sizeof WORK[0])], &err))
            figures->failures++;
        int64_t took_us = clock_monotonic_us() - start_us;
        figures->orders++;
        if (took_us > figures->slowest_us)
            figures->slowest_us = took_us;
        clock_sleep_ms(1);
    }
}

static _Noreturn void run_child(const char *url, int reports, pid_t parent)
{
    Err err = {0};
    Session *session = NULL;
    DemoFigures figures = {0};
    SessionOptions options = {.url = url, .application_name = "shop"};
    signal(SIGTERM, on_end);
    signal(SIGINT, SIG_IGN); // Ctrl-C is the parent's, which then ends us
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent && session_open(&options, &session, &err))
        take_orders(session, &figures);
    else
        figures.failures = 1;
    session_close(session);
    ssize_t written = write(reports, &figures, sizeof figures);
    _exit(written == (ssize_t)sizeof figures ? 0 : 1);
}

bool demo_writer_start(const char *url, DemoWriter *ret_writer, Err *err)
{
    int ends[2];
    pid_t parent = getpid();
    if (pipe(ends) != 0)
        return fail_errno(err, ERR_IO, errno, "no pipe for the demonstration");
    pid_t pid = fork();
    if (pid < 0)
        return fail_errno(err, ERR_IO, errno, "no process for the demonstration");
    if (pid == 0)
        run_child(url, ends[1], parent);
    close(ends[1]);
    *ret_writer = (DemoWriter){pid, ends[0]};
    return true;
}

bool demo_writer_stop(DemoWriter *writer, DemoFigures *ret_figures, Err *err)
{
    int status;
    if (!writer->pid)
        return fail(err, ERR_IO, "the writer of the demonstration is not running");
    kill(writer->pid, SIGTERM);
    ssize_t got;
    do
        got = read(writer->reports, ret_figures, sizeof *ret_figures);
    while (got < 0 && errno == EINTR);
    close(writer->reports);
    waitpid(writer->pid, &status, 0);
    writer->pid = 0;
    return got == (ssize_t)sizeof *ret_figures ||
           fail(err, ERR_IO, "the writer of the demonstration died");
}
