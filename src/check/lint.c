#include "check/lint_private.h"

#include "check/replay/replay.h"
#include "migration/template.h"

#include <stdlib.h>
#include <string.h>

Lint *lint_new(Arena *arena, const LintOptions *options)
{
    Arena *own = arena_new();
    Lint *lint = arena_new_object(own, Lint);
    *lint = (Lint){.arena = arena, .own = own, .scratch = arena_new(), .options = *options};
    lint->has_pg = options->pg_from != 0;
    if (!lint->options.pg_from)
        lint->options.pg_from = PG_OLDEST;
    if (!lint->options.pg_to)
        lint->options.pg_to = PG_NEWEST;
    dispatch_init(&lint->dispatch, own, &lint->options);
    model_init(&lint->model, own);
    return lint;
}

void lint_free(Lint *lint)
{
    if (!lint)
        return;
    if (!lint->is_ended)
        free(lint->findings.items);
    arena_free(lint->scratch);
    arena_free(lint->own);
}

void lint_free_at(Lint **lint)
{
    lint_free(*lint);
}

const Findings *lint_findings(const Lint *lint)
{
    return &lint->findings;
}

// Transactions

static void transaction_begin(Lint *lint, bool is_block, bool is_explicit)
{
    JudgedTransaction *transaction = &lint->transaction;
    transaction->number = ++lint->transactions;
    transaction->is_block = is_block;
    transaction->is_explicit = is_explicit;
    transaction->statements = 0;
    transaction->held.len = 0;
    transaction->has_rows_changed = false;
}

static void transaction_end(Lint *lint)
{
    session_end_transaction(&lint->session);
    lint->transaction.is_block = false;
    lint->transaction.number = 0;
}

// Before a statement: it is in the block that is open, or alone.
static void transaction_enter(Lint *lint, StatementClass class)
{
    bool is_whole = lint->file.transaction == FILE_ONE_TRANSACTION;
    if (class == STATEMENT_BEGIN)
        is_whole ? (void)(lint->transaction.is_explicit = true)
                 : transaction_begin(lint, true, true);
    else if (!lint->transaction.is_block)
        transaction_begin(lint, false, false);
}

static void hold(Lint *lint, const Effect *effect, const Statement *statement)
{
    JudgedTransaction *transaction = &lint->transaction;
    char label[64];
    VEC_EACH (HeldLock, held, &transaction->held) {
        if (strcmp(held->relation, effect->relation) != 0)
            continue;
        if (effect->mode > held->mode) {
            held->mode = effect->mode;
            held->position = statement->position;
            held->label = arena_strdup(lint->own, statement_label(statement, label, sizeof label));
        }
        return;
    }
    if (transaction->held.len < HELD_MOST)
        *vec_append(lint->own, &transaction->held) = (HeldLock){
            .relation = arena_strdup(lint->own, effect->relation),
            .mode = effect->mode,
            .is_new = effect->is_new,
            .position = statement->position,
            .label = arena_strdup(lint->own, statement_label(statement, label, sizeof label)),
        };
}

