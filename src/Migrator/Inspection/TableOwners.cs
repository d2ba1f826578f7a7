using System.Data;
using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Inspection;

/// <summary>The owners of the gateway's tables whose rights the user does not have. Only an owner may change a table.</summary>
/// <param name="User">The user that is logged in.</param>
/// <param name="Schema">The gateway's schema.</param>
/// <param name="Roles">The owners, the one of most tables first. Empty if the user has the rights of all owners.</param>
internal sealed record TableOwners(string User, string Schema, IReadOnlyList<(string Role, int Tables)> Roles)
{
    private static readonly string Query =
        $"""
        SELECT current_user::text AS "user", current_setting('migrator.schema') AS schema,
               pg_get_userbyid(c.relowner)::text AS owner, count(*)::int AS tables
          FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = current_setting('migrator.schema') AND c.relkind IN ('r', 'p') AND NOT pg_has_role(c.relowner, 'USAGE')
           AND c.relname IN ({string.Join(", ", Migrations.KongObjects.TableNames.Select(Sql.Literal))})
         GROUP BY c.relowner ORDER BY tables DESC, owner
        """;

    /// <summary>Reads them. It needs no right to the tables.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static Task<TableOwners> ReadAsync(IDatabaseSession session, string? schema, CancellationToken cancellationToken) =>
        session.ReadAsync(
            [.. TransactionSql.BeginReading(schema), new(Query), TransactionSql.Commit],
            async reader =>
            {
                var (user, name, roles) = ("", "", new List<(string, int)>());
                await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    (user, name) = (reader.GetString("user"), reader.GetString("schema"));
                    roles.Add((reader.GetString("owner"), reader.GetInt32("tables")));
                }

                return new TableOwners(user, name, roles);
            },
            cancellationToken);

    /// <summary>Adds the owners to the error for a refused statement, if they are the reason.</summary>
    /// <param name="session">The connection, outside a transaction.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="refusal">The error.</param>
    /// <param name="isReading">Whether reading was refused, for which SELECT is enough.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The error with a remedy that has the names; the same error if the owners are not the reason, or cannot be read.</returns>
    public static async Task<MigratorException> ExplainAsync(
        IDatabaseSession session, string? schema, MigratorException refusal, bool isReading, CancellationToken cancellationToken)
    {
        if (refusal.InnerException is not PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
        {
            return refusal;
        }

        try
        {
            var owners = await ReadAsync(session, schema, cancellationToken);
            return owners.Roles.Count == 0
                ? refusal
                : new MigratorException(
                    refusal.Message,
                    $"{owners.Sentence}. {refusal.Cause}",
                    owners.Remedy + (isReading ? owners.ReadingRemedy : ""),
                    refusal.InnerException)
                {
                    ExitCode = refusal.ExitCode,
                };
        }
        catch (NpgsqlException)
        {
            return refusal;
        }
    }

    /// <summary>Who owns the tables: <c>36 of the gateway's tables belong to kong, and app does not have its rights</c>.</summary>
    public string Sentence =>
        $"{string.Join(", ", Roles.Select(r => $"{r.Tables} of the gateway's tables belong{(r.Tables == 1 ? "s" : "")} to '{r.Role}'"))}, "
            + $"and '{User}' does not have {(Roles.Count == 1 ? "its rights" : "their rights")}";

    private string ReadingRemedy =>
        $"\nIf it only has to read: GRANT SELECT ON ALL TABLES IN SCHEMA {Sql.Identifier(Schema)} TO {Sql.Identifier(User)};";

    /// <summary>What to do.</summary>
    public string Remedy =>
        $"Run as '{Roles[0].Role}' (pg_user), or give its rights to '{User}', as a superuser: "
            + string.Join(' ', Roles.Select(r => $"GRANT {Sql.Identifier(r.Role)} TO {Sql.Identifier(User)};"));
}
