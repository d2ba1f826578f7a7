using Migrations;
using Migrator.Configuration.Connection;
using Migrator.Connecting;

namespace Migrator.Preflight;

/// <summary>Checks the preconditions of one connection, in the order in which a login needs them.</summary>
/// <param name="settings">The settings of the connection.</param>
/// <param name="variables">The environment variables.</param>
/// <param name="subsystems">The migrations that belong to the run.</param>
/// <param name="conf">The path of the run's kong.conf, quoted for a shell.</param>
internal sealed class ConnectionCheck(
    PostgresSettings settings, IReadOnlyDictionary<string, string> variables, IReadOnlyList<Subsystem> subsystems, string conf)
{
    private readonly Checklist list = new(settings.IsReadOnly ? "ro" : "rw");

    /// <summary>The role of the running gateway, to check its rights too; null not to.</summary>
    public string? GatewayRole { get; init; }

    /// <summary>How long a statement of a run waits for a lock; null for no limit.</summary>
    public TimeSpan? LockTimeout { get; init; }

    /// <summary>Runs all checks of the connection.</summary>
    public async Task<IReadOnlyList<CheckItem>> RunAsync(CancellationToken cancellationToken)
    {
        if (settings.Iam is null)
        {
            await ConnectAsync(settings, new PasswordLogin(settings), cancellationToken);
        }
        else
        {
            await WithTokenAsync(cancellationToken);
        }

        return list.Items;
    }

    private async Task WithTokenAsync(CancellationToken cancellationToken)
    {
        // This is a separate method so that a check without IAM does not load the AWS SDK.
        var token = new TokenCheck(settings, variables, conf, list);
        using var login = await token.RunAsync(cancellationToken);
        await ConnectAsync(settings with { Tls = settings.Tls with { ServerName = token.ServerName } }, login, cancellationToken);
    }

    private async Task ConnectAsync(PostgresSettings settings, ILogin? login, CancellationToken cancellationToken)
    {
        var isReachable = await new NetworkCheck(settings, list).RunAsync(cancellationToken);
        if (!isReachable || login is null)
        {
            list.NotTested(
                "login", isReachable ? "not tried: there is no token to log in with" : "not tried: the server cannot be reached");
            return;
        }

        await new DatabaseCheck(settings, login, subsystems, conf, list)
        {
            GatewayRole = GatewayRole,
            LockTimeout = LockTimeout,
        }.RunAsync(cancellationToken);
    }
}
