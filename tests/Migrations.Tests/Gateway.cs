using System.Collections.Concurrent;
using Migrations.Compiling;
using Migrations.Dsl;
using Npgsql;
using TestSupport;

namespace Migrations.Tests;

/// <summary>
/// A gateway's database, migrated without the runner: it executes the compiled statements, and writes nothing to the ledger.
/// </summary>
internal sealed class Gateway : IDisposable
{
    /// <summary>The id of the default workspace in the rows of <c>data</c>.</summary>
    public const string DefaultWorkspace = "00000000-0000-4000-8000-000000000001";

    private static readonly ConcurrentDictionary<string, Lazy<TestDatabase>> Templates = new(StringComparer.Ordinal);

    private readonly HashSet<string> done = new(StringComparer.Ordinal);
    private readonly List<MigrationEntry> pending = [];
    private NpgsqlConnection? connection;

    private Gateway(string schema, TestDatabase database)
    {
        Schema = schema;
        Database = database;
    }

    /// <summary>The schema of the gateway's tables.</summary>
    public string Schema { get; }

    /// <summary>The database.</summary>
    public TestDatabase Database { get; }

    /// <summary>The warnings of the rewrites, with their hints.</summary>
    public List<PostgresNotice> Warnings { get; } = [];

    /// <summary>Creates an empty database.</summary>
    public static Gateway Empty(string schema = "public", PostgresServer? server = null)
    {
        var gateway = new Gateway(schema, (server ?? PostgresServer.Shared).CreateDatabase());
        gateway.Database.Execute($"CREATE SCHEMA IF NOT EXISTS {schema}");
        gateway.Send(LedgerTables.Create(new GatewaySchema(schema)));
        return gateway;
    }

    /// <summary>Creates a database as a gateway of a version does. Versions before 2.8 get the migrations they share with 2.8.</summary>
    public static Gateway Create(string version, string schema = "public", PostgresServer? server = null)
    {
        var gateway = Empty(schema, server);
        var migrations = EntriesUntil(version);
        gateway.Send(migrations.SelectMany(m => Phases(m.Entry).SelectMany(phase => gateway.Compile(m.Entry, phase, isFresh: true))));
        gateway.done.UnionWith(migrations.Select(Name));
        return gateway;
    }

    /// <summary>A copy of a database created by <see cref="Create"/>.</summary>
    public static Gateway Of(string version) => Copy(version, () => Create(version), EntriesUntil(version));

    /// <summary>A copy of a database that is created only once.</summary>
    /// <param name="template">The name of the original among the tests.</param>
    /// <param name="create">Creates the original.</param>
    /// <param name="migrations">The migrations that were run in the original.</param>
    public static Gateway Copy(string template, Func<Gateway> create, IEnumerable<(Subsystem Subsystem, MigrationEntry Entry)> migrations)
    {
        var original = Templates.GetOrAdd(template, _ => new Lazy<TestDatabase>(() => create().Disconnected().Database));
        var gateway = new Gateway("public", PostgresServer.Shared.CreateDatabase(original.Value));
        gateway.done.UnionWith(migrations.Select(Name));
        return gateway;
    }

    /// <summary>The migrations of a version, each with its subsystem.</summary>
    public static IEnumerable<(Subsystem Subsystem, MigrationEntry Entry)> Entries(GatewayVersion version) =>
        Catalogue.For(version).SelectMany(subsystem => subsystem.Migrations.Select(entry => (subsystem, entry)));

    /// <summary>Gives the default workspace the id that the rows in <c>data</c> refer to, and adds two workspaces.</summary>
    public Gateway WithWorkspaces()
    {
        Database.Execute(
            $"""
            UPDATE workspaces SET id = '{DefaultWorkspace}' WHERE name = 'default';
            INSERT INTO workspaces (id, name) VALUES ('00000000-0000-4000-8000-000000000002', 'a'), ('00000000-0000-4000-8000-000000000003',
              'b');
            """);
        return this;
    }

