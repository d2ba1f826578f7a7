namespace Migrations.Dsl;

/// <summary>SQL that checks, inside a transaction, that objects with the gateway's names belong to the gateway.</summary>
/// <remarks>
/// A table of another role can have triggers of that role, which would run with migrator's privileges at the first row that it writes. With
/// a view or a sequence under such a name, the gateway would not work.
/// </remarks>
public static class SchemaGuard
{
    /// <summary>The SQLSTATE, migrator's own, of the error that an object with a gateway name is not the gateway's.</summary>
    /// <remarks>
    /// The message names the objects. If their owners are what is wrong, the detail names one, and the hint has the SQL statements that
    /// give the objects to the owner of the ledger, one on each line; none if that is the role that is not trusted.
    /// </remarks>
    public const string SqlState = "KM003";

    /// <summary>The SQL condition that an object's <c>owner</c> is trusted.</summary>
    /// <remarks>
    /// Trusted are the current user, a role whose privileges it has, the owner of the schema or of the database, and superusers. If the
    /// current user is a superuser, its memberships are ignored, because it counts as a member of every role.
    /// </remarks>
    private const string IsTrusted =
        """
        owner = me OR NOT i_am_superuser AND pg_has_role(me, owner, 'USAGE') OR owner = schema_owner OR owner = database_owner
              OR (SELECT rolsuper FROM pg_roles WHERE oid = owner)
        """;

    /// <summary>The SQL that checks the given tables, functions, indexes and sequences.</summary>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="functions">The functions.</param>
    /// <param name="parts">The indexes and sequences, each with the table or column that it must belong to; null to check none.</param>
    public static string Check(
        GatewaySchema schema, IReadOnlyList<string> tables, IReadOnlyList<string> functions, GuardedParts? parts = null) =>
        $"""
        DO $$
        DECLARE
          me oid := (SELECT oid FROM pg_roles WHERE rolname = CURRENT_USER);
          i_am_superuser boolean := (SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER);
          gateway_tables name[] := {TextArray(tables)};
          gateway_functions name[] := {TextArray(functions)};
          schema_id oid;
          schema_owner oid;
          database_owner oid := (SELECT datdba FROM pg_database WHERE datname = current_database());
          ledger_owner oid;
          target text;
          found text;
          whose text;
          repairs text;
        BEGIN
          SELECT oid, nspowner INTO schema_id, schema_owner FROM pg_namespace WHERE nspname = {Sql.Literal(schema.Name)};
          SELECT owner, CASE WHEN ({IsTrusted}) AND pg_has_role(me, owner, 'USAGE') THEN pg_get_userbyid(owner) END
            INTO ledger_owner, target FROM (SELECT relowner AS owner FROM pg_class
              WHERE relnamespace = schema_id AND relname = 'schema_meta' AND relkind IN ('r', 'p')) AS ledger;
          target := coalesce(target, CURRENT_USER);
          SELECT string_agg(flaw, '; ' ORDER BY flaw), coalesce(min(owner_name) FILTER (WHERE owner_name = pg_get_userbyid(ledger_owner)),
              min(owner_name)), string_agg(translate(repair, E'\n', ''), E'\n' ORDER BY repair)
            INTO found, whose, repairs FROM (
            {Flaws(schema)}{(parts is null ? "" : Check(parts))}) AS flaws;
          IF found IS NOT NULL THEN
            -- Whoever owns the ledger owns the gateway's objects.
            repairs := CASE WHEN whose = pg_get_userbyid(ledger_owner) THEN '' ELSE repairs END;
            RAISE EXCEPTION USING ERRCODE = '{SqlState}', MESSAGE = found, DETAIL = coalesce(whose, ''),
              HINT = coalesce(repairs, ''), SCHEMA = {Sql.Literal(schema.Name)};
          END IF;
        END
        $$
        """;

