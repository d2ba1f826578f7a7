using System.Data;
using Migrations;

namespace Migrator.Inspection;

/// <summary>
/// Finds the cause of a refused statement in the catalogue, after the refusal, and the SQL that removes it. The server's messages are in
/// its own language, so they are only searched for names of objects.
/// </summary>
internal static class RefusalDiagnosis
{
    private static readonly string[] States =
    [
        PostgresErrorCodes.InsufficientPrivilege, SchemaGuard.SqlState, PostgresErrorCodes.UndefinedTable,
        PostgresErrorCodes.UndefinedFunction, PostgresErrorCodes.UndefinedObject, PostgresErrorCodes.InvalidColumnReference,
        PostgresErrorCodes.ObjectNotInPrerequisiteState, PostgresErrorCodes.FeatureNotSupported,
        PostgresErrorCodes.DependentObjectsStillExist,
    ];

    // The trigger in whose function it happened.
    private const string Caller = "coalesce((SELECT format('%s calls function %s. ', called.caller, called.name) FROM called LIMIT 1), '')";

    // The statement has the names of the table, and of a column if it does not drop the table.
    private const string DroppedTables =
        """
        SELECT kong.oid, coalesce(a.attnum, 0) FROM kong LEFT JOIN pg_attribute AS a ON a.attrelid = kong.oid AND a.attnum > 0
             AND NOT a.attisdropped AND $2 LIKE 'ALTER TABLE %'
             AND (strpos($2, format(' "%s"', a.attname)) > 0 OR strpos(concat($2, ' '), format(' %s ', a.attname)) > 0)
           WHERE strpos($2, format('"%s"."%s"', replace(current_setting('migrator.schema'), '"', '""'), kong.relname)) > 0
        """;

