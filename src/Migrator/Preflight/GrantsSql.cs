using Migrations;
using Migrator.Display;

namespace Migrator.Preflight;

/// <summary>
/// The SQL that parts the role that owns the gateway's schema, with which migrator logs in, from the role of the running gateway, which
/// then cannot change the schema.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="schema">The gateway's schema.</param>
/// <param name="roles">The roles.</param>
internal sealed class GrantsSql(string database, string schema, GrantedRoles roles)
{
    /// <summary>What a running gateway does with its rows.</summary>
    public const string GatewayRights = "SELECT, INSERT, UPDATE, DELETE";

    private readonly string owner = Sql.Identifier(roles.Owner);
    private readonly string ownerText = Sql.Literal(roles.Owner);
    private readonly string gateway = Sql.Identifier(roles.Gateway);
    private readonly string gatewayText = Sql.Literal(roles.Gateway);
    private readonly string others = string.Join(", ", roles.Others.Select(Sql.Identifier));
    private readonly string inSchema = Sql.Identifier(schema);

    /// <summary>
    /// Returns a script for a superuser, or the master user of RDS, connected to the database. It may run again, and at any time: before
    /// bootstrap, or in a database that is in use.
    /// </summary>
    public string Script() => string.Join('\n',
    [
        $"-- Run this connected to database {Sql.Identifier(database)}, as a superuser or as the master user of RDS:",
        $"--   psql -X -f FILE -d {ShellText.Word(database)}",
        roles.Iam ? "-- The roles log in with IAM tokens." : "-- A role that is new has no password yet: set one with \\password ROLE.",
        PsqlScript.Header,
        "BEGIN;",
        "SET LOCAL search_path = pg_catalog, pg_temp;",
        "",
        "-- No code of another role runs with the rights of whoever runs this.",
        SchemaGuard.CheckEventTriggers(new GatewaySchema(schema), asAdministrator: true) + ";",
        "",
        "-- The roles. Whoever gives objects to a role must be its member.",
        .. roles.All.Select(CreateRole),
        Join(),
        RequireRights(),
        "",
        Statistics(),
        "",
        "-- The database and the schema must not belong to a role that only works with rows. What is not given here is taken away.",
        Containers(),
        $"REVOKE ALL ON DATABASE {Sql.Identifier(database)} FROM {others} CASCADE;",
        $"GRANT CONNECT ON DATABASE {Sql.Identifier(database)} TO {string.Join(", ", roles.All.Select(Sql.Identifier))};",
        $"GRANT USAGE, CREATE ON SCHEMA {inSchema} TO {owner};",
        $"REVOKE CREATE ON SCHEMA {inSchema} FROM PUBLIC;",
        $"REVOKE ALL ON SCHEMA {inSchema} FROM {others} CASCADE;",
        $"GRANT USAGE ON SCHEMA {inSchema} TO {others};",
        "",
        "-- What is there: it becomes the owner's, and the others get their rights on its rows. Whoever made it decides what it runs.",
        RequireTrust(),
        Existing(),
        "",
        "-- What else belongs to them stays theirs: whoever reads it decides.",
        Left(),
        "",
        "-- The rights on what migrator will create.",
        "-- PostgreSQL itself gives everybody its functions and types.",
        .. new[] { "", $" IN SCHEMA {inSchema}" }.SelectMany<string, string>(place =>
            [NoDefault(place, "TABLES"), NoDefault(place, "SEQUENCES"), NoDefault(place, "FUNCTIONS"), NoDefault(place, "TYPES")]),
        NoDefault("", "SCHEMAS"),
        "DO $$ BEGIN IF current_setting('server_version_num')::int >= 180000 THEN",
        $"  EXECUTE {Sql.Literal(NoDefault("", "LARGE OBJECTS"))};",
        "END IF; END $$;",
        $"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {inSchema} GRANT {GatewayRights} ON TABLES TO {gateway};",
        $"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {inSchema} GRANT USAGE ON SEQUENCES TO {gateway};",
        .. roles.ReadOnly is { } reader
            ? [$"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {inSchema} GRANT SELECT ON TABLES TO {Sql.Identifier(reader)};"]
            : Array.Empty<string>(),
        "",
        Leave(),
        .. roles.Iam ? [GiveIam()] : Array.Empty<string>(),
        "COMMIT;",
    ]);

