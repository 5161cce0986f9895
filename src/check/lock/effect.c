#include "check/lock/effect.h"

#include "check/lock/effecting.h"
#include "check/lock/kinds.h"

#include <stdlib.h>
#include <string.h>

enum {
    STATEMENT_DEPTH = 8
};

typedef struct EffectKind {
    const char *kind; // of node
    void (*add)(Effecting *effecting, const Node *node);
} EffectKind;

// In alphabetical order. What is not here locks no relation that others can see.
static const EffectKind KINDS[] = {
    {"AlterDomainStmt", effect_alter_domain},
    {"AlterObjectSchemaStmt", effect_set_schema},
    {"AlterPolicyStmt", effect_alter_policy},
    {"AlterPublicationStmt", effect_alter_publication},
    {"AlterSeqStmt", effect_alter_sequence},
    {"AlterTableMoveAllStmt", effect_unknown},
    {"AlterTableStmt", effect_alter_table},
    {"CallStmt", effect_unknown},
    {"ClusterStmt", effect_cluster},
    {"CommentStmt", effect_comment},
    {"CopyStmt", effect_copy},
    {"CreateExtensionStmt", effect_unknown},
    {"CreateForeignTableStmt", effect_create_table},
    {"CreatePolicyStmt", effect_create_policy},
    {"CreatePublicationStmt", effect_create_publication},
    {"CreateStatsStmt", effect_statistics},
    {"CreateStmt", effect_create_table},
    {"CreateTableAsStmt", effect_rows},
    {"CreateTrigStmt", effect_create_trigger},
    {"DeleteStmt", effect_rows},
    {"DoStmt", effect_do},
    {"DropOwnedStmt", effect_unknown},
    {"DropStmt", effect_drop},
    {"ExecuteStmt", effect_unknown},
    {"ExplainStmt", effect_explain},
    {"IndexStmt", effect_create_index},
    {"InsertStmt", effect_rows},
    {"LockStmt", effect_lock_table},
    {"MergeStmt", effect_rows},
    {"ReassignOwnedStmt", effect_unknown},
    {"RefreshMatViewStmt", effect_refresh},
    {"ReindexStmt", effect_reindex},
    {"RenameStmt", effect_rename},
    {"RuleStmt", effect_create_rule},
    {"SelectStmt", effect_rows},
    {"TruncateStmt", effect_truncate},
    {"UpdateStmt", effect_rows},
    {"VacuumStmt", effect_vacuum},
    {"ViewStmt", effect_create_view},
};

static int by_kind(const void *kind, const void *known)
{
    return strcmp(kind, ((const EffectKind *)known)->kind);
}

void effect_statement(Effecting *effecting, const ParsedStatement *parsed)
{
    const ParsedStatement *around = effecting->parsed;
    if (effecting->depth >= STATEMENT_DEPTH) {
        effecting->effects->is_incomplete = true;
        return;
    }
    effecting->depth++;
    effecting->parsed = parsed;
    const EffectKind *kind = bsearch(node_kind(parsed->node), KINDS, sizeof KINDS / sizeof *KINDS,
                                     sizeof *KINDS, by_kind);
    if (kind)
        kind->add(effecting, parsed->node);
    effecting->parsed = around;
    effecting->depth--;
}

void effect_unknown(Effecting *effecting, const Node *node)
{
    effecting->effects->is_incomplete = true;
}

void effects_of(Arena *arena, const Model *model, const ParsedStatement *parsed, int transaction,
                int pg, Effects *ret_effects)
{
    Effects effects = {0};
    Effecting effecting = {
        .arena = arena,
        .model = model,
        .transaction = transaction,
        .pg = pg,
        .effects = &effects,
    };
    effect_statement(&effecting, parsed);
    *ret_effects = effects;
}

static void merge(Arena *arena, Effects *worst, const Effects *other)
{
    VEC_EACH (const Effect, effect, &other->items) {
        Effect *known = (Effect *)effects_find(worst, effect->relation);
        if (!known) {
            *vec_append(arena, &worst->items) = *effect;
            continue;
        }
        bool is_worse = effect->is_rewritten && !known->is_rewritten;
        known->mode = effect->mode > known->mode ? effect->mode : known->mode;
        known->reach = effect->reach > known->reach ? effect->reach : known->reach;
        known->is_rewritten |= effect->is_rewritten;
        known->is_scanned |= effect->is_scanned;
        known->builds_index |= effect->builds_index;
        if (is_worse || !known->why)
            known->why = effect->why;
    }
    worst->depends_on_version |= other->depends_on_version;
    worst->is_concurrent &= other->is_concurrent;
    worst->is_incomplete |= other->is_incomplete;
}

void effects_worst(Arena *arena, const Model *model, const ParsedStatement *parsed, int transaction,
                   int pg_from, int pg_to, Effects *ret_effects)
{
    Effects worst;
    effects_of(arena, model, parsed, transaction, pg_from, &worst);
    for (int pg = pg_from + 1; pg <= pg_to && worst.depends_on_version; pg++) {
        Effects other;
        effects_of(arena, model, parsed, transaction, pg, &other);
        merge(arena, &worst, &other);
    }
    *ret_effects = worst;
}

const Effect *effects_find(const Effects *effects, const char *relation)
{
    VEC_EACH (const Effect, effect, &effects->items)
        if (strcmp(effect->relation, relation) == 0)
            return effect;
    return NULL;
}

LockMode effects_strongest(const Effects *effects)
{
    LockMode strongest = LOCK_NONE;
    VEC_EACH (const Effect, effect, &effects->items)
        if (!effect->is_new && effect->mode > strongest)
            strongest = effect->mode;
    return strongest;
}

const char *effect_sentence(Arena *arena, const Effect *effect)
{
    const char *blocks = lock_mode_blocks_reads(effect->mode) ? "blocks reads and writes"
                         : lock_mode_blocks_writes(effect->mode)
                             ? "blocks writes"
                             : "blocks neither reads nor writes";
    const char *cost = effect->is_rewritten   ? ", writes it anew"
                       : effect->builds_index ? ", builds an index over all of it"
                       : effect->is_scanned   ? ", reads all of it"
                                              : "";
    const char *children = effect->reach == REACH_SELF   ? ""
                           : effect->reach == REACH_TREE ? " and its partitions and children"
                                                         : " and the tables it references";
    bool has_children =
        effect->reach == REACH_TREE && (!effect->known || effect->known->children.len);
    return arena_printf(arena, "%s on %s%s (%s)%s%s%s", lock_mode_name(effect->mode),
                        effect->relation,
                        has_children || effect->reach == REACH_REFERENCED ? children : "",
                        effect->is_new ? "made in this transaction, nobody waits" : blocks, cost,
                        effect->why ? ": " : "", effect->why ? effect->why : "");
}

bool effect_matters(const Effect *effect)
{
    return !effect->is_new && effect->mode >= LOCK_SHARE_UPDATE_EXCLUSIVE;
}