    // Each row is a cause with its remedy; only rows of the lowest rank count.
    // $1: the message. $2: the statement that failed, with what calls it if that is a function. $3: the SQLSTATE. $4: the routine of the
    // server. $5: the context if a function of the database failed, or else empty. $6: the role that the run acts as; empty if that is
    // the user, or is not known: then it will be the owner of the ledger, or without tables that of the schema, if the user may act as it.
    private static readonly string Query =
        $"""
        WITH kong AS (
          SELECT c.oid, c.relname, c.relowner, c.relforcerowsecurity, format('%I.%I', n.nspname, c.relname) AS name
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
           WHERE n.nspname = current_setting('migrator.schema') AND c.relkind IN ('r', 'p')
             AND c.relname IN ({string.Join(", ", KongObjects.TableNames.Append("schema_meta").Select(Sql.Literal))})),
        calls AS (
          SELECT format('Event trigger %I of %I', e.evtname, pg_get_userbyid(e.evtowner)) AS caller, e.evtfoid AS fn
            FROM pg_event_trigger AS e WHERE e.evtenabled <> 'D'
          UNION ALL
          SELECT format('Trigger %I on table %s', t.tgname, k.name), t.tgfoid
            FROM pg_trigger AS t JOIN kong AS k ON k.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'),
        called AS (
          SELECT min(caller) AS caller, p.oid::regprocedure::text AS name, p.proowner, p.prosecdef, n.nspname,
                 coalesce(array_to_string(p.proconfig, ' ') ~ 'search_path=', false) AS has_path
            FROM calls JOIN pg_proc AS p ON p.oid = calls.fn JOIN pg_namespace AS n ON n.oid = p.pronamespace
           WHERE strpos($5, p.oid::regprocedure::text) > 0 OR strpos($5, ' ' || quote_ident(p.proname) || '()') > 0
           GROUP BY p.oid, p.proowner, p.prosecdef, p.proconfig, n.nspname),
        actor AS (
          SELECT oid, quote_ident(rolname) AS name FROM pg_roles
           WHERE oid = coalesce((SELECT proowner FROM called WHERE prosecdef LIMIT 1),
             (SELECT oid FROM pg_roles WHERE rolname = $6),
             (SELECT relowner FROM kong WHERE relname = 'schema_meta' AND pg_has_role(session_user, relowner, {ActingRole.MayAct})),
             (SELECT oid FROM pg_roles WHERE NOT EXISTS (SELECT FROM kong) AND pg_has_role(session_user, oid, {ActingRole.MayAct})
                AND rolname = ({ActingRole.OfEmpty})),
             (SELECT oid FROM pg_roles WHERE rolname = current_user))),
        named AS (
          SELECT c.oid, c.relkind, c.relnamespace, format('%I.%I', n.nspname, c.relname) AS name, pg_get_userbyid(c.relowner) AS owner,
                 c.oid IN (SELECT oid FROM kong) AS is_kongs
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
           WHERE $3 = '42501' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
             AND ({Named("c.relname")} OR $5 <> '' AND strpos(lower($2), n.nspname || '.' || c.relname) > 0)
             AND NOT EXISTS (SELECT FROM kong WHERE kong.oid = c.oid AND NOT pg_has_role(kong.relowner, 'USAGE'))),
        needed AS (
          SELECT oid, relkind, relnamespace, name, owner, is_kongs FROM named
          UNION
          SELECT s.oid, 'S', s.relnamespace, format('%I.%I', n.nspname, s.relname), pg_get_userbyid(s.relowner), false
            FROM named JOIN pg_depend AS d ON d.refobjid = named.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
            JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S' AND d.classid = 'pg_class'::regclass
            JOIN pg_namespace AS n ON n.oid = s.relnamespace),
        found AS (
          SELECT 1 AS rank, format('%s calls function %s of %I, with the rights of %s.', caller, called.name, pg_get_userbyid(proowner),
                   actor.name) AS cause,
                 format('Let it run with the rights of its owner, as the owner or a superuser: ALTER FUNCTION %s SECURITY DEFINER%s;',
                   called.name, CASE WHEN has_path THEN '' ELSE ' SET search_path = pg_catalog, pg_temp' END) AS remedy
            FROM called, actor WHERE $3 = '42501' AND NOT prosecdef AND proowner <> actor.oid
          UNION ALL
          SELECT 1, format('%s calls function %s, which finds its tables by the search_path. During migrations it is empty.', caller,
                   name),
                 format('Give it a search_path of its own, as its owner or a superuser: ALTER FUNCTION %s SET search_path = %s, pg_temp;',
                   name, (SELECT string_agg(DISTINCT quote_ident(s), ', ')
                                        FROM unnest(ARRAY[nspname, current_setting('migrator.schema')]) AS s))
            FROM called WHERE $3 IN ('42P01', '42883', '42704') AND NOT has_path
          UNION ALL
          SELECT 2, format('%s%s belongs to %I.', lacking.caller, lacking.name, lacking.owner),
                 format('Allow it, as its owner or a superuser: GRANT %s ON %s %s TO %s;', lacking.rights,
                   CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, lacking.name, lacking.role)
            FROM (SELECT needed.*, actor.name AS role, {Caller} AS caller, CASE
                    WHEN relkind = 'S' THEN CASE WHEN NOT has_sequence_privilege(actor.oid, needed.oid, 'USAGE') THEN 'USAGE' END
                    ELSE (SELECT CASE WHEN is_kongs AND count(*) > 0 THEN 'ALL' ELSE string_agg(p, ', ') END
                            FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p
                           WHERE (is_kongs OR $2 ~* ('\m' || p || '\M') OR p = 'SELECT' AND $2 ~* '\mRETURNING\M')
                             AND NOT has_table_privilege(actor.oid, needed.oid, p)) END AS rights
                    FROM needed, actor) AS lacking
           WHERE rights IS NOT NULL
          UNION ALL
          SELECT 2, {Caller} || format('Schema %I belongs to %I.', n.nspname, pg_get_userbyid(n.nspowner)),
                 format('Allow it, as its owner or a superuser: GRANT USAGE ON SCHEMA %I TO %s;', n.nspname, actor.name)
            FROM pg_namespace AS n, actor
           WHERE $3 = '42501' AND NOT has_schema_privilege(actor.oid, n.oid, 'USAGE')
             AND ({Named("n.nspname")} OR n.oid IN (SELECT relnamespace FROM needed))
          UNION ALL
          SELECT 2, format('Tablespace %I belongs to %I, and default_tablespace names it.', t.spcname, pg_get_userbyid(t.spcowner)),
                 format('Allow it, as its owner or a superuser: GRANT CREATE ON TABLESPACE %I TO %s;', t.spcname, actor.name)
            FROM pg_tablespace AS t, actor
           WHERE $3 = '42501' AND {Named("t.spcname")} AND NOT has_tablespace_privilege(actor.oid, t.oid, 'CREATE')
          UNION ALL
          SELECT 2, format('The right to %s was taken from PUBLIC.', p.oid::regprocedure),
                 format('Allow it, as %I, its owner, or a superuser: GRANT EXECUTE ON FUNCTION %s TO %s;',
                   pg_get_userbyid(p.proowner), p.oid::regprocedure, actor.name)
            FROM pg_proc AS p, actor
           WHERE $3 = '42501' AND {Named("p.proname")} AND NOT has_function_privilege(actor.oid, p.oid, 'EXECUTE')
          UNION ALL
          SELECT 2, format('The right to language %I was taken from PUBLIC.', l.lanname),
                 format('Allow it, as %I, its owner, or a superuser: GRANT USAGE ON LANGUAGE %I TO %s;', pg_get_userbyid(l.lanowner),
                   l.lanname, actor.name)
            FROM pg_language AS l, actor
           WHERE $3 = '42501' AND {Named("l.lanname")} AND l.lanpltrusted AND NOT has_language_privilege(actor.oid, l.oid, 'USAGE')
          UNION ALL
          SELECT 2, format('The right to type %s was taken from PUBLIC.', t.oid::regtype),
                 format('Allow it, as %I, its owner, or a superuser: GRANT USAGE ON TYPE %s TO %s;', pg_get_userbyid(t.typowner),
                   t.oid::regtype, actor.name)
            FROM pg_type AS t, actor
           WHERE $3 = '42501' AND ({Named("t.typname")} OR {Named("t.oid::regtype::text")}) AND t.typelem = 0
             AND NOT has_type_privilege(actor.oid, t.oid, 'USAGE')
          UNION ALL
          SELECT 2, 'It makes temporary copies of the tables.',
                 format('Allow it, as the owner of the database or a superuser: GRANT TEMPORARY ON DATABASE %I TO %s;', current_database(),
                   actor.name)
            FROM actor WHERE $3 = '42501' AND $2 ~ '^CREATE TEMPORARY' AND NOT has_database_privilege(current_database(), 'TEMPORARY')
          UNION ALL
          SELECT 2, format('Row security is forced on table %s: it applies to its owner too.', name),
                 format('Exempt the owner, as the owner: ALTER TABLE %s NO FORCE ROW LEVEL SECURITY;', name)
            FROM kong WHERE $3 = '42501' AND row_security_active(oid) AND relforcerowsecurity AND pg_has_role(relowner, 'USAGE')
          UNION ALL
          SELECT 1, cause, CASE WHEN is_owners THEN concat('As the owner of the table: ', remedy)
                 ELSE concat('Take it out, as the owner of the publication or a superuser: ', remedy) END
            FROM ({Publications.Refusals}) AS refusals WHERE $4 = 'CheckCmdReplicaIdentity'
          UNION ALL
          SELECT 1, format('Rule %I on table %s changes what is written to it.', r.rulename, kong.name),
                 format('Once you know what it is for, as the owner of the table: DROP RULE %I ON %s;', r.rulename, kong.name)
            FROM pg_rewrite AS r JOIN kong ON kong.oid = r.ev_class WHERE $3 = '0A000' AND relname IN ('schema_meta', 'locks')
          UNION ALL
          SELECT 1, format('What depends on it: %s.', what),
                 format(E'Keep the definitions, to make again what is still of use. Then, as their owners:\n    %s', drop_sql)
            FROM ({Dependents.Of(DroppedTables, "k.conrelid IN (SELECT oid FROM kong)", @"E'\n    '")}) AS dependents
           WHERE $3 IN ('2BP01', '0A000') AND what IS NOT NULL
          UNION ALL
          SELECT 1, format('Table %s has lost its primary key, as a restore can do.', name),
                 format('Give it back, as the owner of the table: ALTER TABLE %s ADD PRIMARY KEY (%s);', name,
                   CASE relname WHEN 'locks' THEN 'key' ELSE 'key, subsystem' END)
            FROM kong WHERE $4 = 'infer_arbiter_indexes' AND relname IN ('schema_meta', 'locks')
             AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = kong.oid AND i.indisunique AND i.indisvalid))
        SELECT DISTINCT cause, remedy FROM found WHERE rank = (SELECT min(rank) FROM found) ORDER BY remedy LIMIT 50
        """;

