#include "catalog/ddl/ddl_kinds.h"

static const DdlKind *const KINDS[] = {
    &DDL_COMMENT,
    &DDL_SECURITY_LABEL,
};

const DdlKind *ddl_kind(const char *kind)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(KINDS[i]->kind, kind) == 0)
            return KINDS[i];
    return NULL;
}
