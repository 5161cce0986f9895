#include "cli/consent.h"

#include "io/interrupt.h"

#include <unistd.h>

bool consent_can_ask(const Context *context, Err *err)
{
    if (option_is_set(&context->options, OPTION_YES) ||
        (isatty(STDIN_FILENO) && context->err.is_terminal))
        return true;
    fail(err, ERR_CHECK, "this needs your consent, and nobody can be asked here");
    return err_hint(err, "add --yes; or see what it would do: --dry-run");
}

bool consent_ask(const Context *context, const char *what, Err *err)
{
    char answer[16] = "";
    if (option_is_set(&context->options, OPTION_YES))
        return true;
    if (!isatty(STDIN_FILENO) || !context->err.is_terminal) {
        fail(err, ERR_CHECK, "this needs your consent: %s", what);
        return err_hint(err, "add --yes");
    }
    fprintf(context->err.stream, "%s.\nProceed? [y/N] ", what);
    fflush(context->err.stream);
    if (fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
        return true;
    return fail(err, interrupt_requested() ? ERR_INTERRUPTED : ERR_CHECK, "nothing was done");
}
