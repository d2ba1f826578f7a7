using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Configuration.Connection;

namespace Migrator.Commands;

/// <summary>
/// The <c>token</c> command: prints the token for logging in to Amazon RDS, and nothing else, on stdout. Like <c>config --reveal</c>, it
/// prints a secret because the user asks for it.
/// </summary>
internal static class TokenCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create() => MigratorCommand.Define(
        "token",
        "Print an IAM token for the database user, good for 15 minutes, to be used as the password. Does not connect to the database.",
        """
        PGPASSWORD=$(migrator token -c kong.conf) psql "host=HOST user=kong dbname=kong sslmode=verify-full sslrootcert=global-bundle.pem"
        migrator token -c kong.conf --read-only
        """,
        ExitCode.OfConnections,
        () => [ConfigurationOptions.Conf, ConfigurationOptions.Prefix, DatabaseOptions.IamEndpoint, DatabaseOptions.ReadOnly,
            .. ConfigurationOptions.OfReading],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings(context.Get(DatabaseOptions.ReadOnly));
        if (settings.Iam is null)
        {
            var name = settings.IsReadOnly ? "pg_ro_iam_auth" : "pg_iam_auth";
            throw new MigratorException(
                $"There is no token for this connection: {name} is off.",
                    $"Write {name} = on (or set KONG_{name.ToUpperInvariant()}=on) to log in with tokens.")
            { ExitCode = Errors.ExitCode.Usage };
        }

        return await PrintAsync(context, settings, cancellationToken);
    }

    private static async Task<int> PrintAsync(CommandContext context, PostgresSettings settings, CancellationToken cancellationToken)
    {
        using var login = await context.PrepareTokenAsync(settings, connects: false, cancellationToken);
        context.Messages.Release();
        context.WriteScript("token", login.Sign().Reveal());
        return ExitCode.Success;
    }
}
