using Migrator.Errors;

namespace Migrator.Iam.Sts;

/// <summary>STS answered, and refused.</summary>
internal sealed class StsException(StsError error, string what, string? cause, string remedy) : MigratorException(what, cause, remedy)
{
    /// <summary>Why.</summary>
    public StsError Error { get; } = error;
}

/// <summary>Why STS refused.</summary>
internal enum StsError
{
    /// <summary>Something else.</summary>
    Other,

    /// <summary>No right, or no trust.</summary>
    Denied,

    /// <summary>The credentials or the token are too old.</summary>
    Expired,

    /// <summary>The access key does not exist, or its session token is another.</summary>
    UnknownKey,

    /// <summary>The secret key is another's.</summary>
    SecretKey,

    /// <summary>This machine's clock is off.</summary>
    Clock,

    /// <summary>Signed for the wrong region, or STS is not switched on there.</summary>
    Region,

    /// <summary>Too many requests.</summary>
    Throttled,

    /// <summary>A fault of AWS.</summary>
    Server,
}
