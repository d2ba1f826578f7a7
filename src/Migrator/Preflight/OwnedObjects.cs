namespace Migrator.Preflight;

/// <summary>The SQL that finds what belongs to a role in the gateway's schema, and what has no schema, such as a publication.</summary>
internal static class OwnedObjects
{
    /// <summary>The first names, and how many more there are.</summary>
    public const string Names =
        "array_to_string((array_agg(name ORDER BY name))[1:3], ', ') || CASE WHEN count(*) > 3 THEN format(' and %s more', count(*) - 3) "
            + "ELSE '' END";

    /// <summary>The statements of the first hundred, as an SQL expression: the rest is named when these are done.</summary>
    /// <param name="separator">What stands between them, as an SQL literal.</param>
    public static string Statements(string separator) => $"array_to_string((array_agg(give ORDER BY name))[1:100], {separator})";

    /// <summary>
    /// Returns a query: the role, the object, its kind and name, and the statement that gives it to another role and keeps the rights on
    /// rows. Only a superuser may own event triggers, wrappers and a publication of all tables: those are given to whoever runs it.
    /// </summary>
    /// <param name="schema">The name of the schema, in SQL.</param>
    /// <param name="owner">The name of the other role, in SQL.</param>
    /// <param name="rights">The role's rights on rows, in SQL.</param>
    /// <remarks>
    /// Left out: extensions, which have no ALTER … OWNER, and what belongs to one; a sequence of a column, which goes with its table; and
    /// large objects, which every role may create. Default privileges and user mappings are a role's without being owned.
    /// </remarks>
    public static string Query(string schema, string owner, string rights) =>
        $"""
        SELECT r.rolname AS role, d.refobjid, d.classid, d.objid, i.type || ' ' || i.identity AS name,
                 format('ALTER %s %s OWNER TO %s;', replace(replace(upper(i.type), '-', ' '), 'STATISTICS OBJECT', 'STATISTICS'),
                     CASE i.type WHEN 'aggregate' THEN regexp_replace(i.identity, '\(\)$', '(*)') ELSE i.identity END,
                     CASE WHEN i.type IN ('event trigger', 'foreign-data wrapper', 'publication') THEN 'CURRENT_USER'
                       ELSE quote_ident({owner}) END)
                     || CASE WHEN i.type IN ('table', 'view', 'materialized view', 'foreign table')
                          THEN format(' GRANT %s ON %s TO %I;', {rights}, i.identity, r.rolname)
                        WHEN i.type = 'sequence' THEN format(' GRANT USAGE ON SEQUENCE %s TO %I;', i.identity, r.rolname) ELSE '' END
                     || coalesce((SELECT string_agg(format(' GRANT USAGE ON SEQUENCE %s TO %I;', s.oid::regclass, r.rolname), '')
                          FROM pg_depend AS e JOIN pg_class AS s ON s.oid = e.objid AND s.relkind = 'S'
                         WHERE e.classid = d.classid AND e.refclassid = d.classid AND e.refobjid = d.objid AND i.type = 'table'), '')
                 AS give
            FROM pg_shdepend AS d JOIN pg_roles AS r ON r.oid = d.refobjid CROSS JOIN pg_identify_object(d.classid, d.objid, 0) AS i
           WHERE d.deptype = 'o' AND d.refclassid = 'pg_authid'::regclass
             AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND d.classid NOT IN ('pg_default_acl'::regclass, 'pg_user_mapping'::regclass, 'pg_largeobject'::regclass)
             AND i.type <> 'extension' AND (i.schema IS NULL OR i.schema = quote_ident({schema}))
             AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.classid = d.classid AND e.objid = d.objid
                   AND (e.deptype IN ('e', 'i') OR e.deptype = 'a' AND i.type = 'sequence'))
        """;
}