    /// <summary>Runs the up phases of a version's migrations that this database lacks.</summary>
    public void Up(string version)
    {
        foreach (var (subsystem, entry) in Entries(GatewayVersion.Find(version)!))
        {
            if (!done.Contains(Name((subsystem, entry))))
            {
                Run(subsystem, entry, Phase.Up);
            }
        }
    }

    /// <summary>Runs the finish phases of all pending migrations.</summary>
    public void Finish()
    {
        foreach (var entry in pending)
        {
            Send(Compile(entry, Phase.Finish));
        }

        pending.Clear();
    }

    /// <summary>Runs one phase of one migration in one transaction.</summary>
    public void Run(Subsystem subsystem, MigrationEntry entry, Phase phase)
    {
        Send(Compile(entry, phase));
        done.Add(Name((subsystem, entry)));
        if (phase == Phase.Up && entry.HasFinish)
        {
            pending.Add(entry);
        }
        else if (phase == Phase.Finish)
        {
            pending.Remove(entry);
        }
    }

    /// <summary>Runs the schema changes of a migration again, as --force does.</summary>
    public void Force(MigrationEntry entry) => Send(Phases(entry).SelectMany(phase =>
        MigrationCompiler.Compile(entry.Create(new GatewaySchema(Schema)), phase).Where(statement => !statement.RewritesRows)
            .Select(statement => statement.Sql)));

    /// <summary>The phases of a migration.</summary>
    public static Phase[] Phases(MigrationEntry entry) => entry.HasFinish ? [Phase.Up, Phase.Finish] : [Phase.Up];

    /// <summary>Whether one warning contains all of the given texts.</summary>
    public bool Warned(params string[] things) =>
        Warnings.Exists(warning => Array.TrueForAll(things, thing => warning.MessageText.Contains(thing, StringComparison.Ordinal)));

    /// <inheritdoc />
    public void Dispose()
    {
        Disconnected();
        Database.Dispose();
    }

    /// <summary>Closes the connection, so that the database can be copied. The next statement opens a new one.</summary>
    public Gateway Disconnected()
    {
        connection?.Dispose();
        connection = null;
        return this;
    }

    /// <summary>The name of a migration, e.g. <c>core/000_base</c>.</summary>
    public static string Name((Subsystem Subsystem, MigrationEntry Entry) migration) =>
        $"{migration.Subsystem.Name}/{migration.Entry.Name}";

    private static List<(Subsystem Subsystem, MigrationEntry Entry)> EntriesUntil(string version)
    {
        var wanted = Version.Parse(version);
        return
        [
            .. Entries(GatewayVersion.Find(version) ?? GatewayVersion.Known[0])
                .Where(m => (m.Entry.Since.Major, m.Entry.Since.Minor).CompareTo((wanted.Major, wanted.Minor)) <= 0),
        ];
    }

    private IEnumerable<string> Compile(MigrationEntry entry, Phase phase, bool isFresh = false) =>
        MigrationCompiler.Compile(entry.Create(new GatewaySchema(Schema)), phase, isFresh).Select(statement => statement.Sql);

    private void Send(IEnumerable<string> statements)
    {
        if (connection is null)
        {
            connection = Database.Connect();
            connection.Notice += (_, e) =>
            {
                // Other notices report the progress of a rewrite.
                if (e.Notice.InvariantSeverity == "WARNING")
                {
                    Warnings.Add(e.Notice);
                }
            };
        }

        using var transaction = connection.BeginTransaction();
        using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "SELECT set_config('search_path', 'pg_catalog, pg_temp', true), set_config('TimeZone', 'UTC', true), "
                + "set_config('client_min_messages', 'warning', true)"));
        foreach (var sql in statements)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        }

        batch.ExecuteNonQuery();
        transaction.Commit();
    }
}
