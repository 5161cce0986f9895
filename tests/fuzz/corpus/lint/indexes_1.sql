-- migrate-safe: no-transaction
DROP INDEX CONCURRENTLY orders_user_id, orders_status;
-- migrate-safe: no-transaction
DROP INDEX CONCURRENTLY orders_user_id CASCADE;
-- migrate-safe: no-transaction
DROP INDEX CONCURRENTLY orders_pkey;
CREATE INDEX events_kind ON events (kind);
-- migrate-safe: no-transaction
DROP INDEX CONCURRENTLY events_kind;
-- migrate-safe: no-transaction
DROP INDEX CONCURRENTLY orders_user_id;
CREATE INDEX CONCURRENTLY orders_user_id_placed_on ON orders (user_id, placed_on);
CREATE UNIQUE INDEX users_email_unique ON users (email);
-- migrate-safe: no-transaction
DROP INDEX CONCURRENTLY users_email_unique;
REINDEX INDEX orders_user_id;
REINDEX TABLE orders;
BEGIN;

REINDEX INDEX CONCURRENTLY orders_user_id;

COMMIT;
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY orders_by_user ON orders (user_id);
CREATE INDEX orders_status_placed_on ON orders (status, placed_on);
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY orders_status ON orders (status);
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY orders_everything ON orders (status, placed_on, total, quantity, note);
