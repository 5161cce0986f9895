#include "io/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t requested_signal;
static int wake_pipe[2] = {-1, -1};

static void on_signal(int number)
{
    int saved_errno = errno;
    requested_signal = number;
    // The byte is never read: the descriptor stays readable for everyone who polls it.
    if (write(wake_pipe[1], "", 1) < 0) {
    }
    errno = saved_errno;
}

void interrupt_install(void)
{
    if (wake_pipe[0] >= 0 || pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

bool interrupt_requested(void)
{
    return requested_signal != 0;
}

int interrupt_signal(void)
{
    return requested_signal;
}

int interrupt_descriptor(void)
{
    return wake_pipe[0];
}
