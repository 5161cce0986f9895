-- Step 4: who has approved which plan, append-only; what ends an approval is a row too. `statement` is the very text that
-- was signed, with plan, role, database and environment in it (check/approval_text.h); the columns beside it are for people.
-- Who writes a row cannot choose signed_by, where he may insert the other columns only (docs/approvals.md).
CREATE TABLE migrate_safe.approvals (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    signed_by pg_catalog.text NOT NULL DEFAULT session_user,
    event pg_catalog.text NOT NULL CHECK (event OPERATOR(pg_catalog.=) ANY (ARRAY['approved', 'revoked'])),
    plan_digest pg_catalog.text NOT NULL,
    role pg_catalog.text NOT NULL,
    statement pg_catalog.text NOT NULL,
    signature pg_catalog.text,
    tool_version pg_catalog.text NOT NULL
);
COMMENT ON TABLE migrate_safe.approvals IS 'Who has approved which plan, and who has taken that back';
COMMENT ON COLUMN migrate_safe.approvals.signature IS 'SSH signature over the statement (ssh-keygen -Y verify -n migrate-safe); null: the database role alone';
