DROP FUNCTION customer_total(bigint);
DROP VIEW daily_sales;
