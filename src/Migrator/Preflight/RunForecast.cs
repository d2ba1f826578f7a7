using System.Data.Common;
using Migrations;
using Migrations.Model;
using Migrator.Inspection;

namespace Migrator.Preflight;

/// <summary>What a run would refuse, or stumble over: rights, owners, foreign code, settings of the user and of the database.</summary>
/// <param name="facts">The database.</param>
/// <param name="lockTimeout">How long a statement of the run waits for a lock (--ddl-lock-timeout); null for no limit.</param>
/// <param name="list">Receives the results.</param>
internal sealed class RunForecast(DatabaseFacts facts, TimeSpan? lockTimeout, Checklist list)
{
    private const string EventTriggers = "event triggers";

    /// <summary>The role of the running gateway; null if it is not known.</summary>
    public string? GatewayRole { get; init; }

    // Those of extensions, such as pgaudit, are no surprise.
    private const string OfOthers =
        $"""
        e.evtenabled IN ('A', {SchemaGuard.Firing}) AND e.evtevent <> 'login' AND NOT EXISTS (
                   SELECT FROM pg_depend AS d
                    WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = e.oid AND d.deptype = 'e')
        """;

    // Catalogues of newer versions have more columns: to_jsonb gives NULL where one is missing.
    private string Query =>
        $"""
        SELECT getdatabaseencoding()::text AS encoding,
               (SELECT setting::float8 FROM pg_settings WHERE name = 'deadlock_timeout') AS deadlock_timeout,
               coalesce((SELECT format('%s', t.spcname) FROM pg_tablespace AS t JOIN pg_database AS d ON d.datname = current_database()
                  WHERE t.spcname = current_setting('default_tablespace') AND t.oid <> d.dattablespace
                    AND (t.spcname = 'pg_global' OR NOT has_tablespace_privilege($1::name, t.oid, 'CREATE'))), '') AS tablespace,
               (SELECT to_jsonb(d) ->> 'datcollversion' FROM pg_database AS d WHERE datname = current_database()) AS collation_was,
               {(facts.VersionNumber >= 150000
                   ? "(SELECT pg_database_collation_actual_version(oid) FROM pg_database WHERE datname = current_database())"
                   : "NULL")} AS collation_is,
               coalesce((SELECT string_agg(format('%s (function %s, which belongs to %s)', e.evtname, e.evtfoid::regproc,
                    pg_get_userbyid(p.proowner)), ', ' ORDER BY e.evtname)
                  FROM pg_event_trigger AS e JOIN pg_proc AS p ON p.oid = e.evtfoid
                 WHERE {OfOthers}), '') AS event_triggers,
               coalesce((SELECT string_agg(format('ALTER EVENT TRIGGER %I DISABLE;', evtname), ' ' ORDER BY evtname)
                  FROM pg_event_trigger AS e WHERE {OfOthers}), '') AS disable_triggers,
               coalesce((SELECT string_agg(format('%s on %s (function %s, which belongs to %s)', t.tgname, c.relname,
                    p.oid::regproc, pg_get_userbyid(p.proowner)), ', ' ORDER BY c.relname, t.tgname) FROM kong AS c
                  JOIN pg_trigger AS t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
                  JOIN pg_proc AS p ON p.oid = t.tgfoid AND NOT (p.pronamespace = c.relnamespace AND p.proname IN (
                    {string.Join(", ", KongObjects.Functions.Select(Sql.Literal))}))), '') AS triggers,
               coalesce((SELECT string_agg(format('DROP RULE %I ON %I.%I;', r.rulename, current_setting('migrator.schema'), c.relname), ' '
                    ORDER BY c.relname, r.rulename)
                  FROM kong AS c JOIN pg_rewrite AS r ON r.ev_class = c.oid AND r.ev_enabled IN ('O', 'A')
                   AND (r.is_instead OR r.ev_type IN ('2', '3')) -- ON CONFLICT goes with no rule for INSERT or UPDATE.
                 WHERE c.relname IN ('schema_meta', 'locks')), '') AS ledger_rules,
               coalesce((SELECT string_agg(format('ALTER TABLE %I.%I ADD PRIMARY KEY (%s);', current_setting('migrator.schema'), c.relname,
                    CASE c.relname WHEN 'locks' THEN 'key' ELSE 'key, subsystem' END), E'\n' ORDER BY c.relname)
                  FROM kong AS c WHERE c.relname IN ('schema_meta', 'locks')
                   AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid)), '') AS keys,
               published.cause AS published, published.by_owner AS publish_all, published.by_others AS unpublish,
               coalesce((SELECT string_agg(format('ALTER TABLE %I.%I NO FORCE ROW LEVEL SECURITY;', current_setting('migrator.schema'),
                    c.relname), E'\n' ORDER BY c.relname) FROM kong AS c
                 WHERE c.relrowsecurity AND c.relforcerowsecurity
                   AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = $1)), '') AS forced,
               dependents.what AS dependents, dependents.drop_sql
          FROM ({Dependents.Of(Dropped, "k.conrelid IN (SELECT oid FROM kong)")}) AS dependents,
               (SELECT string_agg(DISTINCT cause, ' ') AS cause, string_agg(DISTINCT remedy, E'\n') FILTER (WHERE is_owners) AS by_owner,
                       string_agg(DISTINCT remedy, E'\n') FILTER (WHERE NOT is_owners) AS by_others
                  FROM ({Publications.Refusals}) AS refusals) AS published
        """;

