using Migrator.Configuration.Connection;

namespace Migrator.Preflight;

/// <summary>The SQL that creates the user of a connection, to paste into psql.</summary>
internal static class UserSql
{
    /// <summary>The SQL that creates the user and grants all rights that it needs.</summary>
    /// <remarks>A server says the same of a wrong password and of a user that does not exist.</remarks>
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
            :
            [
                $"GRANT CONNECT, CREATE ON DATABASE {database} TO {user};",

                // Another schema may not exist yet, and the user may create it.
                .. schema == Sql.Identifier("public") ? [$"GRANT USAGE, CREATE ON SCHEMA {schema} TO {user};"] : Array.Empty<string>(),
            ];
        return string.Join('\n',
        [
            $"If the user does not exist: in psql, as {SessionDiagnosis.Administrator}:",
            $"CREATE ROLE {user} LOGIN;",
            .. settings.Iam is null
                ? (string[])[$"Its password is that of {(settings.IsReadOnly ? "pg_ro_password" : "pg_password")}; psql asks for it:",
                    $"\\password {user}"]
                : [Grant(settings)],
            $"Then connected to database '{settings.Database}', if that exists: \\c {database}",
            .. rights,
        ]);
    }

    /// <summary>The SQL statement that lets the user log in with a token.</summary>
    public static string Grant(PostgresSettings settings) => $"GRANT rds_iam TO {Sql.Identifier(settings.User)};";
}
