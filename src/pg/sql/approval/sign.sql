-- $1 event, $2 digest of the plan, $3 role, $4 the statement, $5 its signature (may be null), $6 version of the program.
-- Who and when are the server's to say.
INSERT INTO migrate_safe.approvals (event, plan_digest, role, statement, signature, tool_version)
VALUES ($1, $2, $3, $4, $5, $6);
