CREATE VIEW daily_sales AS
SELECT date_trunc('day', created_at) AS day, count(*) AS orders, sum(total_cents) AS total_cents
FROM orders
GROUP BY 1;

CREATE FUNCTION customer_total(customer bigint) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
    total bigint;
BEGIN
    SELECT sum(o.total_cents) INTO total FROM orders o WHERE o.customer_id = customer;
    RETURN coalesce(total, 0);
END;
$$;
