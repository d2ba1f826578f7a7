using Migrator.Configuration.Connection;
using Migrator.Errors;
using Npgsql;

namespace Migrator.Connecting;

/// <summary>How a user proves to the server who he is.</summary>
internal interface ILogin
{
    /// <summary>What goes to the server as the password; asked for once for each physical connection.</summary>
    ValueTask<string> PasswordAsync(CancellationToken cancellationToken);

    /// <summary>Why the server refused, and what to do about it.</summary>
    Task<MigratorException> ExplainAsync(PostgresException refusal, CancellationToken cancellationToken);
}

/// <summary>The password of the settings.</summary>
internal sealed class PasswordLogin(PostgresSettings settings) : ILogin
{
    /// <inheritdoc />
    public ValueTask<string> PasswordAsync(CancellationToken cancellationToken) =>
        new(settings.Password?.Reveal() ?? throw new MissingPasswordException());

    /// <inheritdoc />
    public Task<MigratorException> ExplainAsync(PostgresException refusal, CancellationToken cancellationToken) =>
        Task.FromResult(LoginDiagnosis.Explain(refusal, settings, ConnectionDiagnosis.Server(settings)));
}

/// <summary>The server asked for a password, and there is none.</summary>
internal sealed class MissingPasswordException() : Exception("No password is set.");
