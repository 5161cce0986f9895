SELECT 1
-- migrate-safe: ignore drop-table: a
; -- migrate-safe: ignore drop-table: b
SELECT 4;
-- squawk-ignore
'; -- squawk-ignore