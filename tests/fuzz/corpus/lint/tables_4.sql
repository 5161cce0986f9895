ALTER TABLE events_rest ADD CONSTRAINT events_rest_not_2024
    CHECK (at < '2024-01-01Z' OR at >= '2025-01-01Z') NOT VALID;
CREATE TABLE events_2024 (id bigint NOT NULL, at timestamptz NOT NULL, kind text,
    CONSTRAINT events_2024_bound CHECK (at >= '2024-01-01Z' AND at < '2025-01-01Z'));

ALTER TABLE events_rest VALIDATE CONSTRAINT events_rest_not_2024;
ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01Z') TO ('2025-01-01Z');
-- migrate-safe: no-transaction
ALTER TABLE metrics DETACH PARTITION metrics_2023 CONCURRENTLY;
CREATE TABLE readings (id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE readings_2024 PARTITION OF readings FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE readings_rest PARTITION OF readings DEFAULT;
CREATE TABLE readings (id bigint, day date) PARTITION BY RANGE (day);
ALTER TABLE readings ADD COLUMN value int;
CREATE VIEW log_lines AS SELECT id, line FROM logs;
CREATE OR REPLACE VIEW log_lines AS SELECT id, line, level FROM logs;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n + n';
CREATE VIEW paid_orders AS SELECT id, total FROM orders WHERE status = 'paid';
CREATE SCHEMA archive;
CREATE TABLE archive.orders (id bigint PRIMARY KEY);
CREATE SCHEMA archive;
CREATE TABLE archive.orders (id bigint PRIMARY KEY, status text);
CREATE INDEX orders_status ON archive.orders (status);
