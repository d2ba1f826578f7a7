using Migrator.Ledger;
using Migrator.Locking;

namespace Migrator.Inspection;

/// <summary>The facts about a database that a run needs before it begins, read in one round trip.</summary>
internal sealed record DatabaseFacts
{
    /// <summary>The server's version as a number, e.g. 150018.</summary>
    public required int VersionNumber { get; init; }

    /// <summary>The server's version as text, e.g. 15.18.</summary>
    public required string Version { get; init; }

    /// <summary>The name of the database.</summary>
    public required string Database { get; init; }

    /// <summary>The current user, whose rights apply.</summary>
    public required string User { get; init; }

    /// <summary>The owner of the ledger, which is that of the gateway's tables; null if there is no ledger.</summary>
    public string? LedgerOwner { get; init; }

    /// <summary>The role on whose future tables the user has rights by default, as the gateway's role has; null if there is none.</summary>
    public string? TableMaker { get; init; }

    /// <summary>The role that a run acts as; null if it acts as the user. See <see cref="ActingRole"/>.</summary>
    public string? ActsAs { get; init; }

    /// <summary>Whether the user has the rights of the owner of the tables, but may not act as it.</summary>
    public bool MayNotActAsOwner { get; init; }

    /// <summary>The SQL by which triggers run again in the user's sessions (session_replication_role); empty if they do.</summary>
    public string RunTriggers { get; init; } = "";

    /// <summary>The role to which new objects will belong.</summary>
    public string Creator => ActsAs ?? User;

    /// <summary>The name of the gateway's schema: pg_schema, or the server's current schema if that is not set.</summary>
    public required string Schema { get; init; }

    /// <summary>The gateway's schema, which quotes and qualifies names for SQL.</summary>
    public GatewaySchema Names => new(Schema);

    /// <summary>Whether the schema exists.</summary>
    public required bool SchemaExists { get; init; }

    /// <summary>Whether the user has the USAGE right on the schema; false if it does not exist.</summary>
    public required bool MayUseSchema { get; init; }

    /// <summary>Whether <see cref="Creator"/> may create objects in the schema; false if it does not exist.</summary>
    public required bool MayCreateInSchema { get; init; }

    /// <summary>Whether <see cref="Creator"/> may create a schema.</summary>
    public required bool MayCreateSchema { get; init; }

    /// <summary>Whether the server is a standby.</summary>
    public required bool InRecovery { get; init; }

    /// <summary>Whether transactions are read-only by default (default_transaction_read_only).</summary>
    public required bool ReadOnly { get; init; }

    /// <summary>The migration locks on the schema.</summary>
    public required LockState Locks { get; init; }

    /// <summary>The ledger.</summary>
    public required LedgerSnapshot Ledger { get; init; }

    /// <summary>The tables with Kong's names if there is no ledger; otherwise empty.</summary>
    public IReadOnlyList<string> TablesWithoutLedger { get; init; } = [];

    /// <summary>Whether the server can be asked about a blue/green deployment of RDS.</summary>
    public bool MayBeBlueGreen { get; init; }

    /// <summary>Why the relations schema_meta or locks are not Kong's tables; empty if they are, or do not exist.</summary>
    public string Diagnostic { get; init; } = "";

    /// <summary>Requires that the user may read the schema, and that the ledger is Kong's.</summary>
    /// <exception cref="MigratorException">The user has no USAGE right, or schema_meta or locks is not Kong's table.</exception>
    public void RequireReadable()
    {
        // Without the USAGE right an existing ledger would look like a missing one.
        if (SchemaExists && !MayUseSchema)
        {
            throw new MigratorException(
                $"User '{User}' has no USAGE right on schema '{Schema}' of database '{Database}'.",
                cause: null,
                $"Allow it, as the owner of the schema or a superuser: GRANT USAGE ON SCHEMA {Sql.Identifier(Schema)} TO "
                    + $"{Sql.Identifier(User)};")
            { ExitCode = Errors.ExitCode.Refused };
        }

        if (Diagnostic.Length > 0)
        {
            throw new MigratorException(
                $"What schema '{Schema}' of database '{Database}' has under the names of Kong's ledger is not Kong's ledger: {Diagnostic}.",
                "Another program uses that name in the same schema, or somebody has changed the table.",
                "Give the gateway a schema of its own (pg_schema), or another database (pg_database). Nothing has been changed.");
        }
    }

    /// <summary>Requires that a database without a ledger has no tables with Kong's names.</summary>
    /// <exception cref="MigratorException">There are tables with Kong's names, but no ledger.</exception>
    public void RequireLedgerOfTables()
    {
        if (TablesWithoutLedger.Count > 0)
        {
            var isOne = TablesWithoutLedger.Count == 1;
            throw new MigratorException(
                $"schema_meta is missing, but {TablesWithoutLedger.Count} {(isOne ? "table" : "tables")} with Kong's names "
                    + $"{(isOne ? "exists" : "exist")} in schema '{Schema}' of database '{Database}'.",
                "The ledger was dropped, or a backup was restored without it; or another program uses the same schema: "
                    + $"{string.Join(", ", TablesWithoutLedger.Take(5))}{(TablesWithoutLedger.Count > 5 ? " and others" : "")}.",
                "Restore the table schema_meta from a backup, or give the gateway a schema of its own (pg_schema). Nothing has been "
                    + "changed.")
            {
                ExitCode = Errors.ExitCode.Drift,
            };
        }
    }

