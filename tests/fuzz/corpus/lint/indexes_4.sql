-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY orders_user_id_placed_on ON orders (user_id, placed_on);
DROP INDEX CONCURRENTLY orders_user_id;
CREATE TABLE coupons (id bigint PRIMARY KEY, code text);
CREATE INDEX coupons_code ON coupons (code);
DROP INDEX coupons_code;
-- migrate-safe: no-transaction
REINDEX INDEX CONCURRENTLY orders_user_id;
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY users_email_folded ON users (lower(email));
ANALYZE users;
CREATE INDEX orders_new ON orders (placed_on) WHERE status = 'new';
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY orders_paid ON orders (placed_on) WHERE status = 'paid';
