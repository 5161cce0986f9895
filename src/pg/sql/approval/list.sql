-- All sign-offs and revocations, oldest first. Who wrote a row is `signed_by`.
SELECT
    statement, signature, signed_by,
    pg_catalog.to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
FROM migrate_safe.approvals
ORDER BY id;