    /// <summary>Requires that a run may write to the database and create objects.</summary>
    /// <exception cref="MigratorException">It may not. Nothing has been changed.</exception>
    public void RequireWritable()
    {
        RequireModifiable();
        if (RunTriggers.Length > 0)
        {
            throw new MigratorException(
                $"session_replication_role is replica in the sessions of user '{User}'.",
                "Triggers and foreign keys do nothing there: rows that belong together would no longer agree after a migration.",
                $"Reset it where it is set, as a superuser (on RDS: the master user, or in the parameter group): {RunTriggers}")
            { ExitCode = Errors.ExitCode.Refused };
        }

        if (MayNotActAsOwner)
        {
            throw new MigratorException(
                $"User '{User}' has the rights of '{LedgerOwner}', the owner of the gateway's tables, but may not act as it (SET ROLE).",
                $"What it creates would belong to '{User}', and a gateway that runs as '{LedgerOwner}' could not use it.",
                $"Run as '{LedgerOwner}' (pg_user), or as {SessionDiagnosis.Administrator}: GRANT {Sql.Identifier(LedgerOwner!)} TO "
                    + $"{Sql.Identifier(User)} "
                    + "WITH SET TRUE;")
            { ExitCode = Errors.ExitCode.Refused };
        }

        if (!(SchemaExists ? MayCreateInSchema : MayCreateSchema))
        {
            throw SchemaExists ? NoRightInSchema() : NoSchema();
        }
    }

    /// <summary>Requires that a run may change and drop existing objects, for which no CREATE right is needed.</summary>
    /// <exception cref="MigratorException">It may not. Nothing has been changed.</exception>
    public void RequireModifiable()
    {
        if (InRecovery)
        {
            throw new MigratorException(
                $"The server is a standby (in recovery): database '{Database}' cannot be written to there.",
                "pg_host names a replica, or a failover has just happened.",
                "Name the primary in pg_host (on Aurora: the cluster's writer endpoint).")
            { ExitCode = Errors.ExitCode.Unreachable };
        }

        if (ReadOnly)
        {
            throw new MigratorException(
                $"Database '{Database}' is read-only: default_transaction_read_only is on for the server, the database or user '{User}'.",
                "An administrator set it, or the server protects a full disk.",
                $"Find out why; then, as '{User}' or a superuser: SET default_transaction_read_only = off; ALTER ROLE "
                    + $"{Sql.Identifier(User)} IN DATABASE {Sql.Identifier(Database)} SET default_transaction_read_only = off;")
            { ExitCode = Errors.ExitCode.Refused };
        }

        RequireUsableSchema();
    }

    /// <summary>Requires that the schema is one that a run or a script can name, and not PostgreSQL's own.</summary>
    /// <exception cref="MigratorException">It is not.</exception>
    public void RequireUsableSchema()
    {
        if (!Names.IsUsable || Schema.StartsWith("pg_", StringComparison.Ordinal) || Schema == "information_schema")
        {
            throw new MigratorException(
                $"Schema '{Schema}' cannot be the gateway's.",
                Names.IsUsable
                    ? "It is PostgreSQL's own."
                    : "Its name has a control character in it, two dollar signs that PostgreSQL reads as a quote, or more than the 63 "
                        + "bytes of a name.",
                "Set pg_schema to another schema, or unset it for the schema that the server chooses (search_path of the user or "
                    + "database).")
            { ExitCode = Errors.ExitCode.Usage };
        }
    }

    private string Who => ActsAs is null ? "User" : "Role";

    private MigratorException NoRightInSchema() => new(
        $"{Who} '{Creator}' may not create tables in schema '{Schema}' of database '{Database}'.",
        ActsAs is not null ? $"User '{User}' acts as the owner of the gateway's tables, so that new ones belong to it too."
            : VersionNumber >= 150000 && Schema == "public"
            ? "Since PostgreSQL 15 only the owner of a database may create things in its schema public." : null,
        OwnerToTake is { } owner ? $"Log in as the owner of the gateway's tables: pg_user = {owner}"
            : $"Allow it, as the owner of the schema or a superuser: GRANT USAGE, CREATE ON SCHEMA {Sql.Identifier(Schema)} TO "
                + $"{Sql.Identifier(Creator)};")
    { ExitCode = Errors.ExitCode.Refused, RolesToTake = OwnerToTake is { } role ? [role] : [] };

    private string? OwnerToTake => (LedgerOwner ?? TableMaker) is { } owner && owner != Creator ? owner : null;

    private MigratorException NoSchema() => new(
        $"Schema '{Schema}' does not exist in database '{Database}', and user '{User}' may not create it.",
        cause: null,
        $"Create it, as the owner of the database or a superuser: CREATE SCHEMA {Sql.Identifier(Schema)} AUTHORIZATION "
            + $"{Sql.Identifier(User)};")
    { ExitCode = Errors.ExitCode.Refused };
}
