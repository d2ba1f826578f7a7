using FluentMigrator.Expressions;
using FluentMigrator.Infrastructure;

namespace Migrations;

/// <summary>The names of all objects that the migrations of any supported gateway version create.</summary>
/// <remarks>
/// They tell the gateway's objects in a schema from others, and no other object may have one of them. They are read from the migrations.
/// </remarks>
public sealed class KongObjects
{
    private static readonly Lazy<KongObjects> Shared = new(() => new KongObjects());

    private readonly Dictionary<string, HashSet<string>> tables = new(StringComparer.Ordinal)
    {
        ["schema_meta"] = ["key", "subsystem", "last_executed", "executed", "pending"],
        ["locks"] = ["key", "owner", "ttl"],

        // Kong: core/016 copies Enterprise's table vaults, with any columns, to this name.
        ["vault_auth_vaults"] = [],
    };

    private readonly Dictionary<string, string> indexes = new(StringComparer.Ordinal)
    {
        ["schema_meta_pkey"] = "schema_meta",
        ["locks_pkey"] = "locks",
        ["locks_ttl_idx"] = "locks",
        ["consumers_username_idx"] = "consumers",
    };

    private readonly Dictionary<string, (string Table, string Column)> sequences = new(StringComparer.Ordinal);

    private KongObjects()
    {
        // Some tables are created only for older versions. A test compares the objects of these three versions with the catalogue of each
        // version.
        var expressions = new[] { GatewayVersion.Known[0], GatewayVersion.Default, GatewayVersion.Newest }
            .SelectMany(version => Catalogue.For(version).SelectMany(s => s.Migrations)).SelectMany(Expressions).ToList();
        expressions.OfType<CreateTableExpression>().ToList().ForEach(Add);
        foreach (var index in expressions.OfType<CreateIndexExpression>().Select(e => e.Index))
        {
            indexes[index.Name] = index.TableName;
        }

        foreach (var key in expressions.OfType<CreateConstraintExpression>().Select(e => e.Constraint))
        {
            indexes[key.ConstraintName] = key.TableName;
        }

        foreach (var (table, column) in expressions.OfType<CreateColumnExpression>().Select(e => (e.TableName, e.Column)))
        {
            if (TableKeys.Of(column).OfType<UniqueTableKey>().Any())
            {
                indexes[$"{table}_{column.Name}_key"] = table;
            }
        }

        foreach (var deleted in expressions.OfType<DeleteColumnExpression>())
        {
            tables[deleted.TableName].ExceptWith(deleted.ColumnNames);
        }
    }

    /// <summary>The objects of all supported versions.</summary>
    public static KongObjects All => Shared.Value;

    /// <summary>The trigger functions. None has arguments.</summary>
    public static IReadOnlyList<string> Functions => TriggerFunctions.Names;

    /// <summary>
    /// The names of the gateway's tables besides schema_meta, written out: a run with nothing to do need not create every migration to
    /// know them. A test compares them with <see cref="Tables"/>.
    /// </summary>
    public static IReadOnlyList<string> TableNames { get; } =
    [
        "acls", "acme_storage", "basicauth_credentials", "ca_certificates", "certificates", "cluster_ca", "cluster_events",
        "clustering_data_planes", "clustering_rpc_requests", "clustering_sync_delta", "clustering_sync_version", "consumers",
        "filter_chains", "hmacauth_credentials", "jwt_secrets", "key_sets", "keyauth_credentials", "keys", "locks",
        "oauth2_authorization_codes", "oauth2_credentials", "oauth2_tokens", "parameters", "plugins", "ratelimiting_metrics",
        "response_ratelimiting_metrics", "routes", "services", "session_metadatas", "sessions", "sm_vaults", "snis", "tags", "targets",
        "ttls", "upstreams", "vault_auth_vaults", "vaults_beta", "workspaces",
    ];

    /// <summary>The tables of Kong Enterprise that core/016 copies and drops.</summary>
    public static IReadOnlyList<string> EnterpriseTables { get; } = ["vaults"];

    /// <summary>The tables, each with the columns that it has in all versions.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Tables => tables;

    /// <summary>The indexes, including those of keys, each with its table.</summary>
    public IReadOnlyDictionary<string, string> Indexes => indexes;

    /// <summary>The sequences that PostgreSQL creates for serial columns.</summary>
    public IReadOnlyDictionary<string, (string Table, string Column)> Sequences => sequences;

    /// <summary>SQL that checks that all objects with these names are the gateway's (see <see cref="SchemaGuard"/>).</summary>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="onlyReads">Whether nothing is to be written to the tables.</param>
    public string Guard(GatewaySchema schema, bool onlyReads = false) => SchemaGuard.Check(
        schema,
        [.. tables.Keys, .. EnterpriseTables],
        Functions,
        new GuardedParts(
            [.. indexes.Select(i => (i.Key, i.Value))],
            [.. sequences.Select(s => (s.Key, $"{s.Value.Table}.{s.Value.Column}"))]),
        onlyReads);

    /// <summary>SQL for tables that are only read: they are kept as they are until the transaction ends, and checked.</summary>
    /// <param name="schema">The gateway's schema.</param>
    /// <param name="names">The tables, which must exist.</param>
    public IEnumerable<string> GuardReading(GatewaySchema schema, IEnumerable<string> names)
    {
        var held = string.Join(", ", names.Select(schema.Qualify));
        return [.. held.Length == 0 ? [] : new[] { $"LOCK TABLE {held} IN ACCESS SHARE MODE" }, Guard(schema, onlyReads: true)];
    }

    private void Add(CreateTableExpression table)
    {
        tables[table.TableName] = [.. table.Columns.Select(c => c.Name)];
        indexes[$"{table.TableName}_pkey"] = table.TableName;
        foreach (var column in table.Columns)
        {
            foreach (var key in TableKeys.Of(column).OfType<UniqueTableKey>())
            {
                indexes[$"{table.TableName}_{string.Join('_', key.Columns)}_key"] = table.TableName;
            }

            if (column.IsIdentity)
            {
                sequences[$"{table.TableName}_{column.Name}_seq"] = (table.TableName, column.Name);
            }
        }
    }

    private static IEnumerable<IMigrationExpression> Expressions(MigrationEntry entry)
    {
        var context = new MigrationContext(null!, null!, connection: "");
        var migration = entry.Create(new GatewaySchema("public"));
        migration.GetUpExpressions(context);
        if (entry.HasFinish)
        {
            migration.GetDownExpressions(context);
        }

        return context.Expressions;
    }
}
