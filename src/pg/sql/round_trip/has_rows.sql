-- Is anything in it? `public.schema_versions` stands for the relation.
SELECT EXISTS (SELECT FROM public.schema_versions) AS has_rows;
