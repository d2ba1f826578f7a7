using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Configuration.Connection;
using Migrator.Errors;

namespace Migrator.Commands;

/// <summary>
/// <c>token</c>: the token that logs in to Amazon RDS, alone on stdout. It is the one place where a secret is printed, on request.
/// </summary>
internal static class TokenCommand
{
    /// <summary>The command.</summary>
    public static Command Create() => MigratorCommand.Define(
        "token",
        "Print an IAM token for the database user, good for 15 minutes, to be used as the password. Does not connect to the database.",
        """
        PGPASSWORD=$(migrator token -c kong.conf) psql "host=HOST user=kong dbname=kong sslmode=verify-full sslrootcert=global-bundle.pem"
        migrator token -c kong.conf --read-only
        """,
        [ConfigurationOptions.Conf, ConfigurationOptions.Prefix, DatabaseOptions.IamEndpoint, DatabaseOptions.ReadOnly,
            .. ConfigurationOptions.OfReading],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings(context.Get(DatabaseOptions.ReadOnly));
        if (settings.Iam is null)
        {
            var name = settings.IsReadOnly ? "pg_ro_iam_auth" : "pg_iam_auth";
            throw new MigratorException(
                $"There is no token for this connection: {name} is off.", cause: null,
                    $"Write {name} = on (or set KONG_{name.ToUpperInvariant()}=on) to log in with tokens.");
        }

        return await PrintAsync(context, settings, cancellationToken);
    }

    private static async Task<int> PrintAsync(CommandContext context, PostgresSettings settings, CancellationToken cancellationToken)
    {
        using var login = await context.PrepareTokenAsync(settings, cancellationToken);
        context.Messages.Release();
        await context.Answer.WriteLineAsync(login.Sign().Reveal());
        return ExitCode.Success;
    }
}
