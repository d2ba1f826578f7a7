using FluentMigrator.Expressions;
using FluentMigrator.Infrastructure;
using Migrations.Dsl;

namespace Migrations;

/// <summary>
/// The names of everything that the migrations make, of any supported gateway version: what of a schema is the gateway's, and what somebody
/// else must not have there. They are taken from the migrations themselves.
/// </summary>
public sealed class KongObjects
{
    private static readonly Lazy<KongObjects> Shared = new(() => new KongObjects());

    private readonly Dictionary<string, HashSet<string>> tables = new(StringComparer.Ordinal)
    {
        ["schema_meta"] = ["key", "subsystem", "last_executed", "executed", "pending"],
        ["locks"] = ["key", "owner", "ttl"],

        // Kong: core/016 copies Enterprise's table vaults to this name, whatever its columns are.
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
        // Some tables are made for older versions only; the test of this class holds the three against every version's catalogue.
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

    /// <summary>The trigger functions, none of which has arguments.</summary>
    public static IReadOnlyList<string> Functions { get; } = ["sync_tags", "batch_delete_expired_rows", "delete_expired_cluster_events"];

    /// <summary>A table of Enterprise's that core/016 copies and drops.</summary>
    public static IReadOnlyList<string> EnterpriseTables { get; } = ["vaults"];

    /// <summary>The tables, each with the columns that it has in every version.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Tables => tables;

    /// <summary>The indexes, those of keys among them, each with its table.</summary>
    public IReadOnlyDictionary<string, string> Indexes => indexes;

    /// <summary>The sequences that PostgreSQL makes for columns that count up.</summary>
    public IReadOnlyDictionary<string, (string Table, string Column)> Sequences => sequences;

    /// <summary>SQL that checks that everything under one of these names is the gateway's (see <see cref="SchemaGuard"/>).</summary>
    /// <param name="schema">The gateway's schema.</param>
    public string Guard(GatewaySchema schema) => SchemaGuard.Check(
        schema,
        [.. tables.Keys, .. EnterpriseTables],
        Functions,
        new GuardedParts(
            [.. indexes.Select(i => (i.Key, i.Value))],
            [.. sequences.Select(s => (s.Key, $"{s.Value.Table}.{s.Value.Column}"))]));

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
