// Every kind of object that has SQL, each in the file of its family.
// Refuses to do anything with them. Invariant: ddl_kind() finds each by its name.
#pragma once

#include "catalog/ddl/ddl.h"

extern const DdlKind DDL_COMMENT;
extern const DdlKind DDL_SECURITY_LABEL;
