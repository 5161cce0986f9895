-- migrate-safe: ignore-file prefer-text: house rule of 2024

-- migrate-safe: ignore create-index-blocking, missing-lock-timeout until 2030-01-01: at night
CREATE INDEX i ON t (a);
DROP TABLE t; -- migrate-safe:ignore drop-table until 2020-02-29: expired
-- migrate-safe: ignore: nothing named
-- migrate-safe: ignore drop-table
-- migrate-safe: ignore drop-table until 2026-13-41: no such day
BEGIN; -- migrate-safe: ignore drop-column: in a block
ALTER TABLE t
    DROP COLUMN a, -- migrate-safe: ignore drop-column: first
    DROP COLUMN b; /* -- migrate-safe: ignore drop-column: second */
COMMIT
; -- migrate-safe: ignore drop-column: on its semicolon's line