static bool changes_rows(const Node *node)
{
    static const char *const KINDS[] = {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (node_is(node, KINDS[i]))
            return true;
    return node_is(node, "CopyStmt") && node_flag(node, "is_from");
}

static void transaction_leave(Lint *lint, const ParsedStatement *parsed, const Effects *effects)
{
    JudgedTransaction *transaction = &lint->transaction;
    StatementClass class = parsed->statement.class;
    transaction->statements++;
    if (transaction->is_block) {
        VEC_EACH (const Effect, effect, &effects->items)
            if (!effect->is_new)
                hold(lint, effect, &parsed->statement);
        transaction->has_rows_changed |= changes_rows(parsed->node);
    }
    bool is_end = class == STATEMENT_COMMIT || class == STATEMENT_ROLLBACK;
    if (lint->file.transaction == FILE_STEPS && (is_end || !transaction->is_block))
        transaction_end(lint);
}

// Rules

static void run_rules(Lint *lint, const DispatchEntry *entry, const Judged *judged)
{
    for (size_t i = 0; entry && i < entry->count; i++) {
        const Rule *rule = entry->rules[i];
        // a matter of taste that is not wanted here; what other rules remember is in none of these
        if (rule->is_optional && lint_severity(lint, rule, lint->file.path) == SEVERITY_OFF)
            continue;
        size_t before = lint->findings.len;
        lint->rule = rule;
        rule->check(judged);
        if (lint->options.has_fixes)
            lint_make_fixes(judged, before);
    }
    lint->rule = NULL;
}

// What writes in WITH writes as if it stood by itself. The server takes it nowhere deeper.
static void judge_with(Lint *lint, const Judged *judged)
{
    NODE_EACH(expression, node_field(judged->node, "withClause.ctes"))
    {
        Judged inner = *judged;
        inner.node = node_field(expression, "ctequery");
        inner.kind = node_kind(inner.node);
        if (changes_rows(inner.node))
            run_rules(lint, dispatch_find(&lint->dispatch, inner.kind), &inner);
    }
}

static void judge(Lint *lint, Judged *judged)
{
    judged->node = judged->parsed->node;
    judged->kind = node_kind(judged->node);
    run_rules(lint, lint->dispatch.every, judged);
    run_rules(lint, dispatch_find(&lint->dispatch, judged->kind), judged);
    judge_with(lint, judged);
    if (!node_is(judged->node, "AlterTableStmt"))
        return;
    NODE_EACH(command, node_field(judged->node, "cmds"))
    {
        judged->command = command;
        run_rules(lint, dispatch_find(&lint->dispatch, node_text(command, "subtype")), judged);
    }
    judged->command = NULL;
}

static void report_syntax(Lint *lint, Position position, int64_t offset, const char *message,
                          const Statement *statement)
{
    lint->rule = rule_find(STR("syntax-error"));
    Finding *finding = judged_report_file(&lint->file, position, "", "%s", message);
    finding->offset = offset;
    if (statement) {
        finding->statement = (Str){arena_dup(lint->arena, statement->text), statement->text.n};
        finding->statement_position = statement->position;
        finding->end = position_after(statement->position, statement->text);
        finding->length = statement->offset + (int64_t)statement->text.n - offset;
    }
    lint->rule = NULL;
}

static void report_unparsed(Lint *lint, const ParsedStatement *parsed)
{
    Statement shown = parsed->statement;
    if (shown.text.n > STATEMENT_KEPT_BYTES)
        shown.text.n = STATEMENT_KEPT_BYTES;
    report_syntax(lint, parsed->error->position,
                  parsed->statement.offset + (int64_t)parsed->error->at, parsed->error->message,
                  &shown);
}

// What a DO block does is judged as if it stood there; of a routine only that it can be read.
static void judge_body(Lint *lint, const Judged *around)
{
    const Body *body = around->body;
    if (body->error)
        report_syntax(lint, body->error->position, around->parsed->statement.offset,
                      body->error->message, NULL);
    VEC_EACH (BodyStatement, statement, &body->statements) {
        if (!statement->parsed.node) {
            report_unparsed(lint, &statement->parsed);
            continue;
        }
        if (body->kind != BODY_DO)
            continue;
        Effects effects;
        effects_worst(lint->scratch, &lint->model, &statement->parsed, lint->transaction.number,
                      lint->options.pg_from, lint->options.pg_to, &effects);
        Judged inner = *around;
        inner.parsed = &statement->parsed;
        inner.body = NULL;
        inner.effects = &effects;
        inner.is_in_body = true;
        inner.is_conditional = statement->is_conditional;
        judge(lint, &inner);
    }
}

static bool has_body(const Node *node)
{
    return node_is(node, "DoStmt") || node_is(node, "CreateFunctionStmt");
}

// Of a file that is only replayed nobody wants to know more than what the state is behind it.
static void judge_parsed(Lint *lint, const ParsedStatement *parsed, Effects *effects)
{
    if (!lint->file.is_reported)
        return;
    effects_worst(lint->scratch, &lint->model, parsed, lint->transaction.number,
                  lint->options.pg_from, lint->options.pg_to, effects);
    Judged judged = {
        .lint = lint,
        .scratch = lint->scratch,
        .model = &lint->model,
        .parsed = parsed,
        .effects = effects,
        .body = parsed->body && parsed->body->kind != BODY_NONE ? parsed->body : NULL,
        .file = &lint->file,
        .transaction = &lint->transaction,
        .session = &lint->session,
        .pg_from = lint->options.pg_from,
        .pg_to = lint->options.pg_to,
        .has_pg = lint->has_pg,
        .assumes_timeouts = lint->options.assumes_timeouts,
    };
    judge(lint, &judged);
    if (judged.body)
        judge_body(lint, &judged);
}

// What does not parse may have places in it that another tool fills in; a body is not looked into
// before it is opened. Findings show the text as it is.
static void parse_filled(Arena *arena, const Statement *statement, ParsedStatement *ret_parsed)
{
    Statement filled = *statement;
    ParsedStatement parsed;
    parse_statement(arena, statement, ret_parsed);
    bool is_body = ret_parsed->node && has_body(ret_parsed->node);
    if ((ret_parsed->node && (!is_body || str_find(statement->text, STR("{{")) < 0)) ||
        !template_fill(arena, statement->text, &filled.text))
        return;
    parse_statement(arena, &filled, &parsed);
    if (!parsed.node)
        return;
    *ret_parsed = parsed;
    if (!has_body(parsed.node))
        ret_parsed->statement.text = (Str){arena_dup(arena, statement->text), statement->text.n};
}

void lint_parse(Arena *arena, const Statement *statement, bool opens_body,
                ParsedStatement *ret_parsed)
{
    parse_filled(arena, statement, ret_parsed);
    if (opens_body && has_body(ret_parsed->node))
        ret_parsed->body = body_of(arena, ret_parsed);
}

void lint_parsed(Lint *lint, const Statement *statement, const ParsedStatement *parsed)
{
    if (lint->is_syntax_only) {
        if (!parsed->node)
            report_unparsed(lint, parsed);
        return;
    }
    ArenaMark mark = arena_mark(lint->scratch);
    Effects effects = {0};
    lint->file.statements++;
    lint_ignores_statement(lint, statement);
    transaction_enter(lint, statement->class);
    if (parsed->node) {
        judge_parsed(lint, parsed, &effects);
        replay_statement(lint->scratch, &lint->model, parsed,
                         (Made){lint->transaction.number, lint->file.number, statement->position});
        session_follow(&lint->session, lint->own, parsed, lint->transaction.is_block);
    } else {
        report_unparsed(lint, parsed);
    }
    transaction_leave(lint, parsed, &effects);
    lint->kept_parsed = lint->placed_parsed = lint->place.parsed = NULL;
    lint->known = (KnownRelation){0};
    arena_release(lint->scratch, mark);
}

void lint_statement(Lint *lint, const Statement *statement)
{
    ArenaMark mark = arena_mark(lint->scratch);
    ParsedStatement parsed;
    lint_parse(lint->scratch, statement, !lint->is_syntax_only, &parsed);
    lint_parsed(lint, statement, &parsed);
    arena_release(lint->scratch, mark);
}

void lint_refused(Lint *lint, const Err *err)
{
    report_syntax(lint, err->position.line ? err->position : (Position){1, 1}, -1, err->message,
                  NULL);
}

void lint_broken(Lint *lint, const Err *err)
{
    lint->files.items[lint->file.number].is_broken = true;
    lint->file.is_broken = true;
    lint_refused(lint, err);
}

// Files

void lint_file_begin(Lint *lint, const LintFile *file)
{
    const Directives *said = &file->script->directives;
    bool is_one = !file->script->is_no_transaction && shape_is_one_transaction(file->shape, said);
    lint->file = (JudgedFile){
        .lint = lint,
        .path = arena_strdup(lint->arena, file->path),
        .number = (int)lint->files.len,
        .migration = file->migration,
        .script = file->script,
        .transaction = is_one ? FILE_ONE_TRANSACTION : FILE_STEPS,
        .is_wrapped_elsewhere = file->is_wrapped_elsewhere,
        .is_reported = file->is_reported,
        .shape = file->shape,
    };
    lint->is_syntax_only = file->is_syntax_only;
    *vec_append(lint->own, &lint->files) =
        (FilePlace){.path = lint->file.path, .is_reported = file->is_reported};
    lint->file_findings = lint->findings.len;
    lint->session = (JudgedSession){0};
    lint->model.search_path.len = 0;
    lint->transaction.is_block = false;
    if (is_one)
        transaction_begin(lint, true, false);
    lint_ignores_begin(lint);
}

void lint_file_end(Lint *lint)
{
    if (lint->file.is_reported && !lint->is_syntax_only)
        for (size_t i = 0; i < lint->dispatch.file_ends.len; i++) {
            lint->rule = lint->dispatch.file_ends.items[i];
            lint->rule->file_end(&lint->file);
        }
    lint->rule = NULL;
    transaction_end(lint);
    lint_ignores_file_end(lint);
    lint_settle_findings(lint, lint->file_findings);
}

void lint_chain_end(Lint *lint)
{
    JudgedChain chain = {
        .lint = lint,
        .scratch = lint->scratch,
        .model = &lint->model,
        .files = (int)lint->files.len,
        .pg_from = lint->options.pg_from,
        .pg_to = lint->options.pg_to,
    };
    lint->file.script = NULL;
    lint->file_findings = lint->findings.len;
    for (size_t i = 0; i < lint->dispatch.chain_ends.len; i++) {
        lint->rule = lint->dispatch.chain_ends.items[i];
        lint->rule->chain_end(&chain);
    }
    lint->rule = NULL;
    lint_settle_ignores(&chain);
    lint_settle_findings(lint, lint->file_findings);
    lint_keep_findings(lint);
}