    private string NoDefault(string place, string kind) =>
        $"ALTER DEFAULT PRIVILEGES FOR ROLE {owner}{place} REVOKE ALL ON {kind} FROM "
            + $"{(kind is "FUNCTIONS" or "TYPES" ? "" : "PUBLIC, ")}{others} CASCADE;";

    private string Left()
    {
        var rights = $"CASE r.rolname WHEN {gatewayText} THEN '{GatewayRights}' ELSE 'SELECT' END";
        return $"""
            DO $$
            DECLARE found record;
            BEGIN
              -- psql prints a warning as it is: no name in it may control the terminal.
              FOR found IN SELECT role, {OwnedObjects.Names} AS names, {OwnedObjects.Statements(@"E'\n'")} AS give FROM (
                SELECT role, regexp_replace(name, '[[:cntrl:]]', '?', 'g') AS name, CASE WHEN give ~ '[[:cntrl:]]'
                    THEN '-- A name here does not print. migrator check --gateway has the statement.' ELSE give END AS give FROM (
                {OwnedObjects.Query(Sql.Literal(schema), ownerText, rights)}) AS every) AS owned
               WHERE role IN ({Names(roles.Others)}) GROUP BY role LOOP
                RAISE WARNING '% still owns %', found.role, found.names USING HINT =
                  E'Read their code first, if they have any: it then has the rights of the new owner.\n'
                  || E'Then, as {SessionDiagnosis.Administrator}:\n' || found.give;
              END LOOP;
            END $$;
            """;
    }

    private static string CreateRole(string role) =>
        $"""
        DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {Sql.Literal(role)}) THEN CREATE ROLE {Sql.Identifier(role)} LOGIN;
          END IF; END $$;
        """;

    // The memberships are taken back: RDS takes no password of a member of a role in rds_iam, also if that is granted later.
    private string Join() =>
        $"""
        DO $$
        DECLARE role name; joined name[] := ARRAY[]::name[];
        BEGIN
          FOREACH role IN ARRAY ARRAY[{Names(roles.All)}]::name[] LOOP
            IF NOT EXISTS (SELECT FROM pg_roles AS me LEFT JOIN pg_auth_members AS m
                  ON m.member = me.oid AND m.roleid = (SELECT oid FROM pg_roles WHERE rolname = role)
                 AND (current_setting('server_version_num')::int < 160000 OR m.grantor = me.oid)
                WHERE me.rolname = current_user AND (me.rolsuper OR m.roleid IS NOT NULL OR me.rolname = role)) THEN
              EXECUTE format('GRANT %I TO CURRENT_USER', role);
              joined := joined || role;
            END IF;
          END LOOP;
          PERFORM set_config('migrator.joined', joined::text, true);
        END $$;
        """;

    private static string Leave() =>
        """
        DO $$
        DECLARE role name;
        BEGIN
          FOR role IN SELECT unnest(current_setting('migrator.joined')::name[]) LOOP
            EXECUTE format('REVOKE %I FROM CURRENT_USER', role);
          END LOOP;
        END $$;
        """;

