using System.Net;
using System.Text;
using System.Text.Json;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Signing;

/// <summary>Finds the region to sign for: from the endpoint's name, or else from the environment.</summary>
/// <remarks>
/// The region in the name of an RDS endpoint is always right. Kong: does not use the name. The SDK does not support AWS_DEFAULT_REGION.
/// </remarks>
internal sealed class RegionFinder(AwsEnvironment environment, AwsProfiles profiles, MetadataHttp http)
{
    private string? failure;
    private bool isUnreachable;

    /// <summary>Finds the database's region.</summary>
    /// <param name="endpoint">The endpoint to sign for.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MigratorException">The region was not found.</exception>
    public async Task<AwsRegion> FindAsync(SigningEndpoint endpoint, CancellationToken cancellationToken) =>
        OfName(endpoint)
        ?? (FromEnvironment() is { IsGlobal: false } region ? region : null)
        ?? await FromTaskAsync(cancellationToken)
        ?? await FromInstanceAsync(cancellationToken)
        ?? throw new MigratorException(
            "The AWS region of the database is not known. It is in none of: the name in pg_host (or --iam-endpoint)"
                + $"{(endpoint.Failure is { } unknown ? $" (its aliases are not known: {unknown})" : "")}, AWS_REGION, "
                + "AWS_DEFAULT_REGION, the region of the AWS profile, ECS task metadata, EC2 instance "
                + $"metadata{(failure is null ? "" : $" ({failure})")}.",
            "Name the RDS endpoint in pg_host or --iam-endpoint, or set AWS_REGION, for example AWS_REGION=eu-central-1.")
        { ExitCode = Errors.ExitCode.Usage, IsTransient = endpoint.Failure is not null || isUnreachable };

    /// <summary>The region in the environment variables or the profile, which is used for STS; null if there is none.</summary>
    public AwsRegion? FromEnvironment() =>
        Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION")
            ?? FromProfile();

    /// <summary>AWS_REGION or AWS_DEFAULT_REGION if it differs from the region in the endpoint's name; otherwise null.</summary>
    public AwsRegion? Conflicting(SigningEndpoint endpoint) =>
        (Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION")) is { IsGlobal: false } region && endpoint.Regional is { } server
            && region.Name != server.Region ? region : null;

    private static AwsRegion? OfName(SigningEndpoint endpoint) => endpoint.Regional is not { Region: { } region } server ? null
        : new AwsRegion(
            region, server == endpoint.Rds ? $"the name {server.Host}" : $"{server.Host}, of which {endpoint.Host} is an alias");

    private AwsRegion? Variable(string name) => environment.NotEmpty(name)?.ToLowerInvariant() switch
    {
        null => null,
        { } region when IsName(region) => new AwsRegion(region, name),
        _ => throw new MigratorException(
            $"{name} is not the name of a region.", $"Set {name} to one, for example {name}=eu-central-1, or unset it.")
        { ExitCode = Errors.ExitCode.Usage },
    };

    private AwsRegion? FromProfile() => profiles.Current is { } profile && profile.Text("region", mayBeEmpty: true) is { } region
        ? IsName(region.ToLowerInvariant()) ? new AwsRegion(region.ToLowerInvariant(), $"profile '{profile.Name}'")
            : throw profile.Error("region", profile["region"]!, "is not the name of a region")
        : null;

    // The text becomes part of a host name and of messages.
    private static bool IsName(string text) => text.Length is > 0 and <= 40
        && (text == AwsRegion.Global || !text.EndsWith("-global", StringComparison.Ordinal))
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private async Task<AwsRegion?> FromTaskAsync(CancellationToken cancellationToken)
    {
        // Task metadata has no region, but the availability zone: the region and a letter.
        if (!Uri.TryCreate(environment["ECS_CONTAINER_METADATA_URI_V4"], UriKind.Absolute, out var address))
        {
            return null;
        }

        try
        {
            var answer = await http
                .SendAsync(HttpMethod.Get, new Uri(address.AbsoluteUri.TrimEnd('/') + "/task"), header: null, cancellationToken);
            using var task = JsonDocument.Parse(answer.Status == HttpStatusCode.OK ? answer.Body : "{}"u8.ToArray());
            return task.RootElement.TryGetProperty("AvailabilityZone", out var zone) && zone.GetString() is { Length: > 1 } text
                && IsName(text[..^1])
                ? new AwsRegion(text[..^1], "ECS task metadata")
                : null;
        }
        catch (Exception e) when (e is MetadataException or JsonException or InvalidOperationException)
        {
            isUnreachable |= e is MetadataException { IsTransient: true };
            return null;
        }
    }

    private async Task<AwsRegion?> FromInstanceAsync(CancellationToken cancellationToken)
    {
        var metadata = new InstanceMetadata(environment, profiles, http);
        try
        {
            if (!metadata.IsEnabled || await metadata.ReadAsync("placement/region", cancellationToken) is not { } answer)
            {
                return null;
            }

            var region = Encoding.UTF8.GetString(answer.Body).Trim();
            return IsName(region)
                ? new AwsRegion(region, "EC2 instance metadata")
                : throw new MetadataException($"the answer of {metadata.Address.Authority} is not the name of a region ({answer})");
        }
        catch (MetadataException e)
        {
            (failure, isUnreachable) = (e.Message + metadata.Place, isUnreachable || e.IsTransient);
            return null;
        }
    }
}
