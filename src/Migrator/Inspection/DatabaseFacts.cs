using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Ledger;
using Migrator.Locking;

namespace Migrator.Inspection;

/// <summary>What a run has to know of a database before it begins, read in one round trip together with the ledger.</summary>
internal sealed record DatabaseFacts
{
    /// <summary>The server's version as a number, e.g. 150018.</summary>
    public required int VersionNumber { get; init; }

    /// <summary>The server's version as it says it.</summary>
    public required string Version { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The user whose rights count.</summary>
    public required string User { get; init; }

    /// <summary>The gateway's schema: pg_schema, or what the server says when that is not set.</summary>
    public required string Schema { get; init; }

    /// <summary>The gateway's schema, and the names in it as SQL has them.</summary>
    public GatewaySchema Names => new(Schema);

    /// <summary>Whether the schema is there.</summary>
    public required bool SchemaExists { get; init; }

    /// <summary>Whether the user may see what is in the schema; false where it does not exist.</summary>
    public required bool MayUseSchema { get; init; }

    /// <summary>Whether the user may create things in the schema; false where it does not exist.</summary>
    public required bool MayCreateInSchema { get; init; }

    /// <summary>Whether the user may create a schema.</summary>
    public required bool MayCreateSchema { get; init; }

    /// <summary>The server is a standby.</summary>
    public required bool InRecovery { get; init; }

    /// <summary>Transactions are read-only unless they say otherwise.</summary>
    public required bool ReadOnly { get; init; }

    /// <summary>Who is at work on the schema.</summary>
    public required LockState Locks { get; init; }

    /// <summary>The ledger.</summary>
    public required LedgerSnapshot Ledger { get; init; }

    /// <summary>The tables that have names of the gateway's, where there is no ledger; else none.</summary>
    public IReadOnlyList<string> TablesWithoutLedger { get; init; } = [];

    /// <summary>What is under the names schema_meta and locks and is not Kong's; empty where nothing is.</summary>
    public string Flaw { get; init; } = "";

    /// <summary>Makes sure that what was read is what is there: without this right an existing ledger is as good as invisible.</summary>
    /// <exception cref="MigratorException">The user may not look into the schema.</exception>
    public void RequireReadable()
    {
        if (SchemaExists && !MayUseSchema)
        {
            throw new MigratorException(
                $"User '{User}' may not look into schema '{Schema}' of database '{Database}'.",
                cause: null,
                $"Allow it: GRANT USAGE ON SCHEMA {Sql.Identifier(Schema)} TO {Sql.Identifier(User)};");
        }

        if (Flaw.Length > 0)
        {
            throw new MigratorException(
                $"What schema '{Schema}' of database '{Database}' has under the names of Kong's ledger is not Kong's ledger: {Flaw}.",
                "Another program uses that name in the same schema, or somebody has changed the table.",
                "Give the gateway a schema of its own (pg_schema), or another database (pg_database). Nothing has been changed.");
        }
    }

    /// <summary>Makes sure that a database without a ledger is empty.</summary>
    /// <exception cref="MigratorException">There are tables with the gateway's names, and no ledger.</exception>
    public void RequireLedgerOfTables()
    {
        if (TablesWithoutLedger.Count > 0)
        {
            var isOne = TablesWithoutLedger.Count == 1;
            throw new MigratorException(
                $"schema_meta is missing, but {TablesWithoutLedger.Count} {(isOne ? "table" : "tables")} with Kong's names "
                    + $"{(isOne ? "exists" : "exist")} in schema '{Schema}' of database '{Database}'.",
                "The ledger was dropped, or a backup was restored without it; or another program uses the same schema: "
                    + $"{string.Join(", ", TablesWithoutLedger.Take(5))}{(TablesWithoutLedger.Count > 5 ? ", ..." : "")}.",
                "Restore the table schema_meta from a backup, or give the gateway a schema of its own (pg_schema). Nothing has been "
                    + "changed.")
            {
                ExitCode = Errors.ExitCode.Drift,
            };
        }
    }

    /// <summary>Makes sure that a run may write here, and create things.</summary>
    /// <exception cref="MigratorException">It may not; nothing has been changed.</exception>
    public void RequireWritable()
    {
        RequireModifiable();
        if (!(SchemaExists ? MayCreateInSchema : MayCreateSchema))
        {
            throw SchemaExists ? NoRightInSchema() : NoSchema();
        }
    }

    /// <summary>Makes sure that a run may change and drop what is there: for that no right to create things is needed.</summary>
    /// <exception cref="MigratorException">It may not; nothing has been changed.</exception>
    public void RequireModifiable()
    {
        if (InRecovery)
        {
            throw new MigratorException(
                $"The server is a standby (in recovery): database '{Database}' cannot be written to there.",
                "pg_host names a replica, or a failover has just happened.",
                "Name the primary in pg_host (on Aurora: the cluster's writer endpoint).");
        }

        if (ReadOnly)
        {
            throw new MigratorException(
                $"Database '{Database}' is read-only: default_transaction_read_only is on for the server, the database or user '{User}'.",
                "Somebody set it so on purpose, or the server protects a full disk.",
                $"Find out why; then: ALTER DATABASE {Sql.Identifier(Database)} RESET default_transaction_read_only; (or ALTER ROLE).");
        }

        if (!Names.IsUsable || Schema.StartsWith("pg_", StringComparison.Ordinal) || Schema == "information_schema")
        {
            throw new MigratorException(
                $"Schema '{Schema}' cannot be the gateway's.",
                Names.IsUsable
                    ? "It is PostgreSQL's own."
                    : "Its name has a control character in it, two dollar signs that PostgreSQL reads as a quote, or more than the 63 "
                        + "bytes of a name.",
                "Set pg_schema to another schema, or unset it for the schema that the server chooses (search_path of the user or "
                    + "database).");
        }
    }

    private MigratorException NoRightInSchema() => new(
        $"User '{User}' may not create tables in schema '{Schema}' of database '{Database}'.",
        VersionNumber >= 150000 && Schema == "public"
            ? "Since PostgreSQL 15 only the owner of a database may create things in its schema public." : null,
        $"Allow it: GRANT USAGE, CREATE ON SCHEMA {Sql.Identifier(Schema)} TO {Sql.Identifier(User)};");

    private MigratorException NoSchema() => new(
        $"Schema '{Schema}' does not exist in database '{Database}', and user '{User}' may not create it.",
        cause: null,
        $"Create it: CREATE SCHEMA {Sql.Identifier(Schema)} AUTHORIZATION {Sql.Identifier(User)};");
}
