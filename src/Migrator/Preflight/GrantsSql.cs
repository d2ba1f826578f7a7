using Migrations;
using Migrations.Dsl;

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
    private readonly string gateway = Sql.Identifier(roles.Gateway);
    private readonly string inSchema = Sql.Identifier(schema);

    /// <summary>
    /// Returns a script for a superuser, or the master user of RDS, connected to the database. It may run again, and at any time: before
    /// bootstrap, or in a database that is in use.
    /// </summary>
    public string Script() => string.Join('\n',
    [
        $"-- Run this connected to database {Sql.Identifier(database)}, as a superuser or as the master user of RDS:",
        $"--   psql --set ON_ERROR_STOP=1 -f FILE -d {database}",
        roles.Iam ? "-- The roles log in with IAM tokens." : "-- A role that is new has no password yet: set one with \\password ROLE.",
        "BEGIN;",
        "SET LOCAL search_path = pg_catalog, pg_temp;",
        "SET LOCAL standard_conforming_strings = on;",
        "",
        "-- The roles. Whoever gives objects to a role must be its member.",
        .. roles.All.Select(CreateRole),
        "DO $$ BEGIN IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN",
        $"  GRANT {owner} TO CURRENT_USER; END IF; END $$;",
        .. roles.Iam ? roles.All.Select(role => $"GRANT rds_iam TO {Sql.Identifier(role)};") : [],
        $"GRANT CONNECT ON DATABASE {Sql.Identifier(database)} TO {string.Join(", ", roles.All.Select(Sql.Identifier))};",
        "",
        "-- The schema: only its owner creates objects in it.",
        $"CREATE SCHEMA IF NOT EXISTS {inSchema};",
        $"GRANT USAGE, CREATE ON SCHEMA {inSchema} TO {owner};",
        $"REVOKE CREATE ON SCHEMA {inSchema} FROM PUBLIC, {string.Join(", ", roles.Others.Select(Sql.Identifier))};",
        $"GRANT USAGE ON SCHEMA {inSchema} TO {string.Join(", ", roles.Others.Select(Sql.Identifier))};",
        "",
        "-- What is there already becomes the owner's.",
        GiveToOwner(),
        "",
        "-- The rights on what is there, and on what migrator will create.",
        GrantExisting(),
        $"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {inSchema} GRANT {GatewayRights} ON TABLES TO {gateway};",
        $"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {inSchema} GRANT USAGE ON SEQUENCES TO {gateway};",
        .. roles.ReadOnly is { } reader
            ? [$"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {inSchema} GRANT SELECT ON TABLES TO {Sql.Identifier(reader)};"]
            : Array.Empty<string>(),
        "COMMIT;",
    ]);

    private static string CreateRole(string role) =>
        $"""
        DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {Sql.Literal(role)}) THEN CREATE ROLE {Sql.Identifier(role)} LOGIN;
          END IF; END $$;
        """;

    // By name and kind. A sequence of a column goes with its table.
    private string GiveToOwner() =>
        $"""
        DO $$
        DECLARE statement text;
        BEGIN
          FOR statement IN
            SELECT format('ALTER TABLE %I.%I OWNER TO %I', n.nspname, c.relname, {Sql.Literal(roles.Owner)})
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE {OfKong()} AND pg_get_userbyid(c.relowner) <> {Sql.Literal(roles.Owner)}
            UNION ALL
            SELECT format('ALTER FUNCTION %I.%I() OWNER TO %I', n.nspname, p.proname, {Sql.Literal(roles.Owner)})
              FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
             WHERE n.nspname = {Sql.Literal(schema)} AND p.pronargs = 0 AND p.proname IN ({Names(KongObjects.Functions)})
               AND pg_get_userbyid(p.proowner) <> {Sql.Literal(roles.Owner)}
          LOOP
            EXECUTE statement;
          END LOOP;
        END $$;
        """;

    private string GrantExisting() =>
        $"""
        DO $$
        DECLARE statement text;
        BEGIN
          FOR statement IN
            SELECT format('GRANT {GatewayRights} ON TABLE %I.%I TO %I', n.nspname, c.relname, {Sql.Literal(roles.Gateway)})
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE {OfKong()}
            UNION ALL
            SELECT format('GRANT USAGE ON SEQUENCE %I.%I TO %I', n.nspname, s.relname, {Sql.Literal(roles.Gateway)})
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
              JOIN pg_depend AS d ON d.refobjid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_class'::regclass
              JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
             WHERE {OfKong()}{ReaderGrants()}
          LOOP
            EXECUTE statement;
          END LOOP;
        END $$;
        """;

    private string ReaderGrants() => roles.ReadOnly is not { } reader
        ? ""
        : $"""

            UNION ALL
            SELECT format('GRANT SELECT ON TABLE %I.%I TO %I', n.nspname, c.relname, {Sql.Literal(reader)})
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE {OfKong()}
        """;

    private string OfKong() =>
        $"n.nspname = {Sql.Literal(schema)} AND c.relkind IN ('r', 'p') "
            + $"AND c.relname IN ({Names(["schema_meta", .. KongObjects.TableNames])})";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Sql.Literal));
}

/// <summary>The roles of a gateway's database.</summary>
/// <param name="Owner">The role that owns the gateway's objects; migrator logs in with it.</param>
/// <param name="Gateway">The role of the running gateway.</param>
/// <param name="ReadOnly">The role of the read-only connection; null if there is none.</param>
/// <param name="Iam">Whether the roles log in with IAM tokens.</param>
internal sealed record GrantedRoles(string Owner, string Gateway, string? ReadOnly, bool Iam)
{
    /// <summary>All roles.</summary>
    public IReadOnlyList<string> All => [Owner, .. Others];

    /// <summary>The roles that must not change the schema.</summary>
    public IReadOnlyList<string> Others => ReadOnly is null ? [Gateway] : [Gateway, ReadOnly];

    /// <summary>The command that prints the SQL for these roles.</summary>
    /// <param name="conf">What follows -c, quoted for a shell.</param>
    public string Command(string conf) => $"migrator grants -c {conf} --owner {Word(Owner)} --gateway {Word(Gateway)}"
        + (ReadOnly is null ? "" : $" --read-only {Word(ReadOnly)}") + (Iam ? " --iam" : "");

    private static string Word(string role) => Display.ShellText.Word(role);
}