    // The last edge on the way from who runs this to the role is what can be taken away.
    private string GiveIam() =>
        $"""
        DO $$
        DECLARE role record;
        BEGIN
          FOR role IN
            WITH RECURSIVE mine AS (SELECT oid FROM pg_roles WHERE rolname = current_user
                UNION SELECT m.roleid FROM pg_auth_members AS m JOIN mine ON m.member = mine.oid)
            SELECT r.rolname AS name, m.member IS NOT NULL AND NOT EXISTS (
                     SELECT FROM mine JOIN pg_roles AS i USING (oid) WHERE i.rolname = 'rds_iam') AS locks_out,
                   string_agg(format('REVOKE %I FROM %I; ', r.rolname, pg_get_userbyid(m.member)), '')
                     FILTER (WHERE m.member IS NOT NULL) AS leave
              FROM pg_roles AS r LEFT JOIN pg_auth_members AS m ON m.roleid = r.oid AND m.member IN (SELECT oid FROM mine)
             WHERE r.rolname IN ({Names(roles.All)}) GROUP BY 1, 2 LOOP
            IF role.locks_out THEN
              RAISE WARNING '% was not given rds_iam: % is a member of it, and could no longer log in with a password', role.name,
                current_user USING HINT = format('In a psql that you keep open: %sGRANT rds_iam TO %I; See whether %I can still log in '
                  'with its password in a second one; if not, REVOKE rds_iam FROM %I;', role.leave, role.name, current_user, role.name);
            ELSE
              EXECUTE format('GRANT rds_iam TO %I', role.name);
            END IF;
          END LOOP;
        END $$;
        """;

    // Without them PostgreSQL only warns that nothing was granted, or stops in the middle.
    private string RequireRights() =>
        $"""
        DO $$
        DECLARE found record;
        BEGIN
          SELECT min(thing) AS thing, o.rolname AS role, NOT o.rolsuper
                 AND (pg_has_role(o.oid, 'MEMBER WITH ADMIN OPTION')
                   OR me.rolcreaterole AND current_setting('server_version_num')::int < 160000) AS may_join INTO found FROM (
            SELECT format('database %I', datname) AS thing, datdba AS owner FROM pg_database WHERE datname = current_database()
            UNION ALL
            SELECT format('schema %I', nspname), nspowner FROM pg_namespace WHERE nspname = {Sql.Literal(schema)}
            UNION ALL
            SELECT format('table %I.%I', n.nspname, c.relname), c.relowner
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = {Sql.Literal(schema)} AND c.relkind IN ('r', 'p') AND c.relname IN (
            {Wrapped(Tables)})
               AND c.relowner IN (SELECT datdba FROM pg_database WHERE datname = current_database() UNION SELECT n.nspowner
                 UNION SELECT oid FROM pg_roles WHERE rolsuper)) AS kong
            JOIN pg_roles AS o ON o.oid = owner JOIN pg_roles AS me ON me.rolname = current_user
           WHERE NOT me.rolsuper AND NOT pg_has_role(owner, 'USAGE')
           GROUP BY o.oid, o.rolname, o.rolsuper, me.rolcreaterole ORDER BY 1 LIMIT 1;
          IF found.thing IS NOT NULL THEN
            RAISE EXCEPTION '% belongs to %, and % does not have its rights', found.thing, found.role, current_user
              USING HINT = CASE WHEN found.may_join THEN format(E'In one session, run this script between these two:\n'
                  'GRANT %I TO %I;\nREVOKE %I FROM %I;', found.role, current_user, found.role, current_user)
                ELSE format('Run this script as a superuser, or as a role that may create roles and has the rights of %I.', found.role) END;
          END IF;
        END $$;
        """;

    // Up to PostgreSQL 15 CREATEROLE is enough for it; after that, whoever runs this needs the role with ADMIN OPTION.
    private string Statistics() => roles.Monitor
        ? $"""
        -- The owner sees the addresses of the gateways' sessions (nodes, finish --when-drained), and what other sessions do.
        DO $$ BEGIN GRANT pg_read_all_stats TO {owner};
          EXCEPTION WHEN insufficient_privilege THEN
            RAISE NOTICE 'pg_read_all_stats was not granted: nodes will not see the addresses of the gateways'; END $$;
        """
        : $"""
        -- With --monitor, the owner sees the addresses of the gateways' sessions, which nodes and finish --when-drained need, and what
        -- other sessions do: GRANT pg_read_all_stats TO {owner};
        """;

