namespace Migrator.Configuration.Connection;

/// <summary>How migrator authenticates to the server: with a password or with a token.</summary>
internal interface ILogin
{
    /// <summary>Returns the password to send; called once for each physical connection.</summary>
    ValueTask<string> PasswordAsync(CancellationToken cancellationToken);

    /// <summary>Explains a refusal that has its reason in this kind of login; null for every other refusal.</summary>
    Task<MigratorException?> ExplainAsync(LoginRefusal refusal, CancellationToken cancellationToken);
}

/// <summary>The server's answer to a login that it refused.</summary>
/// <param name="SqlState">PostgreSQL's code.</param>
/// <param name="MessageText">Its message.</param>
/// <param name="Cause">The exception to keep as the cause.</param>
internal sealed record LoginRefusal(string SqlState, string MessageText, Exception Cause);
