-- A column that may be null: no rewrite, a short lock.
-- Complexity: LOW
-- Estimated Duration: 1 second
ALTER TABLE customers ADD COLUMN phone text;
