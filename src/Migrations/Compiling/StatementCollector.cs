using System.Data;
using FluentMigrator.Expressions;
using FluentMigrator.Runner.Processors;
using Microsoft.Extensions.Logging.Abstractions;
using Migrations.Model;

namespace Migrations.Compiling;

/// <summary>A FluentMigrator processor that collects the generated SQL instead of executing it.</summary>
/// <remarks>It has no connection: a migration that queries the database while its expressions are collected is refused.</remarks>
/// <param name="schema">The schema of the gateway's tables.</param>
/// <param name="isFresh">Whether the database is being bootstrapped: it has no rows and none of Kong's tables yet.</param>
internal sealed class StatementCollector(GatewaySchema schema, bool isFresh)
    : ProcessorBase(new KongSqlGenerator(schema, isFresh), NullLogger.Instance, new ProcessorOptions()), IRowRewriter
{
    private readonly List<Statement> statements = [];
    private IReadOnlyList<SchemaChange> changes = [];
    private string? check;
    private OldRows? old;

    public IReadOnlyList<Statement> Statements => statements;

    public override string DatabaseType => Generator.GeneratorId;

    public override IList<string> DatabaseTypeAliases => Generator.GeneratorIdAliases;

    /// <summary>Starts a new expression. The first statement generated from it gets its changes.</summary>
    public void Begin(IMigrationExpression expression) =>
        (changes, check, old) = (
            SchemaChanges.Of(expression), (expression as RewriteRowsExpression)?.Check, (expression as RewriteRowsExpression)?.Old);

    public void RewriteRows(string sql)
    {
        if (!isFresh)
        {
            Add(sql, rewritesRows: true);
        }
    }

    public override void Process(CreateTableExpression expression)
    {
        base.Process(expression);

        // CREATE TABLE IF NOT EXISTS accepts any table of that name. Check that it is the gateway's before anything is written to it.
        if (!isFresh)
        {
            Process(SchemaGuard.Check(schema, [expression.TableName], []));
        }
    }

    public override void Execute(string sql) => Process(sql);

    public override void Execute(string template, params object[] args) => throw Refused();

    public override void Process(PerformDBOperationExpression expression) => throw Refused();

    public override DataSet ReadTableData(string schemaName, string tableName) => throw Refused();

    public override DataSet Read(string template, params object[] args) => throw Refused();

    public override bool Exists(string template, params object[] args) => throw Refused();

    public override bool SchemaExists(string schemaName) => throw Refused();

    public override bool TableExists(string schemaName, string tableName) => throw Refused();

    public override bool ColumnExists(string schemaName, string tableName, string columnName) => throw Refused();

    public override bool ConstraintExists(string schemaName, string tableName, string constraintName) => throw Refused();

    public override bool IndexExists(string schemaName, string tableName, string indexName) => throw Refused();

    public override bool SequenceExists(string schemaName, string sequenceName) => throw Refused();

    public override bool DefaultValueExists(string schemaName, string tableName, string columnName, object defaultValue) => throw Refused();

    protected override void Process(string sql) => Add(sql.TrimEnd(';'));

    protected override void Dispose(bool isDisposing)
    {
    }

    private void Add(string sql, bool rewritesRows = false)
    {
        statements.Add(new Statement(sql, rewritesRows) { Changes = changes, Check = check, Old = old });
        (changes, check, old) = ([], null, null);
    }

    private static NotSupportedException Refused() =>
        new("A migration is turned into SQL before there is a connection: say what you need in SQL (Execute.Sql, Rows.Rewrite).");
}
