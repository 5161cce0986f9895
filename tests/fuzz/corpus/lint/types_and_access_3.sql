CREATE SEQUENCE invoice_numbers START WITH 1000;
SELECT setval('invoice_numbers', 2000);
CREATE FUNCTION make_index() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE INDEX orders_status ON public.orders (status);
END $$;
CREATE PROCEDURE clean() LANGUAGE sql AS $$ DROP TABLE IF EXISTS public.old_logs; DELETE FROM public.logs; $$;
