using Migrator.Configuration.Connection;

namespace Migrator.Connecting;

/// <summary>A login with the password from the settings.</summary>
internal sealed class PasswordLogin(PostgresSettings settings) : ILogin
{
    /// <inheritdoc />
    public ValueTask<string> PasswordAsync(CancellationToken cancellationToken) =>
        new(settings.Password?.Reveal() ?? throw new MissingPasswordException());

    /// <inheritdoc />
    public Task<MigratorException?> ExplainAsync(LoginRefusal refusal, CancellationToken cancellationToken) =>
        Task.FromResult<MigratorException?>(null);
}

/// <summary>The server asked for a password, and none is set.</summary>
internal sealed class MissingPasswordException() : Exception("No password is set.");
