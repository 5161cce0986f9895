ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 90);
CREATE STATISTICS orders_status_placed_on (dependencies) ON status, placed_on FROM orders;
ANALYZE orders;
