-- migrate-safe: ignore unused-ignore, drop-table until 2020-01-01: over
-- atlas:nolint DS102

DROP TABLE t; -- migrate-safe: ignore drop-table: gone
-- squawk-ignore ban-drop-column, x -- reason
ALTER TABLE t DROP COLUMN a;
DO $$ BEGIN
  -- eugene: ignore
  EXECUTE 'DROP TABLE p';
END $$; -- migrate-safe: ignore nothing until yesterday: x
-- safety_assured
-- pgsafe:ignore
-- migrate-safe: ignore-file create-index-blocking: Ã¼
