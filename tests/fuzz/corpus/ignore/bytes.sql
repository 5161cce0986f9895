-- migrate-safe: ignore drop-table: cafÃ© ÿ
DROP TABLE t;
--
-- squawk-ignore