    /// <summary>Adds the cause to the error for a refused statement, and the remedy, if the catalogue shows them.</summary>
    /// <param name="session">The connection, outside a transaction.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="refusal">The error.</param>
    /// <param name="isReading">Whether reading was refused, for which SELECT is enough.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <param name="actsAs">The role that the run acts as, if that is known, and is not the user.</param>
    /// <returns>The error with a remedy that has the names; the same error if the catalogue does not show the cause.</returns>
    public static async Task<MigratorException> ExplainAsync(
        IDatabaseSession session, string? schema, MigratorException refusal, bool isReading, CancellationToken cancellationToken,
        string? actsAs = null)
    {
        if (refusal.InnerException is not PostgresException e || !States.Contains(e.SqlState, StringComparer.Ordinal)
            || (e.SqlState == SchemaGuard.SqlState && !string.IsNullOrEmpty(e.Hint)))
        {
            return refusal;
        }

        try
        {
            var found = await ReadAsync(session, schema, e, actsAs, cancellationToken);
            if (found.Count > 0)
            {
                return With(string.Join(' ', found.Select(f => f.Cause).Distinct(StringComparer.Ordinal)),
                    string.Join("\n    ", found.Select(f => f.Remedy)));
            }

            var owners = e.SqlState is PostgresErrorCodes.InsufficientPrivilege or SchemaGuard.SqlState
                ? await TableOwners.ReadAsync(session, schema, cancellationToken) : null;
            return owners is null || !owners.Explain(e.MessageText) ? refusal
                : e.SqlState == SchemaGuard.SqlState && owners.Roles is [var (role, _)] && role == e.Detail
                ? new($"{owners.Sentence}: it cannot run with them.", refusal.Cause, owners.Remedy, e) { ExitCode = refusal.ExitCode }
                : With(owners.Sentence + ".", owners.Remedy + (isReading ? owners.ReadingRemedy : ""), owners.RolesToTake);
        }
        catch (NpgsqlException)
        {
            return refusal;
        }

        MigratorException With(string cause, string remedy, IReadOnlyCollection<string>? roles = null) =>
            new(refusal.Message, $"{cause} {refusal.Cause}", remedy, e) { ExitCode = refusal.ExitCode, RolesToTake = roles ?? [] };
    }

    // The message has the name as a word.
    private static string Named(string column) => $@"$1 ~ ('\m' || regexp_replace({column}, '(\W)', '\\\1', 'g') || '\M')";

    private static Task<IReadOnlyList<(string Cause, string Remedy)>> ReadAsync(
        IDatabaseSession session, string? schema, PostgresException e, string? actsAs, CancellationToken cancellationToken)
    {
        var context = ServerWords.IsInFunction(e) ? e.Where! : "";
        var statement = context.Length > 0 ? $"{e.InternalQuery} {ServerWords.InnermostOf(context)}" : e.BatchCommand?.CommandText ?? "";
        return session.QueryAsync(
            schema, [Query], row => (row.GetString("cause"), row.GetString("remedy")), cancellationToken,
            e.MessageText, statement, e.SqlState, e.Routine ?? "", context, actsAs ?? "");
    }
}
