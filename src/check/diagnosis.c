#include "check/diagnosis.h"

const CheckKind DIAGNOSIS_KINDS[CHECK_COUNT] = {
#define X(name, id, why) [name] = {id, why},
    CHECKS(X)
#undef X
};
