// Every kind of object that has SQL, each in the file of its family.
// Refuses to do anything with them. Invariant: ddl_kind() finds each by its name.
#pragma once

#include "catalog/ddl/ddl.h"

extern const DdlKind DDL_ACCESS_METHOD;
extern const DdlKind DDL_AGGREGATE;
extern const DdlKind DDL_ATTRIBUTE;
extern const DdlKind DDL_CAST;
extern const DdlKind DDL_COLLATION;
extern const DdlKind DDL_COLUMN;
extern const DdlKind DDL_COMMENT;
extern const DdlKind DDL_COMPOSITE_TYPE;
extern const DdlKind DDL_CONSTRAINT;
extern const DdlKind DDL_CONVERSION;
extern const DdlKind DDL_DATABASE;
extern const DdlKind DDL_DATABASE_SETTING;
extern const DdlKind DDL_DEFAULT_PRIVILEGES;
extern const DdlKind DDL_DOMAIN;
extern const DdlKind DDL_DOMAIN_CONSTRAINT;
extern const DdlKind DDL_ENUM;
extern const DdlKind DDL_EVENT_TRIGGER;
extern const DdlKind DDL_EXTENSION;
extern const DdlKind DDL_EXTENSION_VERSION;
extern const DdlKind DDL_FOREIGN_DATA_WRAPPER;
extern const DdlKind DDL_FOREIGN_SERVER;
extern const DdlKind DDL_FOREIGN_TABLE;
extern const DdlKind DDL_FUNCTION;
extern const DdlKind DDL_INDEX;
extern const DdlKind DDL_INHERITED_ORDER;
extern const DdlKind DDL_INTERNAL_TRIGGER;
extern const DdlKind DDL_INVALID_INDEX;
extern const DdlKind DDL_LANGUAGE;
extern const DdlKind DDL_LARGE_OBJECT;
extern const DdlKind DDL_MATERIALIZED_VIEW;
extern const DdlKind DDL_MATERIALIZED_VIEW_STATE;
extern const DdlKind DDL_MEMBERSHIP;
extern const DdlKind DDL_OPERATOR;
extern const DdlKind DDL_OPERATOR_CLASS;
extern const DdlKind DDL_OPERATOR_FAMILY;
extern const DdlKind DDL_POLICY;
extern const DdlKind DDL_PROCEDURE;
extern const DdlKind DDL_PUBLICATION;
extern const DdlKind DDL_PUBLICATION_SCHEMA;
extern const DdlKind DDL_PUBLICATION_TABLE;
extern const DdlKind DDL_RANGE;
extern const DdlKind DDL_ROLE;
extern const DdlKind DDL_ROLE_SETTING;
extern const DdlKind DDL_RULE;
extern const DdlKind DDL_SCHEMA;
extern const DdlKind DDL_SECURITY_LABEL;
extern const DdlKind DDL_SEQUENCE;
extern const DdlKind DDL_STATISTICS;
extern const DdlKind DDL_SUBSCRIPTION;
extern const DdlKind DDL_SUBSCRIPTION_STATE;
extern const DdlKind DDL_SYSTEM_PRIVILEGES;
extern const DdlKind DDL_TABLE;
extern const DdlKind DDL_TABLESPACE;
extern const DdlKind DDL_TEXT_SEARCH_CONFIGURATION;
extern const DdlKind DDL_TEXT_SEARCH_DICTIONARY;
extern const DdlKind DDL_TEXT_SEARCH_PARSER;
extern const DdlKind DDL_TEXT_SEARCH_TEMPLATE;
extern const DdlKind DDL_TRANSFORM;
extern const DdlKind DDL_TRIGGER;
extern const DdlKind DDL_TYPE;
extern const DdlKind DDL_USER_MAPPING;
extern const DdlKind DDL_VIEW;