    private string Containers() =>
        $"""
        DO $$
        DECLARE others name[] := ARRAY[{Names(roles.Others)}]; other name;
        BEGIN
          FOREACH other IN ARRAY others LOOP
            IF other <> current_user AND EXISTS (SELECT FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.roleid
                JOIN pg_roles AS o ON o.oid = m.member WHERE r.rolname = {ownerText} AND o.rolname = other) THEN
              EXECUTE format('REVOKE %I FROM %I', {ownerText}, other);
            END IF;
          END LOOP;
          IF (SELECT pg_get_userbyid(datdba) = ANY (others) FROM pg_database WHERE datname = current_database()) THEN
            EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), {ownerText});
          END IF;
          IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = {Sql.Literal(schema)}) THEN
            CREATE SCHEMA {inSchema};
          ELSIF (SELECT pg_get_userbyid(nspowner) = ANY (others) FROM pg_namespace WHERE nspname = {Sql.Literal(schema)}) THEN
            EXECUTE format('ALTER SCHEMA %I OWNER TO %I', {Sql.Literal(schema)}, {ownerText});
          END IF;
        END $$;
        """;

    // A table or function that another role has planted under a name of the gateway would run with the rights of its new owner.
    private string RequireTrust() =>
        $"""
        DO $$
        DECLARE found record;
        BEGIN
          SELECT min(kind || ' ' || name) AS thing, o.rolname AS role,
                 string_agg(format(E'ALTER %s %s OWNER TO %I;\n', upper(kind), place, current_user), '') AS give,
                 NOT me.rolsuper AND NOT pg_has_role(owner, 'USAGE') AS is_stranger, pg_has_role(owner, 'MEMBER WITH ADMIN OPTION')
                   OR me.rolcreaterole AND current_setting('server_version_num')::int < 160000 AS may_join INTO found FROM (
            SELECT 'table' AS kind, c.relname AS name, c.relowner AS owner, c.relnamespace AS namespace, c.oid::regclass::text AS place
              FROM pg_class AS c
             WHERE c.relkind IN ('r', 'p') AND c.relname IN (
            {Wrapped(Tables)})
            UNION
            SELECT 'function', p.proname, p.proowner, p.pronamespace, p.oid::regprocedure::text FROM pg_proc AS p
             WHERE p.pronargs = 0 AND p.proname IN ({Names(KongObjects.Functions)})
            UNION
            SELECT 'function', p.proname, p.proowner, c.relnamespace, p.oid::regprocedure::text
              FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_proc AS p ON p.oid = t.tgfoid
             WHERE NOT t.tgisinternal AND c.relname IN (
            {Wrapped(Tables)})) AS kong
            JOIN pg_namespace AS n ON n.oid = kong.namespace JOIN pg_roles AS o ON o.oid = owner
            JOIN pg_roles AS me ON me.rolname = current_user
           WHERE n.nspname = {Sql.Literal(schema)} AND owner <> n.nspowner
             AND o.rolname NOT IN (current_user, {Names(roles.All)}) AND NOT o.rolsuper
             AND owner <> (SELECT datdba FROM pg_database WHERE datname = current_database())
           GROUP BY owner, o.rolname, me.rolsuper, me.rolcreaterole ORDER BY o.rolname LIMIT 1;
          IF found.thing IS NOT NULL THEN
            RAISE EXCEPTION '% belongs to %, which is none of these roles', found.thing, found.role
              USING HINT = concat(format(E'If you trust %I, run this as %I, then this script again:\n', found.role, current_user),
                CASE WHEN found.is_stranger AND NOT found.may_join THEN 'As a superuser, or a role that may grant it: ' END,
                CASE WHEN found.is_stranger THEN format(E'GRANT %I TO %I;\n', found.role, current_user) END, found.give,
                CASE WHEN found.is_stranger THEN format(E'REVOKE %I FROM %I;\n', found.role, current_user) END,
                'If you do not, drop what belongs to it.');
          END IF;
        END $$;
        """;

    private static IReadOnlyList<string> Tables => ["schema_meta", .. KongObjects.TableNames];

