#include "io/process.h"

#include "base/require.h"
#include "io/clock.h"
#include "io/interrupt.h"
#include "io/process_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
    PIPE_READ = 0,
    PIPE_WRITE = 1,
    GRACE_MS = 2000, // between SIGTERM and SIGKILL
};

static void close_if_open(int *fd)
{
    if (*fd != NO_DESCRIPTOR)
        close(*fd);
    *fd = NO_DESCRIPTOR;
}

// Both ends above stdio: a program started with closed stdio would get them as 0 to 2, and the
// child's dup2 would overwrite one by the other.
static bool pipe_open(int ret_ends[2], Err *err)
{
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0)
        return fail_errno(err, ERR_IO, errno, "cannot make a pipe");
    for (int i = 0; i < 2; i++)
        ret_ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int saved_errno = errno;
    close(low[PIPE_READ]);
    close(low[PIPE_WRITE]);
    if (ret_ends[PIPE_READ] >= 0 && ret_ends[PIPE_WRITE] >= 0)
        return true;
    close_if_open(&ret_ends[PIPE_READ]);
    close_if_open(&ret_ends[PIPE_WRITE]);
    return fail_errno(err, ERR_IO, saved_errno, "cannot make a pipe");
}

static bool is_replaced(const char *variable, const char *const *added)
{
    size_t length = strcspn(variable, "=") + 1;
    for (; added && *added; added++)
        if (strncmp(variable, *added, length) == 0)
            return true;
    return false;
}

// A heap array of borrowed strings.
static char **environment_new(const ProcessOptions *options)
{
    size_t count = 1;
    char **ours = options->has_own_environment ? NULL : environ;
    for (char **item = ours; item && *item; item++)
        count++;
    for (const char *const *item = options->env; item && *item; item++)
        count++;
    char **all = calloc(count, sizeof *all);
    if (!all)
        require_memory();
    size_t used = 0;
    for (char **item = ours; item && *item; item++)
        if (!is_replaced(*item, options->env))
            all[used++] = *item;
    for (const char *const *item = options->env; item && *item; item++)
        all[used++] = (char *)(uintptr_t)*item; // execvpe takes char *const *, and writes nothing
    return all;
}

static bool start_failed(const ProcessOptions *options, ChildFailure failure, Err *err)
{
    static const char *const MESSAGES[] = {
#define X(name, message) [name] = message,
        CHILD_STAGES(X)
#undef X
    };
    const char *subject = options->argv[0];
    if (failure.stage == CHILD_DIRECTORY)
        subject = options->directory;
    else if (failure.stage == CHILD_OUTPUT && options->output_file)
        subject = options->output_file;
    const char *message = MESSAGES[failure.stage];
    int before = (int)(strstr(message, "%s") - message);
    fail_errno(err, ERR_IO, failure.saved_errno, "%.*s%s%s", before, message, subject,
               message + before + 2);
    if (failure.stage != CHILD_EXECUTE)
        return false;
    // Without a slash EACCES says only that some directory of PATH is closed to us.
    if (!strchr(subject, '/'))
        return err_hint(err, "install it, or add its directory to PATH");
    if (failure.saved_errno == EACCES)
        return err_hint(err, "chmod a+rx %s (and the directories above it)", subject);
    return false;
}

// A signal that arrives between fork and exec must meet the child's default action, not our
// handlers in a copy of us.
static pid_t fork_with_signals_held(const ChildSetup *setup)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0)
        child_execute(setup);
    int saved_errno = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = saved_errno;
    return pid;
}

// False when exec happened: the pipe closed without a word.
static bool read_failure(int report, ChildFailure *ret_failure)
{
    ssize_t got;
    do
        got = read(report, ret_failure, sizeof *ret_failure);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *ret_failure;
}

static bool start(const ProcessOptions *options, int out, int error_out, Process *ret_process,
                  Err *err)
{
    REQUIRE(options->argv && options->argv[0]);
    // SIGCHLD may be inherited as ignored, and would take the children's exit codes from us.
    struct sigaction on_child;
    if (sigaction(SIGCHLD, NULL, &on_child) == 0 && on_child.sa_handler == SIG_IGN)
        signal(SIGCHLD, SIG_DFL);

    int report[2];
    if (!pipe_open(report, err))
        return false;
    char **environment = environment_new(options);
    ChildSetup setup = {options, environment, out, error_out, report[PIPE_WRITE], getpid()};
    pid_t pid = fork_with_signals_held(&setup);
    int saved_errno = errno;
    free(environment);
    close(report[PIPE_WRITE]);
    ChildFailure failure;
    bool has_failed = pid > 0 && read_failure(report[PIPE_READ], &failure);
    close(report[PIPE_READ]);
    if (pid < 0)
        return fail_errno(err, ERR_IO, saved_errno, "cannot start %s", options->argv[0]);
    if (!has_failed) {
        *ret_process = (Process){pid};
        return true;
    }
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    return start_failed(options, failure, err);
}

bool process_start(const ProcessOptions *options, Process *ret_process, Err *err)
{
    return start(options, NO_DESCRIPTOR, NO_DESCRIPTOR, ret_process, err);
}

