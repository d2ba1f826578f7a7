using Migrations;
using Migrator.Configuration.Connection;
using Migrator.Connecting;

namespace Migrator.Preflight;

/// <summary>Goes through the preconditions of one connection, in the order in which a login meets them.</summary>
/// <param name="settings">The connection.</param>
/// <param name="variables">The environment variables.</param>
/// <param name="subsystems">The migrations that belong to the run.</param>
/// <param name="conf">The kong.conf of the run, as a shell takes it.</param>
internal sealed class ConnectionCheck(
    PostgresSettings settings, IReadOnlyDictionary<string, string> variables, IReadOnlyList<Subsystem> subsystems, string conf)
{
    private readonly Checklist list = new(settings.IsReadOnly ? "ro" : "rw");

    /// <summary>Looks at everything.</summary>
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

    // A method of its own: a check without IAM does not even load the AWS SDK.
    private async Task WithTokenAsync(CancellationToken cancellationToken)
    {
        var token = new TokenCheck(settings, variables, conf, list);
        using var login = await token.RunAsync(cancellationToken);
        await ConnectAsync(settings with { Tls = settings.Tls with { ServerName = token.ServerName } }, login, cancellationToken);
    }

    private async Task ConnectAsync(PostgresSettings settings, ILogin? login, CancellationToken cancellationToken)
    {
        var isReachable = await new NetworkCheck(settings, list).RunAsync(cancellationToken);
        if (!isReachable || login is null)
        {
            list.Unseen("login", isReachable ? "there is no token to log in with" : "the server cannot be reached");
            return;
        }

        await new DatabaseCheck(settings, login, subsystems, conf, list).RunAsync(cancellationToken);
    }
}