    // By name and kind. A sequence of a column belongs to the owner of its table.
    private string Existing() =>
        $"""
        DO $grants$
        DECLARE
          kong name[] := ARRAY[
            {Wrapped(Tables)}];
          found record;
        BEGIN
          FOR found IN SELECT c.relkind = 'S' AS is_sequence, format('%I.%I', n.nspname, c.relname) AS name,
                              pg_get_userbyid(c.relowner) <> {ownerText} AS is_foreign
                         FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                         LEFT JOIN pg_depend AS d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass
                           AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND c.relkind = 'S'
                         LEFT JOIN pg_class AS t ON t.oid = d.refobjid
                        WHERE n.nspname = {Sql.Literal(schema)}
                          AND (c.relkind IN ('r', 'p') AND c.relname = ANY (kong) OR c.relkind = 'S' AND t.relname = ANY (kong))
                        ORDER BY 1 LOOP
            IF found.is_sequence THEN
              EXECUTE 'REVOKE ALL ON SEQUENCE ' || found.name || {Sql.Literal($" FROM PUBLIC, {others} CASCADE")};
              EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', found.name, {gatewayText});
              CONTINUE;
            END IF;
            IF found.is_foreign THEN
              EXECUTE format('ALTER TABLE %s OWNER TO %I', found.name, {ownerText});
            END IF;
            EXECUTE 'REVOKE ALL ON TABLE ' || found.name || {Sql.Literal($" FROM PUBLIC, {others} CASCADE")};
            EXECUTE format('GRANT {GatewayRights} ON TABLE %s TO %I', found.name, {gatewayText});{GrantToReader()}
          END LOOP;
          {string.Concat(TriggerFunctions.All(new GatewaySchema(schema)).Select(Replace))}END $grants$;
        """;

    // Whoever owned a function wrote its body, which will run with the rights of the owner.
    private string Replace((string Name, string Sql) function) =>
        $"""
        IF EXISTS (SELECT FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
                      WHERE n.nspname = {Sql.Literal(schema)} AND p.proname = '{function.Name}' AND p.pronargs = 0
                        AND pg_get_userbyid(p.proowner) <> {ownerText}) THEN
            EXECUTE format('ALTER FUNCTION %I.{function.Name}() OWNER TO %I', {Sql.Literal(schema)}, {ownerText});
            EXECUTE {Sql.Literal(function.Sql)};
          END IF;

        """;

    private string GrantToReader() => roles.ReadOnly is not { } reader
        ? ""
        : $"""

            EXECUTE format('GRANT SELECT ON TABLE %s TO %I', found.name, {Sql.Literal(reader)});
        """;

    private static string Wrapped(IReadOnlyList<string> names) =>
        string.Join(",\n    ", names.Chunk(6).Select(line => string.Join(", ", line.Select(Sql.Literal))));

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Sql.Literal));
}

/// <summary>The roles of a gateway's database.</summary>
/// <param name="Owner">The role that owns the gateway's objects; migrator logs in with it.</param>
/// <param name="Gateway">The role of the running gateway.</param>
/// <param name="ReadOnly">The role of the read-only connection; null if there is none.</param>
/// <param name="Iam">Whether the roles log in with IAM tokens.</param>
internal sealed record GrantedRoles(string Owner, string Gateway, string? ReadOnly, bool Iam)
{
    /// <summary>Whether the owner sees what other sessions do.</summary>
    public bool Monitor { get; init; }

    /// <summary>All roles.</summary>
    public IReadOnlyList<string> All => [Owner, .. Others];

    /// <summary>The roles that must not change the schema.</summary>
    public IReadOnlyList<string> Others => ReadOnly is null ? [Gateway] : [Gateway, ReadOnly];

    /// <summary>The command that prints the SQL for these roles.</summary>
    /// <param name="conf">What follows -c, quoted for a shell.</param>
    public string Command(string conf) => $"migrator grants -c {conf} --owner {Word(Owner)} --gateway {Word(Gateway)}"
        + (ReadOnly is null ? "" : $" --read-only {Word(ReadOnly)}") + (Iam ? " --iam" : "");

    private static string Word(string role) => ShellText.Word(role);
}
