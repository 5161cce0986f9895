-- Is there a trigger of the user's that may run at a transaction's end?
SELECT EXISTS (
    SELECT
    FROM pg_catalog.pg_trigger
    WHERE pg_trigger.tgdeferrable AND NOT pg_trigger.tgisinternal
) AS is_there;