    /// <summary>The changes of the run.</summary>
    public IReadOnlyList<SchemaChange> Changes { get; init; } = [];

    private string Dropped
    {
        get
        {
            var names = Changes.Select(c => c switch
            {
                TableDropped => Pair(c.Table, ""),
                ColumnDropped drop => Pair(c.Table, drop.Column),
                ColumnTypeChanged type => Pair(c.Table, type.Column),
                _ => Pair("", ""),
            });
            return $"""
                SELECT kong.oid, coalesce(a.attnum, 0)
                  FROM (VALUES {string.Join(", ", names.Append(Pair("", "")).Distinct(StringComparer.Ordinal))}) AS dropped (tab, col)
                  JOIN kong ON kong.relname = tab
                  LEFT JOIN pg_attribute AS a ON a.attrelid = kong.oid AND a.attname = col AND a.attnum > 0 AND NOT a.attisdropped
                 WHERE col = '' OR a.attnum > 0
                """;
        }
    }

    /// <summary>Reads what it needs, and adds the results.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public async Task RunAsync(IDatabaseSession session, CancellationToken cancellationToken)
    {
        CheckRights();
        if (facts.InRecovery)
        {
            return;
        }

        await CheckOwnersAsync(session, cancellationToken);
        await CheckAsync(
            session, "only trusted code", KongObjects.All.Guard(facts.Names),
            "whatever runs when the tables are changed belongs to roles that are trusted", cancellationToken);
        await CheckAsync(session, EventTriggers, SchemaGuard.CheckEventTriggers(facts.Names), met: null, cancellationToken);
        await CheckPoolingAsync(session, cancellationToken);
        var tables = string.Join(", ", KongObjects.TableNames.Append("schema_meta").Select(Sql.Literal));
        var found = $"""
            WITH kong AS (
              SELECT c.oid, c.relname, c.relnamespace, c.relrowsecurity, c.relforcerowsecurity
                FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
               WHERE n.nspname = current_setting('migrator.schema') AND c.relkind IN ('r', 'p') AND c.relname IN ({tables}))
            {Query}
            """;
        await session.ReadAsync(
            [
                .. TransactionSql.BeginReading(facts.Schema),
                new NpgsqlBatchCommand(found) { Parameters = { new NpgsqlParameter<string> { TypedValue = facts.Creator } } },
                TransactionSql.Commit,
            ],
            async reader =>
            {
                await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
                await reader.ReadAsync(cancellationToken);
                Report(reader);
                ReportLosses(reader);
                return true;
            },
            cancellationToken);
    }

