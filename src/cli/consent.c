#include "cli/consent.h"

#include "io/interrupt.h"

#include <poll.h>
#include <unistd.h>

enum {
    LOOK_EVERY_MS = 100
};

// A read that has not begun yet does not see Ctrl-C: it is looked for again and again.
static bool wait_for_answer(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    while (!interrupt_requested())
        if (poll(&input, 1, LOOK_EVERY_MS) > 0)
            return true;
    return false;
}

static bool is_somebody_there(const Context *context)
{
    return isatty(STDIN_FILENO) && context->err.is_terminal;
}

bool consent_can_ask(const Context *context, Err *err)
{
    if (option_is_set(&context->options, OPTION_YES) || is_somebody_there(context))
        return true;
    fail(err, ERR_CHECK, "this needs your consent, and nobody can be asked here");
    return err_hint(err, "add --yes; or see what it would do: --dry-run");
}

bool consent_ask(const Context *context, const char *what, Err *err)
{
    char answer[16] = "";
    if (option_is_set(&context->options, OPTION_YES))
        return true;
    if (!is_somebody_there(context)) {
        fail(err, ERR_CHECK, "this needs your consent: %s", what);
        return err_hint(err, "add --yes");
    }
    fprintf(context->err.stream, "%s.\nProceed? [y/N] ", what);
    fflush(context->err.stream);
    if (wait_for_answer() && fgets(answer, sizeof answer, stdin) &&
        (answer[0] == 'y' || answer[0] == 'Y'))
        return true;
    return fail(err, interrupt_requested() ? ERR_INTERRUPTED : ERR_CHECK, "nothing was done");
}
