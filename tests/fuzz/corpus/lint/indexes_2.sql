CREATE TABLE wide (a int, b int, c int, d int, e int, f int, g int, h int);
CREATE INDEX wide_1 ON wide (a);
CREATE INDEX wide_2 ON wide (b);
CREATE INDEX wide_3 ON wide (c);
CREATE INDEX wide_4 ON wide (d);
CREATE INDEX wide_5 ON wide (e);
CREATE INDEX wide_6 ON wide (f);
CREATE INDEX wide_7 ON wide (g);
CREATE INDEX wide_8 ON wide (b, a);
CREATE INDEX wide_9 ON wide (c, a);
CREATE INDEX wide_10 ON wide (d, a);
CREATE INDEX wide_11 ON wide (e, a);
CREATE INDEX wide_12 ON wide (f, a);
CREATE INDEX wide_13 ON wide (g, a);
CREATE INDEX wide_14 ON wide (a, b);
CREATE INDEX wide_15 ON wide (b, c);
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY wide_16 ON wide (h);
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY users_email_folded ON users (lower(email));
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY users_created_on ON users ((created_at::date));
CREATE FUNCTION email_of(bigint) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT email FROM public.users WHERE id = $1';
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY orders_email ON orders (email_of(user_id));
-- migrate-safe: no-transaction
CREATE INDEX CONCURRENTLY orders_status ON orders (status);
-- migrate-safe: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY users_nickname ON users (nickname);
-- migrate-safe: no-transaction
DROP INDEX CONCURRENTLY IF EXISTS orders_status;
CREATE INDEX CONCURRENTLY orders_status ON orders (status);