    private void CheckRights()
    {
        try
        {
            facts.RequireWritable();
            list.Met("schema", facts.SchemaExists ? $"'{facts.Schema}' exists" : $"'{facts.Schema}' does not exist, and can be made");
            list.Met("may create", $"in schema '{facts.Schema}'");
        }
        catch (MigratorException e)
        {
            var remedy = e.RolesToTake.Contains(GatewayRole, StringComparer.Ordinal)
                ? "Part the two roles, as for the gateway role below." : e.Remedy;
            list.NotMet("may create", e.Cause is { } cause ? $"{e.Message} {cause}" : e.Message, remedy);
        }
    }

    private async Task CheckOwnersAsync(IDatabaseSession session, CancellationToken cancellationToken)
    {
        const string Name = "owns the tables";
        var owners = await TableOwners.ReadAsync(session, facts.Schema, cancellationToken, GatewayRole);
        owners = owners with { Objects = [.. owners.Objects.Where(o => o.Owner != facts.ActsAs)] };
        if (owners.Objects.Count > 0)
        {
            list.NotMet(Name, owners.Sentence, owners.Remedy);
        }
        else if (facts.ActsAs is { } role)
        {
            var others = await ActingRole.ReadOthersAsync(session, facts, cancellationToken);
            list.Met(Name, $"'{facts.User}' acts as '{role}', the owner of {(facts.Ledger.IsEmpty ? "the schema" : "the tables")}, to "
                + $"which new objects will belong{(others.Length == 0 ? "" : $"; it will get what belongs to another role: {others}")}");
        }
        else if (!facts.Ledger.IsEmpty)
        {
            list.Met(Name, $"'{facts.User}' has the rights of their owner");
        }
    }

    private async Task CheckAsync(
        IDatabaseSession session, string name, string guard, string? met, CancellationToken cancellationToken)
    {
        try
        {
            await session.ReadAsync(
                [
                    .. TransactionSql.BeginReading(facts.Schema), new NpgsqlBatchCommand(guard), TransactionSql.Commit,
                ],
                _ => Task.FromResult(true),
                cancellationToken);
            if (met is not null)
            {
                list.Met(name, met);
            }
        }
        catch (PostgresException e) when (
            e.SqlState is SchemaGuard.SqlState or SchemaGuard.Discarded or SchemaGuard.Unsafe or SchemaGuard.OnEvents)
        {
            var error = SessionDiagnosis.Explain(e);
            list.NotMet(name, error.Message, error.Remedy);
        }
    }

    private async Task CheckPoolingAsync(IDatabaseSession session, CancellationToken cancellationToken)
    {
        if (await StatementPooling.FindAsync(session, cancellationToken) is { } refusal)
        {
            list.NotMet("transactions", refusal);
        }
    }

    private void Report(DbDataReader row)
    {
        var encoding = Text(row, "encoding");
        if (encoding != "UTF8")
        {
            list.Warning(
                "encoding", $"the database has {encoding}: what it lacks cannot be stored, and encoded paths of routes stay encoded",
                $"Make a database with UTF8 and restore a dump into it: CREATE DATABASE {Sql.Identifier(facts.Database + "_utf8")} OWNER "
                    + $"{Sql.Identifier(facts.Creator)} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';");
        }

        if (Text(row, "tablespace") is { Length: > 0 } tablespace)
        {
            list.NotMet(
                "default_tablespace", $"is '{tablespace}' in this session, and '{facts.Creator}' may not create tables there",
                $"As the owner of the tablespace or a superuser: GRANT CREATE ON TABLESPACE {Sql.Identifier(tablespace)} TO "
                    + $"{Sql.Identifier(facts.Creator)};");
        }

        var (was, now) = (Text(row, "collation_was"), Text(row, "collation_is"));
        if (was.Length > 0 && was != now)
        {
            list.Warning(
                "collation version",
                $"the indexes were made with version {was} of the collation, and the system has {(now.Length == 0 ? "none" : now)}: rows "
                    + "may not be found, and unique keys may hold a value twice",
                $"When nobody uses the database, as its owner: REINDEX DATABASE {Sql.Identifier(facts.Database)}; "
                    + $"ALTER DATABASE {Sql.Identifier(facts.Database)} REFRESH COLLATION VERSION;");
        }

        ReportCode(row);
        CheckDeadlockTimeout(TimeSpan.FromMilliseconds((double)row["deadlock_timeout"]));
    }

