CREATE TABLE metrics_2024 (id bigint NOT NULL, day date NOT NULL, value int);
ALTER TABLE metrics_2024 ADD CONSTRAINT metrics_2024_bound
    CHECK (day >= '2024-01-01' AND day < '2025-01-01') NOT VALID;
ALTER TABLE metrics ATTACH PARTITION metrics_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2024 (id bigint NOT NULL, at timestamptz NOT NULL, kind text,
    CONSTRAINT events_2024_bound CHECK (at >= '2024-01-01Z' AND at < '2025-01-01Z'));
ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01Z') TO ('2025-01-01Z');
CREATE TABLE metrics_2024 PARTITION OF metrics FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01Z') TO ('2025-01-01Z');
ALTER TABLE metrics DETACH PARTITION metrics_2023;
DROP TABLE metrics_2023;
CREATE TABLE scratch (id bigint PRIMARY KEY);
DROP TABLE scratch;
CREATE TEMP TABLE scratch AS SELECT 1 AS id;
DROP TABLE scratch;
CREATE TEMP TABLE scratch (id bigint) ON COMMIT DROP;
INSERT INTO scratch VALUES (1), (2);
UPDATE scratch SET id = id + 1;
DELETE FROM scratch;
CREATE TABLE scratch (id bigint PRIMARY KEY);
TRUNCATE scratch;
INSERT INTO users (email) VALUES ('ada@example.com'), ('alan@example.com');
UPDATE users SET nickname = 'ada' WHERE id = 42;
DELETE FROM logs WHERE id IN (17, 18, 19);
