namespace Migrator.Inspection;

/// <summary>Finds publications for which the server refuses to change rows of a table (CheckCmdReplicaIdentity, 55000 and 42P10).</summary>
/// <remarks>Conditions and lists of columns came with PostgreSQL 15: to_jsonb gives NULL where such a column is missing.</remarks>
internal static class Publications
{
    /// <summary>
    /// The query: cause, remedy, and whether the remedy is for the owner of the table. It needs <c>kong</c> (oid, relname). The replica
    /// identity FULL suits each publication but one of some columns: that one loses the table.
    /// </summary>
    public const string Refusals =
        """
        SELECT DISTINCT CASE WHEN lacks_all THEN format('Table %s is published, and has no replica identity.', name)
                 WHEN is_list THEN format('Publication %I of %I publishes columns of table %s that do not cover its replica identity.',
                   pubname, pg_get_userbyid(pubowner), name)
                 ELSE format('Publication %I of %I has a condition on rows of table %s that reads more than its replica identity.', pubname,
                   pg_get_userbyid(pubowner), name) END AS cause,
               CASE WHEN is_list THEN format('ALTER PUBLICATION %I DROP TABLE %s;', pubname, name)
                 ELSE format('ALTER TABLE %s REPLICA IDENTITY FULL;', name) END AS remedy,
               NOT is_list AS is_owners
          FROM (SELECT seen.*, bool_or(NOT is_list AND (lacks_all OR lacks_some)) OVER (PARTITION BY name) AS gets_full
                  FROM (SELECT format('%I.%I', current_setting('migrator.schema'), kong.relname) AS name, p.pubname, p.pubowner,
                               l.list IS NOT NULL AS is_list, t.relreplident = 'f' AS is_full,
                               t.relreplident <> 'f' AND i.indkey IS NULL AS lacks_all, NOT l.list @> to_jsonb(i.indkey) AS is_short,
                               t.relreplident <> 'f' AND EXISTS (
                                 SELECT FROM regexp_matches(to_jsonb(r) ->> 'prqual', ':varattno (\d+)', 'g') AS v
                                  WHERE NOT coalesce(v[1]::int2 = ANY (i.indkey), false)) AS lacks_some
                          FROM kong JOIN pg_class AS t ON t.oid = kong.oid AND t.relkind = 'r' AND t.relpersistence = 'p'
                          LEFT JOIN pg_index AS i ON i.indrelid = t.oid AND i.indisvalid AND i.indisunique AND i.indimmediate
                           AND CASE t.relreplident WHEN 'i' THEN i.indisreplident WHEN 'd' THEN i.indisprimary ELSE false END
                          JOIN pg_publication AS p ON p.pubupdate OR p.pubdelete
                          LEFT JOIN pg_publication_rel AS r ON r.prpubid = p.oid AND r.prrelid = t.oid
                         CROSS JOIN LATERAL (SELECT nullif(to_jsonb(r) -> 'prattrs', 'null') AS list) AS l
                         WHERE p.puballtables OR r.prrelid IS NOT NULL OR EXISTS (
                           SELECT FROM pg_depend AS d JOIN pg_depend AS s ON s.classid = d.classid AND s.objid = d.objid
                            WHERE d.classid = to_regclass('pg_publication_namespace') AND d.refclassid = 'pg_publication'::regclass
                              AND d.refobjid = p.oid AND s.refclassid = 'pg_namespace'::regclass AND s.refobjid = t.relnamespace)) AS seen
               ) AS seen
         WHERE lacks_all OR lacks_some OR is_list AND (is_full OR is_short OR gets_full)
        """;
}
