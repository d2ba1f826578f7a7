using Migrations.Dsl;
using Migrator.Configuration.Connection;

namespace Migrator.Preflight;

/// <summary>The SQL that creates the user of a connection, for a superuser to paste (on RDS: the master user).</summary>
internal static class UserSql
{
    /// <summary>The SQL that creates the user and grants all rights that it needs.</summary>
    public static string For(PostgresSettings settings)
    {
        var (user, database, schema) =
            (Sql.Identifier(settings.User), Sql.Identifier(settings.Database), Sql.Identifier(settings.Schema ?? "public"));
        string[] rights = settings.IsReadOnly
            ?
            [
                $"GRANT CONNECT ON DATABASE {database} TO {user};",
                $"GRANT USAGE ON SCHEMA {schema} TO {user};",
                $"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {user};",
            ]
            : [$"GRANT CONNECT, CREATE ON DATABASE {database} TO {user};", $"GRANT USAGE, CREATE ON SCHEMA {schema} TO {user};"];
        return string.Join('\n',
            [$"CREATE USER {user} WITH LOGIN;", .. settings.Iam is null ? Array.Empty<string>() : [Grant(settings)], .. rights]);
    }

    /// <summary>The SQL statement that lets the user log in with a token.</summary>
    public static string Grant(PostgresSettings settings) => $"GRANT rds_iam TO {Sql.Identifier(settings.User)};";
}
