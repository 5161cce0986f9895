// What settings and flags about policy take, for the table of options: the words one by one, and
// whether a text is one of them. Refuses to know what they mean. Invariant: NULL past the last.
#pragma once

#include <stdbool.h>
#include <stddef.h>

const char *approval_need_at(size_t index);
bool approval_need_accepts(const char *text);
const char *approval_document_at(size_t index);
bool approval_document_accepts(const char *text);
const char *missing_downs_at(size_t index);
bool missing_downs_accepts(const char *text);
const char *risk_level_at(size_t index);
bool risk_level_accepts(const char *text);
const char *plan_format_at(size_t index);
bool plan_format_accepts(const char *text);
const char *on_failure_at(size_t index);
bool on_failure_accepts(const char *text);
