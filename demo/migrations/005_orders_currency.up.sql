-- The new column is there when the constraint fails: half of the file has run by then.
ALTER TABLE orders ADD COLUMN currency char(3) NOT NULL DEFAULT 'EUR';
ALTER TABLE orders
    ADD CONSTRAINT orders_total_positive CHECK (total_cents > 0);
