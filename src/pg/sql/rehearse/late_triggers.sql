-- Is there a trigger of the user's that may run at a transaction's end, or is nothing counted that is written?
SELECT NOT pg_catalog.current_setting('track_counts')::pg_catalog.bool OR EXISTS (
    SELECT
    FROM pg_catalog.pg_trigger
    WHERE pg_trigger.tgdeferrable AND NOT pg_trigger.tgisinternal
) AS is_there;
