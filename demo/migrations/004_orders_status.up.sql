-- A constant default is stored once in the catalog: 300,000 rows, no rewrite.
ALTER TABLE orders ADD COLUMN status text NOT NULL DEFAULT 'paid';
COMMENT ON COLUMN orders.status IS 'open, paid, sent or returned';
