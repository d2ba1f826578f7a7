namespace Migrator.Iam.Sts;

/// <summary>STS refused a request.</summary>
internal sealed class StsException(StsError error, string what, string? cause, string remedy) : MigratorException(what, cause, remedy)
{
    /// <summary>The reason of the refusal.</summary>
    public StsError Error { get; } = error;
}

/// <summary>The reasons why STS refuses a request.</summary>
internal enum StsError
{
    /// <summary>Any other reason.</summary>
    Other,

    /// <summary>The identity lacks the permission, or the role does not trust it.</summary>
    Denied,

    /// <summary>The credentials or the token have expired.</summary>
    Expired,

    /// <summary>The access key does not exist, or the session token does not belong to it.</summary>
    UnknownKey,

    /// <summary>The secret key does not belong to the access key.</summary>
    SecretKey,

    /// <summary>This machine's clock is off.</summary>
    Clock,

    /// <summary>The request was signed for the wrong region, or STS is not enabled in the region.</summary>
    Region,

    /// <summary>There were too many requests.</summary>
    Throttled,

    /// <summary>AWS reported a server error.</summary>
    Server,
}
