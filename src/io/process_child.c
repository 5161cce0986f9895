#include "io/process_child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void give_up(const ChildSetup *setup, ChildStage stage)
{
    ChildFailure failure = {stage, errno};
    ssize_t written = write(setup->report, &failure, sizeof failure);
    _exit(written == (ssize_t)sizeof failure ? 127 : 126);
}

static void reset_signals(void)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++)
        sigaction(number, &standard, NULL); // KILL and STOP refuse, which is fine
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void connect_input(const ChildSetup *setup)
{
    int input = setup->options->input;
    if (input == 0)
        input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (input < 0)
        give_up(setup, CHILD_INPUT);
    // dup2 to itself would leave close-on-exec set
    if (input == STDIN_FILENO ? fcntl(input, F_SETFD, 0) < 0 : dup2(input, STDIN_FILENO) < 0)
        give_up(setup, CHILD_INPUT);
}

static bool become_user(const ProcessOptions *options)
{
    if (options->user == 0)
        return true;
    return setgroups(1, &options->group) == 0 && setgid(options->group) == 0 &&
           setuid(options->user) == 0;
}

// After become_user: a file made in the user's directory is the user's, and a link that the user
// put there reaches no further than the user does.
static void connect_output(const ChildSetup *setup)
{
    int out = setup->out;
    int error_out = setup->error_out;
    if (setup->options->output_file) {
        out = open(setup->options->output_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (out < 0)
            give_up(setup, CHILD_OUTPUT);
        error_out = out;
    }
    if ((out != NO_DESCRIPTOR && dup2(out, STDOUT_FILENO) < 0) ||
        (error_out != NO_DESCRIPTOR && dup2(error_out, STDERR_FILENO) < 0))
        give_up(setup, CHILD_OUTPUT);
}

_Noreturn void child_execute(const ChildSetup *setup)
{
    const ProcessOptions *options = setup->options;
    reset_signals();
    connect_input(setup);
    if (options->has_own_session)
        setsid();
    if (!become_user(options))
        give_up(setup, CHILD_USER);
    if (options->death_signal) {
        prctl(PR_SET_PDEATHSIG, options->death_signal);
        if (getppid() != setup->parent)
            _exit(127);
    }
    if (options->directory && chdir(options->directory) != 0)
        give_up(setup, CHILD_DIRECTORY);
    connect_output(setup);
    // What a library opened without O_CLOEXEC is no business of the child's. Linux before 5.11 does
    // not know the flag: then it is as good as everybody's O_CLOEXEC.
    (void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    execvpe(options->argv[0], (char *const *)(uintptr_t)options->argv, setup->environment);
    give_up(setup, CHILD_EXECUTE);
}
