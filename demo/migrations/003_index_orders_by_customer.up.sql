-- Readers and writers go on while this index is built; PostgreSQL refuses it inside a transaction,
-- so the file runs step by step, each step recorded.
CREATE INDEX CONCURRENTLY orders_by_customer ON orders (customer_id, created_at);
