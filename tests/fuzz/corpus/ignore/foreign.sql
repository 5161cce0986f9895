-- squawk-ignore-file prefer-text-field

-- squawk-ignore ban-drop-column, ban-drop-table
ALTER TABLE t DROP COLUMN c; DROP TABLE u; -- eugene: ignore E1, W2
-- atlas:nolint destructive
-- pgsafe:ignore lock -- reason
-- and more words

-- safety_assured: the table is empty
SELECT '-- squawk-ignore in a string
-- squawk-ignore-file';
-- eugene: ignore
