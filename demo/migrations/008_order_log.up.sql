CREATE TABLE order_log (
    order_id bigint NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    old_status text,
    new_status text
);

CREATE FUNCTION log_order_status() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF new.status IS DISTINCT FROM old.status THEN
        INSERT INTO order_log (order_id, old_status, new_status) VALUES (new.id, old.status, new.status);
    END IF;
    RETURN new;
END;
$$;

CREATE TRIGGER orders_log_status AFTER UPDATE ON orders
    FOR EACH ROW EXECUTE FUNCTION log_order_status();