static bool reap(Process *process, int flags, int *ret_status)
{
    REQUIRE(process->pid > 0);
    int status;
    pid_t ended;
    do
        ended = waitpid(process->pid, &status, flags);
    while (ended < 0 && errno == EINTR);
    REQUIRE(ended >= 0); // a child of ours that nobody else waits for
    if (ended == 0)
        return false;
    process->pid = 0;
    *ret_status = status;
    return true;
}

// Readable when the process has ended; NO_DESCRIPTOR before Linux 5.3. (Not glibc's pidfd_open:
// that needs 2.36.)
static int end_descriptor(const Process *process)
{
    return (int)syscall(SYS_pidfd_open, process->pid, 0);
}

bool process_wait(Process *process, int timeout_ms, int *ret_status)
{
    enum {
        LOOK_AGAIN_MS = 5
    };
    if (timeout_ms < 0)
        return reap(process, 0, ret_status);
    bool has_ended = reap(process, WNOHANG, ret_status);
    if (has_ended || timeout_ms == 0)
        return has_ended;
    int64_t since = clock_monotonic_us();
    struct pollfd end = {.fd = end_descriptor(process), .events = POLLIN};
    for (int64_t left = timeout_ms; left > 0 && !has_ended;
         left = timeout_ms - clock_elapsed_ms(since)) {
        bool must_look = end.fd == NO_DESCRIPTOR && left > LOOK_AGAIN_MS;
        // a descriptor of -1 is skipped: poll only sleeps then
        (void)poll(&end, 1, must_look ? LOOK_AGAIN_MS : (int)left);
        has_ended = reap(process, WNOHANG, ret_status);
    }
    close_if_open(&end.fd);
    return has_ended;
}

void process_signal(const Process *process, int signal)
{
    if (process->pid > 0)
        (void)kill(process->pid, signal); // ours and not waited for: the pid cannot be reused
}

int process_core_count(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 1 ? (int)cores : 1;
}

