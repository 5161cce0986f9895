// The families of lint rules: a line for each table, in the order of the manual.
// Refuses to know what is in them. Invariant: each ends with a rule whose id is NULL.
#pragma once

#include "check/rules/rule.h"

extern const Rule RULES_COLUMN_ADD[];
extern const Rule RULES_COLUMN_ADD_INLINE[];
extern const Rule RULES_COLUMN_ADD_TYPE[];
extern const Rule RULES_COLUMN_CONTEXT[];
extern const Rule RULES_COLUMN_DROP[];
extern const Rule RULES_COLUMN_GENERATED[];
extern const Rule RULES_COLUMN_KEY[];
extern const Rule RULES_COLUMN_NULL[];
extern const Rule RULES_COLUMN_RENAME[];
extern const Rule RULES_COLUMN_TYPE[];
extern const Rule RULES_COLUMN_VIEW[];
extern const Rule RULES_CONSTRAINT_CHANGE[];
extern const Rule RULES_CONSTRAINT_CHECK[];
extern const Rule RULES_CONSTRAINT_DOMAIN[];
extern const Rule RULES_CONSTRAINT_FOREIGN[];
extern const Rule RULES_CONSTRAINT_REFERENCE[];
extern const Rule RULES_CONSTRAINT_UNIQUE[];
extern const Rule RULES_CONSTRAINT_VALIDATE[];
extern const Rule RULES_DATA[];
extern const Rule RULES_INDEX_CONCURRENT[];
extern const Rule RULES_INDEX_CREATE[];
extern const Rule RULES_INDEX_DROP[];
extern const Rule RULES_INDEX_WORTH[];
extern const Rule RULES_LINT[];
extern const Rule RULES_PARTITION[];
extern const Rule RULES_POLICY[];
extern const Rule RULES_PRIVILEGE[];
extern const Rule RULES_REPLICATION[];
extern const Rule RULES_ROW_LOSS[];
extern const Rule RULES_SEQUENCE[];
extern const Rule RULES_SERVER[];
extern const Rule RULES_STORAGE[];
extern const Rule RULES_STYLE[];
extern const Rule RULES_TABLE_DROP[];
extern const Rule RULES_TABLE_RENAME[];
extern const Rule RULES_TIMEOUT[];
extern const Rule RULES_TRANSACTION[];
extern const Rule RULES_TRIGGER[];
extern const Rule RULES_TYPE_ENUM[];
extern const Rule RULES_VIEW[];