    /// <summary>What is wrong with the objects, each with its owner and what repairs it, for the block of the check.</summary>
    private static string Flaws(GatewaySchema schema)
    {
        var name = Sql.Literal(schema.Name);
        return $"""
                SELECT format('%s is %s, not a table', relname, CASE relkind WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view'
                         WHEN 'f' THEN 'a foreign table' WHEN 'S' THEN 'a sequence' WHEN 'c' THEN 'a type' ELSE 'an index' END) AS flaw,
                           NULL::text AS owner_name, NULL::text AS repair
                  FROM pg_class WHERE relnamespace = schema_id AND relname = ANY (gateway_tables) AND relkind NOT IN ('r', 'p')
                UNION ALL
                SELECT format('table %s belongs to %s', relname, pg_get_userbyid(owner)), pg_get_userbyid(owner)::text,
                       format('ALTER TABLE %I.%I OWNER TO %I;', {name}, relname, target)
                  FROM (SELECT relname, relowner AS owner FROM pg_class
                         WHERE relnamespace = schema_id AND relname = ANY (gateway_tables) AND relkind IN ('r', 'p')) AS kong
                 WHERE NOT ({IsTrusted})
                UNION ALL
                SELECT format('function %s() belongs to %s', proname, pg_get_userbyid(owner)), pg_get_userbyid(owner)::text,
                       format('ALTER FUNCTION %I.%I() OWNER TO %I;', {name}, proname, target)
                  FROM (SELECT proname, proowner AS owner FROM pg_proc
                         WHERE pronamespace = schema_id AND proname = ANY (gateway_functions) AND pronargs = 0) AS kong
                 WHERE NOT ({IsTrusted})
                UNION ALL
                SELECT format('%s is a type, not a table', typname), NULL, NULL
                  FROM pg_type WHERE typnamespace = schema_id AND typname = ANY (gateway_tables) AND typrelid = 0
                UNION ALL
                SELECT format('trigger %s on table %s calls function %s, which belongs to %s', tgname, relname, proname,
                  pg_get_userbyid(owner)),
                       pg_get_userbyid(owner)::text,
                       format('ALTER TABLE %I.%I DISABLE TRIGGER %I;', {name}, relname, tgname)
                  FROM (SELECT t.tgname, c.relname, p.proname, p.proowner AS owner
                          FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_proc AS p ON p.oid = t.tgfoid
                         WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relnamespace = schema_id AND c.relname = ANY (gateway_tables)
                           AND NOT (p.pronamespace = schema_id AND p.proname = ANY (gateway_functions))) AS kong
                 WHERE NOT ({IsTrusted})
                UNION ALL
                SELECT format('table %s, which belongs to %s, is changed with table %s, which it refers to', name, pg_get_userbyid(owner),
                  relname),
                       pg_get_userbyid(owner)::text, format('ALTER TABLE %s OWNER TO %I;', name, target)
                  FROM (SELECT k.conrelid::regclass::text AS name, c.relname, o.relowner AS owner
                          FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.confrelid JOIN pg_class AS o ON o.oid = k.conrelid
                         WHERE k.contype = 'f' AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
                           AND c.relnamespace = schema_id AND c.relname = ANY (gateway_tables)
                           AND NOT (o.relnamespace = schema_id AND o.relname = ANY (gateway_tables))) AS kong
                 WHERE NOT ({IsTrusted})
            """;
    }

    /// <summary>Checks that relations with the names of indexes and sequences are such, and belong to the right table or column.</summary>
    private static string Check(GuardedParts parts) =>
        $"""

            UNION ALL
            SELECT format('%s is not the index of %s that the gateway has under this name', c.relname, kong.parent), NULL, NULL
              FROM (VALUES {Pairs(parts.Indexes)}) AS kong (name, parent)
              JOIN pg_class AS c ON c.relnamespace = schema_id AND c.relname = kong.name
              LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
              LEFT JOIN pg_class AS t ON t.oid = i.indrelid AND t.relnamespace = schema_id AND t.relname = kong.parent
             WHERE t.oid IS NULL
            UNION ALL
            SELECT format('%s is not the sequence of %s', c.relname, kong.parent), NULL, NULL
              FROM (VALUES {Pairs(parts.Sequences)}) AS kong (name,
                parent)
              JOIN pg_class AS c ON c.relnamespace = schema_id AND c.relname = kong.name
             WHERE NOT EXISTS (
               SELECT FROM pg_depend AS d JOIN pg_class AS t ON t.oid = d.refobjid AND t.relnamespace = schema_id
                 JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a',
                  'i')
                  AND concat(t.relname, '.', a.attname) = kong.parent)
        """;

    private static string TextArray(IEnumerable<string> names) =>
        $"ARRAY[{string.Join(", ", names.Select(Sql.Literal))}]::name[]";

    private static string Pairs(IEnumerable<(string Name, string Parent)> pairs) =>
        string.Join(", ", pairs.Select(p => $"({Sql.Literal(p.Name)}, {Sql.Literal(p.Parent)})"));
}

/// <summary>The objects that depend on the gateway's tables and are checked by <see cref="SchemaGuard"/>.</summary>
/// <param name="Indexes">The indexes, each with its table.</param>
/// <param name="Sequences">The sequences, each with its column as <c>table.column</c>.</param>
public sealed record GuardedParts(
    IReadOnlyList<(string Name, string Parent)> Indexes, IReadOnlyList<(string Name, string Parent)> Sequences);
