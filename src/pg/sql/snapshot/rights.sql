-- What may be read whole, what may be asked; and of which kinds there can be an object: a kind whose catalog has no row
-- but the system's own need not be asked for, which is most kinds of most databases.
SELECT
    pg_catalog.has_table_privilege('pg_catalog.pg_subscription', 'SELECT') AS subscriptions,
    pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
        AND pg_catalog.has_function_privilege('pg_catalog.pg_control_checkpoint()', 'EXECUTE') AS control,
    EXISTS (SELECT FROM pg_catalog.pg_am AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS access_methods,
    EXISTS (SELECT FROM pg_catalog.pg_aggregate AS t WHERE t.aggfnoid::pg_catalog.oid OPERATOR(pg_catalog.>=) 16384) AS aggregates,
    EXISTS (SELECT FROM pg_catalog.pg_cast AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS casts,
    EXISTS (SELECT FROM pg_catalog.pg_collation AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS collations,
    EXISTS (SELECT FROM pg_catalog.pg_class AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384 AND t.relkind OPERATOR(pg_catalog.=) 'c') AS composite_types,
    EXISTS (SELECT FROM pg_catalog.pg_conversion AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS conversions,
    EXISTS (SELECT FROM pg_catalog.pg_default_acl) AS default_privileges,
    EXISTS (SELECT FROM pg_catalog.pg_event_trigger) AS event_triggers,
    EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS foreign_data_wrappers,
    EXISTS (SELECT FROM pg_catalog.pg_foreign_server) AS foreign_servers,
    EXISTS (SELECT FROM pg_catalog.pg_inherits) AS inheritance,
    EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgisinternal AND t.tgenabled OPERATOR(pg_catalog.<>) 'O') AS internal_triggers,
    EXISTS (SELECT FROM pg_catalog.pg_language AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS languages,
    EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata) AS large_objects,
    EXISTS (SELECT FROM pg_catalog.pg_opclass AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS operator_classes,
    EXISTS (SELECT FROM pg_catalog.pg_opfamily AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384)
        OR EXISTS (SELECT FROM pg_catalog.pg_amop AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384)
        OR EXISTS (SELECT FROM pg_catalog.pg_amproc AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS operator_families,
    EXISTS (SELECT FROM pg_catalog.pg_operator AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS operators,
    EXISTS (SELECT FROM pg_catalog.pg_policy) AS policies,
    EXISTS (SELECT FROM pg_catalog.pg_publication) AS publications,
    EXISTS (SELECT FROM pg_catalog.pg_rewrite AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384
            AND (t.rulename OPERATOR(pg_catalog.<>) '_RETURN' OR t.ev_enabled OPERATOR(pg_catalog.<>) 'O')) AS rules,
    EXISTS (SELECT FROM pg_catalog.pg_seclabel) OR EXISTS (SELECT FROM pg_catalog.pg_shseclabel) AS security_labels,
    EXISTS (SELECT FROM pg_catalog.pg_statistic_ext AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS statistics,
    EXISTS (SELECT FROM pg_catalog.pg_ts_config AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS text_search_configurations,
    EXISTS (SELECT FROM pg_catalog.pg_ts_dict AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS text_search_dictionaries,
    EXISTS (SELECT FROM pg_catalog.pg_ts_parser AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) OR EXISTS (SELECT FROM pg_catalog.pg_ts_template AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS text_search_parsers,
    EXISTS (SELECT FROM pg_catalog.pg_transform AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384) AS transforms,
    EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384 AND (NOT t.tgisinternal OR t.tgparentid OPERATOR(pg_catalog.<>) 0)) AS triggers,
    EXISTS (SELECT FROM pg_catalog.pg_class AS t WHERE t.oid OPERATOR(pg_catalog.>=) 16384 AND t.relkind OPERATOR(pg_catalog.=) ANY ('{v,m}'::pg_catalog."char"[])) AS views;
