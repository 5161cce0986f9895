-- What the server's files say of how SQL behaves, in place of the server's own defaults. What role or database set
-- otherwise is carried with them.
SELECT pg_catalog.concat(s.name, '=', s.setting) AS setting
FROM pg_catalog.pg_settings s
WHERE s.source OPERATOR(pg_catalog.=) ANY (ARRAY['configuration file', 'command line', 'environment variable'])
  AND s.setting OPERATOR(pg_catalog.<>) s.boot_val
  AND s.name OPERATOR(pg_catalog.=) ANY (ARRAY[
      'array_nulls', 'backslash_quote', 'bytea_output', 'check_function_bodies', 'DateStyle', 'default_statistics_target',
      'default_transaction_deferrable', 'default_transaction_isolation',
      'IntervalStyle', 'lo_compat_privileges', 'lock_timeout', 'idle_in_transaction_session_timeout',
      'password_encryption', 'quote_all_identifiers', 'row_security', 'search_path', 'standard_conforming_strings',
      'statement_timeout', 'TimeZone', 'transform_null_equals', 'xmloption'])
ORDER BY s.name;
