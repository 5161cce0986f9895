-- Schemas all of whose tables are published: they came with 15.
SELECT 'publication schema' AS kind, NULL AS identity, NULL AS parent, NULL AS address WHERE false;
