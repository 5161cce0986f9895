// Rules by which sessions are ended: "idle-in-transaction:5min", "blocking-us:30s",
// "blocking:1min", "pid:4711". Refuses to end anything. Invariant: a superuser's session, a
// replication, a worker of the server, a session of ours, one of another database is never chosen,
// whatever the rule says.
#pragma once

#include "base/err.h"
#include "check/lock_screen.h"

typedef enum LockRuleKind {
    LOCK_RULE_IDLE,        // silent in a transaction for so long
    LOCK_RULE_BLOCKING_US, // a run of ours waits or would wait for it; open for so long
    LOCK_RULE_BLOCKING,    // waits for nobody, and somebody has waited for it for so long
    LOCK_RULE_PID,
    LOCK_RULE_KINDS,
} LockRuleKind;

typedef struct LockRule {
    LockRuleKind kind;
    int64_t least_ms;
    int pid;
    const char *text; // as it was given
} LockRule;

typedef VEC(LockRule) LockRules;

// ERR_CONFIG says how rules are written.
bool lock_rule_parse(const char *text, LockRule *ret_rule, Err *err)
    __attribute__((warn_unused_result));

typedef struct LockTarget {
    size_t session; // index
    const LockRule *rule;
    const char *why;     // "idle in transaction for 312 s"
    const char *refused; // why it is not ended all the same; NULL: it may be
    const char *fix;     // what to type then; NULL: nothing is to be done
} LockTarget;

typedef VEC(LockTarget) LockTargets;

// Each session once, by the first rule that means it. ERR_CHECK: a pid that nobody has.
bool lock_rules_choose(Arena *arena, const LockScreen *screen, const LockRules *rules,
                       LockTargets *ret_targets, Err *err) __attribute__((warn_unused_result));
