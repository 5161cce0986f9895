-- How many large objects there are, for a role that may not read them all.
SELECT pg_catalog.count(*) AS objects
FROM pg_catalog.pg_largeobject_metadata;
