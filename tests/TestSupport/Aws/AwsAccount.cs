using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace TestSupport.Aws;

/// <summary>An AWS account of the test's own: its keys and roles.</summary>
public sealed class AwsAccount
{
    /// <summary>The account id.</summary>
    public const string Id = "111122223333";

    private readonly ConcurrentDictionary<string, AwsIdentity> identities = new(StringComparer.Ordinal);

    /// <summary>The roles that can be assumed, each with the principals it trusts; a web identity is given by its token.</summary>
    public ConcurrentDictionary<string, string[]> Roles { get; } = new(StringComparer.Ordinal);

    /// <summary>How far the clocks of AWS are ahead of this machine's.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>The lifetime of issued credentials.</summary>
    public TimeSpan Life { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The current time at AWS.</summary>
    public DateTimeOffset Now => DateTimeOffset.UtcNow + ClockOffset;

    /// <summary>The secret keys and session tokens, which must be printed nowhere.</summary>
    public IEnumerable<string> Secrets => identities.Values.SelectMany(i => new[] { i.SecretKey, i.SessionToken }).OfType<string>();

    /// <summary>Creates a user with access keys.</summary>
    public AwsIdentity CreateUser(string name) =>
        Add(new AwsIdentity("AKIA" + Random(8), "secret/" + Random(16), null, $"arn:aws:iam::{Id}:user/{name}", null));

    /// <summary>Issues credentials of a role.</summary>
    public AwsIdentity Issue(string role, string session) => Add(new AwsIdentity(
        "ASIA" + Random(8), "secret+" + Random(16), "session/" + Random(300),
            $"arn:aws:sts::{Id}:assumed-role/{role[(role.LastIndexOf('/') + 1)..]}/{session}", Now + Life)
    { Role = role });

    /// <summary>The owner of an access key; null if there is none.</summary>
    public AwsIdentity? Find(string accessKey) => identities.GetValueOrDefault(accessKey);

    /// <summary>The ARN of a role of this account.</summary>
    public static string Role(string name) => $"arn:aws:iam::{Id}:role/{name}";

    private AwsIdentity Add(AwsIdentity identity) => identities[identity.AccessKey] = identity;

    private static string Random(int bytes) => Convert.ToHexString(RandomNumberGenerator.GetBytes(bytes));
}

/// <summary>Credentials and their owner.</summary>
public sealed record AwsIdentity(string AccessKey, string SecretKey, string? SessionToken, string Arn, DateTimeOffset? Expires)
{
    /// <summary>The role of a session; null for a user.</summary>
    public string? Role { get; init; }

    /// <summary>The ARN that policies name.</summary>
    public string Principal => Role ?? Arn;
}