int process_exit_code(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Why a child is made to end before it ends by itself.
typedef enum Ending {
    ENDING_BY_ITSELF,
    ENDING_REFUSED, // by `receive`
    ENDING_INTERRUPTED,
    ENDING_LATE,
} Ending;

// The two streams of a child that is run to its end.
typedef struct Capture {
    int ends[2]; // of stdout and stderr; NO_DESCRIPTOR when it has ended
    ProcessReceive receive;
    void *context;
    Text *error_out;
    bool is_refused; // by `receive`, and `err` says why
    Err *err;
    const ProcessOptions *options; // whose on_tick is called
    int64_t tick_us;
    int64_t start_us;
    Ending ending;
    int64_t asked_us; // to end
    bool is_killed;
} Capture;

static void take(Capture *capture, int end, Str piece)
{
    if (end == 0 && !capture->is_refused)
        capture->is_refused = !capture->receive(capture->context, piece, capture->err);
    else if (end == 1 && capture->error_out)
        text_append(capture->error_out, piece);
}

// Takes what can be had without waiting; closes the descriptor at the end of the stream. At most
// what a pipe holds, so that a grandchild that never stops writing cannot keep us here.
static void drain(Capture *capture, int end)
{
    enum {
        CHUNK = 16384,
        MOST = 1 << 20 // /proc/sys/fs/pipe-max-size
    };
    char chunk[CHUNK];
    int *fd = &capture->ends[end];
    for (size_t total = 0; total < MOST;) {
        ssize_t got = read(*fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0 || (got < 0 && errno != EAGAIN))
            close_if_open(fd);
        if (got <= 0)
            return;
        total += (size_t)got;
        take(capture, end, (Str){chunk, (size_t)got});
    }
}

// Until it is late, or until it is killed because it does not end; -1: neither will be.
static int64_t time_left(const Capture *capture)
{
    if (!capture->options->timeout_ms || capture->is_killed)
        return -1;
    int64_t left = capture->ending == ENDING_BY_ITSELF
                       ? capture->options->timeout_ms - clock_elapsed_ms(capture->start_us)
                       : GRACE_MS - clock_elapsed_ms(capture->asked_us);
    return left > 0 ? left : 0;
}

// How long to wait for something to happen.
static int patience(const Capture *capture, bool has_end)
{
    enum {
        LOOK_AGAIN_MS = 20
    };
    int64_t most = time_left(capture);
    int tick_ms = has_end ? capture->options->tick_ms : LOOK_AGAIN_MS;
    if (tick_ms && (most < 0 || tick_ms < most))
        return tick_ms;
    return (int)most;
}

static void tick(Capture *capture)
{
    const ProcessOptions *options = capture->options;
    if (!options->tick_ms || clock_elapsed_ms(capture->tick_us) < options->tick_ms)
        return;
    options->on_tick(options->tick_context);
    capture->tick_us = clock_monotonic_us();
}

// A child that leads a session leads its process group too.
static void signal_all(const Process *process, const ProcessOptions *options, int signal)
{
    if (process->pid > 0)
        (void)kill(options->has_own_session ? -process->pid : process->pid, signal);
}

static void ask_to_end(Process *process, Capture *capture, Ending ending)
{
    if (capture->ending != ENDING_BY_ITSELF)
        return;
    capture->ending = ending;
    capture->asked_us = clock_monotonic_us();
    signal_all(process, capture->options, SIGTERM);
}

static void end_late(Process *process, Capture *capture)
{
    if (time_left(capture) != 0)
        return;
    if (capture->ending == ENDING_BY_ITSELF) {
        ask_to_end(process, capture, ENDING_LATE);
        return;
    }
    signal_all(process, capture->options, SIGKILL);
    capture->is_killed = true;
}

// What a child that was made to end has left running goes with it. Before it is waited for: until
// then nobody else can have its number.
static void kill_rest(const Process *process, const Capture *capture)
{
    siginfo_t ended = {0};
    if (capture->ending != ENDING_BY_ITSELF && capture->options->has_own_session &&
        waitid(P_PID, (id_t)process->pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        ended.si_pid == process->pid)
        signal_all(process, capture->options, SIGKILL);
}

// Until the child ends. `interrupt` is NO_DESCRIPTOR when none is looked for.
static void run_to_end(Process *process, int interrupt, Capture *capture, int *ret_status)
{
    int end = end_descriptor(process);
    bool has_ended = false;
    while (!has_ended) {
        struct pollfd ready[] = {{.fd = capture->ends[0], .events = POLLIN},
                                 {.fd = capture->ends[1], .events = POLLIN},
                                 {.fd = end, .events = POLLIN},
                                 {.fd = interrupt, .events = POLLIN}};
        (void)poll(ready, 4, patience(capture, end != NO_DESCRIPTOR));
        tick(capture);
        if (interrupt != NO_DESCRIPTOR && ready[3].revents) {
            ask_to_end(process, capture, ENDING_INTERRUPTED);
            interrupt = NO_DESCRIPTOR;
        }
        end_late(process, capture);
        kill_rest(process, capture);
        // In this order: what was written before the end is in the pipe when the end is seen.
        has_ended = reap(process, WNOHANG, ret_status);
        for (int i = 0; i < 2; i++)
            if (capture->ends[i] != NO_DESCRIPTOR)
                drain(capture, i);
        if (capture->is_refused)
            ask_to_end(process, capture, ENDING_REFUSED);
    }
    close_if_open(&end);
}

static bool how_it_ended(const Capture *capture, int status, int *ret_exit_code, Err *err)
{
    const char *program = capture->options->argv[0];
    if (capture->ending == ENDING_INTERRUPTED)
        return fail(err, ERR_INTERRUPTED, "%s was interrupted", program);
    if (capture->ending == ENDING_LATE)
        return fail(err, ERR_IO, "%s did not end within %d.%d s, and was ended", program,
                    capture->options->timeout_ms / 1000, capture->options->timeout_ms / 100 % 10);
    if (capture->is_refused)
        return false;
    *ret_exit_code = process_exit_code(status);
    return true;
}

bool process_stream(const ProcessOptions *options, ProcessReceive receive, void *context,
                    Text *error_out, int *ret_exit_code, Err *err)
{
    int pipes[2][2];
    if (!pipe_open(pipes[0], err))
        return false;
    if (!pipe_open(pipes[1], err)) {
        close(pipes[0][PIPE_READ]);
        close(pipes[0][PIPE_WRITE]);
        return false;
    }
    // After an interrupt that came earlier this is the tidying up, and runs to its end.
    int interrupt = interrupt_requested() ? NO_DESCRIPTOR : interrupt_descriptor();
    ProcessOptions captured = *options;
    captured.output_file = NULL;
    Process process;
    int error_out_end = pipes[options->joins_output ? 0 : 1][PIPE_WRITE];
    bool is_done = start(&captured, pipes[0][PIPE_WRITE], error_out_end, &process, err);
    Capture capture = {
        .receive = receive,
        .context = context,
        .error_out = error_out,
        .err = err,
        .options = options,
        .tick_us = clock_monotonic_us(),
        .start_us = clock_monotonic_us(),
    };
    for (int i = 0; i < 2; i++) {
        close(pipes[i][PIPE_WRITE]);
        capture.ends[i] = pipes[i][PIPE_READ];
        (void)fcntl(capture.ends[i], F_SETFL, O_NONBLOCK);
    }
    if (is_done) {
        int status = 0;
        run_to_end(&process, interrupt, &capture, &status);
        is_done = how_it_ended(&capture, status, ret_exit_code, err);
    }
    close_if_open(&capture.ends[0]);
    close_if_open(&capture.ends[1]);
    return is_done;
}

static bool keep(void *context, Str piece, Err *err)
{
    (void)err;
    if (context)
        text_append(context, piece);
    return true;
}

bool process_run(const ProcessOptions *options, Text *out, Text *error_out, int *ret_exit_code,
                 Err *err)
{
    return process_stream(options, keep, out, error_out, ret_exit_code, err);
}
