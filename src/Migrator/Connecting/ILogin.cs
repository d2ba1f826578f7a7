using Migrator.Configuration.Connection;

namespace Migrator.Connecting;

/// <summary>How migrator authenticates to the server: with a password or with a token.</summary>
internal interface ILogin
{
    /// <summary>Returns the password to send; called once for each physical connection.</summary>
    ValueTask<string> PasswordAsync(CancellationToken cancellationToken);

    /// <summary>Explains why the server refused the login, and what to do about it.</summary>
    Task<MigratorException> ExplainAsync(PostgresException refusal, CancellationToken cancellationToken);
}

/// <summary>A login with the password from the settings.</summary>
internal sealed class PasswordLogin(PostgresSettings settings) : ILogin
{
    /// <inheritdoc />
    public ValueTask<string> PasswordAsync(CancellationToken cancellationToken) =>
        new(settings.Password?.Reveal() ?? throw new MissingPasswordException());

    /// <inheritdoc />
    public Task<MigratorException> ExplainAsync(PostgresException refusal, CancellationToken cancellationToken) =>
        Task.FromResult(LoginDiagnosis.Explain(refusal, settings, ConnectionDiagnosis.Server(settings)));
}

/// <summary>The server asked for a password, and none is set.</summary>
internal sealed class MissingPasswordException() : Exception("No password is set.");
