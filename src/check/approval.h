// Who has approved a plan, who has to, and which documents it needs: what an environment's policy
// asks for by risk, laid beside the sign-offs and the evidence that are there.
// Refuses to read them (run/approval.h does) and to check signatures. Invariant: a sign-off counts
// for the very steps that it names, for that environment and database, and for no higher risk than
// the signer saw; why one does not count is told.
#pragma once

#include "check/check_list.h"
#include "check/evidence.h"
#include "check/risk.h"

typedef enum ApprovalNeed {
    APPROVAL_OFF,
    APPROVAL_WANTED,   // what is missing is a warning
    APPROVAL_REQUIRED, // what is missing stops it
    APPROVAL_GUIDE,    // required, by the built-in table and no other
} ApprovalNeed;

const char *approval_need_word(ApprovalNeed need); // "off", "wanted", "required", "guide"
bool approval_need_parse(const char *word, ApprovalNeed *ret_need);

// Documents that a policy may ask for, each with what proves it.
#define APPROVAL_DOCUMENTS(X)                                                                      \
    X(DOCUMENT_PLAN, "plan")           /* the plan itself, which every signer is shown */          \
    X(DOCUMENT_ROLLBACK, "rollback")   /* a down for every migration, or its word that none is */  \
    X(DOCUMENT_PLAYBOOK, "playbook")   /* plan --format markdown, without a blank in it */         \
    X(DOCUMENT_REHEARSAL, "rehearsal") /* evidence that stands */

typedef enum ApprovalDocument {
#define X(name, word) name,
    APPROVAL_DOCUMENTS(X)
#undef X
    DOCUMENT_COUNT,
} ApprovalDocument;

const char *approval_document_word(ApprovalDocument document);
bool approval_document_parse(const char *word, ApprovalDocument *ret_document);

// The names by which a person signs: "alice" is a database role, "ssh:alice@example.com" whoever
// has that name in allowed_signers.
typedef struct ApprovalPerson {
    Words names;
} ApprovalPerson;

typedef struct ApprovalRole {
    const char *name; // "technical-lead"
    VEC(ApprovalPerson) people;
} ApprovalRole;

typedef VEC(ApprovalRole) ApprovalRoles;

typedef struct ApprovalPolicy {
    ApprovalNeed need;
    const char *where;        // the policy stands: "migrate-safe.yaml:9:5"
    const char *environment;  // NULL: none was named
    Words roles[RISK_LEVELS]; // that have to sign
    Words documents[RISK_LEVELS];
    ApprovalRoles people;       // who may sign as what
    bool has_four_eyes;         // nobody for two roles, nobody for what they wrote or apply
    bool refuses_missing_downs; // whatever else is asked
    bool may_be_forced;
} ApprovalPolicy;

// What is built in for an environment of this name: roles that approve or review, and documents.
// Another name than development and staging is as production.
void approval_policy_built_in(Arena *arena, const char *environment, ApprovalPolicy *policy);

// A step as a signer saw it: enough to make the digest anew.
typedef struct ApprovedStep {
    Direction direction;
    const char *version;
    const char *checksum;
} ApprovedStep;

// One sign-off, or its end.
typedef struct Approval {
    bool is_revocation;
    const char *digest;        // of the plan, 64 hex digits
    const char *target;        // name of the database
    const char *environment;   // NULL: none
    const char *role;          // claimed
    RiskLevel risk;            // that was shown
    const char *at;            // RFC 3339, UTC
    const char *comment;       // NULL: none
    const char *database_role; // session_user of who wrote the row; NULL: it is a file
    const char *principal;     // whose SSH signature holds; NULL: there is none
    const char *key;           // fingerprint of its key; NULL likewise
    const char *unsound;       // why its signature does not hold; NULL: it does, or there is none
    const char *path;          // of a file; NULL: it is a row
    VEC(ApprovedStep) steps;   // empty: not known
} Approval;

typedef VEC(Approval) Approvals;

// "alice", or "alice@example.com (SSH)".
const char *approval_signer(Arena *arena, const Approval *approval);
// Do the steps give the digest? Of none at all: yes.
bool approval_steps_hold(const Approval *approval);

// What is about to run, and where.
typedef struct ApprovalRun {
    const Plan *plan;                 // with risk_of_plan behind it
    RiskLevel risk;                   // of the plan
    const Status *status;             // what is applied, for the rest of a plan that was approved
    const char *target;               // name of the database
    const char *applied_by;           // database role of the session; NULL: not known yet
    Words authors;                    // names of who wrote the files, as ApprovalPerson has them
    const EvidenceVerdict *rehearsal; // NULL: it was not looked at
    const char *unread;               // why the sign-offs could not be read; NULL: they were
} ApprovalRun;

typedef struct ApprovedRole {
    const char *role;
    const Approval *approval; // that counts; NULL: it is missing
    const char *why_not;      // of a missing one, a clause: "nobody has signed"
    const char *who;          // who may: "alice or bob"; NULL: nobody is named
} ApprovedRole;

typedef struct ApprovedDocument {
    ApprovalDocument document;
    bool is_there;
    const char *proof; // what proves it, or what is missing
} ApprovedDocument;

typedef struct ApprovalVerdict {
    bool is_judged; // a policy asks for something
    ApprovalNeed need;
    RiskLevel risk;
    bool stands; // nothing is missing
    bool may_be_forced;
    VEC(ApprovedRole) roles;
    VEC(ApprovedDocument) documents;
    Words missing_downs; // versions, where they are refused
    Words others;        // sign-offs of other plans and why they are none for this, a clause each
    const char *where;
    const char *unread;
} ApprovalVerdict;

void approval_judge(Arena *arena, const ApprovalPolicy *policy, const Approvals *approvals,
                    const ApprovalRun *run, ApprovalVerdict *ret_verdict);
// "technical-lead, cto": the roles that are missing; "" of none.
const char *approval_missing_roles(Arena *arena, const ApprovalVerdict *verdict);
// Says in `err` what is missing (ERR_CHECK). Returns false.
bool approval_refuse(Arena *arena, const ApprovalVerdict *verdict, Err *err);

// The same as checks, for preflight. Nothing is added where no policy asks.
typedef enum ApprovalCheck {
    APPROVAL_CHECK_SIGNED,
    APPROVAL_CHECK_DOCUMENTS,
    APPROVAL_CHECK_DOWNS,
    APPROVAL_CHECKS,
} ApprovalCheck;

extern const CheckKind APPROVAL_KINDS[APPROVAL_CHECKS];
void approval_checks(Arena *arena, const ApprovalVerdict *verdict, CheckList *list);
