#include "cli/approval_words.h"

#include "check/approval.h"

#include <string.h>

const char *approval_need_at(size_t index)
{
    return index <= APPROVAL_GUIDE ? approval_need_word((ApprovalNeed)index) : NULL;
}

bool approval_need_accepts(const char *text)
{
    ApprovalNeed need;
    return approval_need_parse(text, &need);
}

const char *approval_document_at(size_t index)
{
    return index < DOCUMENT_COUNT    ? approval_document_word((ApprovalDocument)index)
           : index == DOCUMENT_COUNT ? "none"
                                     : NULL;
}

bool approval_document_accepts(const char *text)
{
    ApprovalDocument document;
    return strcmp(text, "none") == 0 || approval_document_parse(text, &document);
}

const char *missing_downs_at(size_t index)
{
    static const char *const WORDS[] = {"allow", "refuse", NULL};
    return WORDS[index];
}

bool missing_downs_accepts(const char *text)
{
    return strcmp(text, "allow") == 0 || strcmp(text, "refuse") == 0;
}

const char *risk_level_at(size_t index)
{
    return index < RISK_LEVELS ? risk_level_word((RiskLevel)index) : NULL;
}

bool risk_level_accepts(const char *text)
{
    RiskLevel level;
    return risk_level_parse(text, &level);
}

const char *plan_format_at(size_t index)
{
    static const char *const WORDS[] = {"text", "markdown", "json", NULL};
    return WORDS[index];
}

bool plan_format_accepts(const char *text)
{
    for (size_t i = 0; plan_format_at(i); i++)
        if (strcmp(plan_format_at(i), text) == 0)
            return true;
    return false;
}

const char *on_failure_at(size_t index)
{
    static const char *const WORDS[] = {"stop", "undo-run", "restore", NULL};
    return WORDS[index];
}

bool on_failure_accepts(const char *text)
{
    for (size_t i = 0; on_failure_at(i); i++)
        if (strcmp(text, on_failure_at(i)) == 0)
            return true;
    return false;
}