    private void ReportCode(DbDataReader row)
    {
        if (Text(row, "event_triggers") is { Length: > 0 } onEvents && !list.Items.Any(i => i.Name == EventTriggers))
        {
            list.Warning(
                EventTriggers,
                $"run with each change of the schema, with the rights of '{facts.Creator}' unless they say otherwise: {onEvents}",
                "See that their functions may do what they do as this role: if one fails, the migration is rolled back. To leave them out, "
                    + $"as their owner or a superuser: {Text(row, "disable_triggers")}");
        }

        if (Text(row, "ledger_rules") is { Length: > 0 } rules)
        {
            list.NotMet(
                "ledger rules", "what is written to schema_meta or locks is changed or discarded by a rule",
                $"Once you know what it is for, as the owner of the table: {rules}");
        }

        if (Text(row, "triggers") is { Length: > 0 } triggers)
        {
            list.Warning(
                "triggers", $"run when rows are written, are not Kong's, and were not examined: {triggers}",
                $"See that '{facts.Creator}' may do what their functions do. If one fails, or discards or changes what a migration "
                    + "writes, the migration is rolled back, and its error has the SQL that disables "
                    + "the trigger.");
        }

        if (Text(row, "dependents") is { Length: > 0 } dependents)
        {
            list.NotMet(
                "dependent objects", $"would keep a table or column from being dropped or changed: {dependents}",
                "Keep the definitions, to make again what is still of use. Then, as their owners:\n" + Text(row, "drop_sql"));
        }

        if (Text(row, "forced") is { Length: > 0 } forced)
        {
            list.NotMet("row security", "is forced on the owner of tables, whose rows could not all be rewritten", forced);
        }

    }

    private void ReportLosses(DbDataReader row)
    {
        if (Text(row, "keys") is { Length: > 0 } keys)
        {
            list.NotMet("ledger keys", "a table of the ledger has lost its primary key, as a restore can do: nothing can be entered",
                $"As the owner of the table:\n{keys}");
        }

        if (Text(row, "published") is { Length: > 0 } published)
        {
            var (all, less) = (Text(row, "publish_all"), Text(row, "unpublish"));
            list.NotMet("publications", $"the server refuses to change rows, also of the gateway: {published}",
                (all.Length == 0 ? "" : $"As the owner of the table:\n{all}{(less.Length == 0 ? "" : "\n")}")
                    + (less.Length == 0 ? "" : "As the owner of the publication or a superuser; to publish the table again, include the "
                        + $"columns of its primary key:\n{less}"));
        }
    }

    // PostgreSQL looks for what blocks a session, and cancels an autovacuum that does, only after deadlock_timeout.
    private void CheckDeadlockTimeout(TimeSpan deadlock)
    {
        if (lockTimeout is { } limit && limit > TimeSpan.Zero && limit <= deadlock)
        {
            list.Warning(
                "--ddl-lock-timeout",
                FormattableString.Invariant($"{limit.TotalSeconds:0.###} s is not longer than the server's deadlock_timeout, ")
                    + FormattableString.Invariant($"{deadlock.TotalSeconds:0.###} s, after which PostgreSQL cancels an autovacuum that is ")
                    + "in the way: the run would not get its locks before the autovacuum ends",
                FormattableString.Invariant($"Give a longer one: --ddl-lock-timeout {Math.Ceiling(deadlock.TotalSeconds) + 1:0}"));
        }
    }

    private static string Pair(string table, string column) => $"({Sql.Literal(table)}, {Sql.Literal(column)})";

    private static string Text(DbDataReader row, string column) => row[column] as string ?? "";
}
