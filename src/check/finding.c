#include "check/finding.h"

static const char *const SEVERITIES[] = {"off", "notice", "warning", "error"};

const char *severity_word(Severity severity)
{
    return SEVERITIES[severity];
}

bool severity_parse(Str word, Severity *ret_severity)
{
    for (int i = SEVERITY_OFF; i <= SEVERITY_ERROR; i++)
        if (str_eq(word, str_from(SEVERITIES[i]))) {
            *ret_severity = (Severity)i;
            return true;
        }
    return false;
}

const char *risk_word(RiskClass risk)
{
    static const char *const WORDS[] = {
#define X(name, word, meaning) [name] = word,
        RISK_CLASSES(X)
#undef X
    };
    return WORDS[risk];
}

const char *risk_meaning(RiskClass risk)
{
    static const char *const MEANINGS[] = {
#define X(name, word, meaning) [name] = meaning,
        RISK_CLASSES(X)
#undef X
    };
    return MEANINGS[risk];
}
