using System.Net;
using System.Text;
using System.Text.Json;
using Migrator.Errors;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Signing;

/// <summary>
/// Which region to sign for: the one in the endpoint's name, for that is never wrong; else what the surroundings say. Kong never looks at
/// the name, and the SDK does not know AWS_DEFAULT_REGION.
/// </summary>
internal sealed class RegionFinder(AwsEnvironment environment, AwsProfiles profiles, MetadataHttp http)
{
    private string? trouble;

    /// <summary>The database's region.</summary>
    /// <param name="endpoint">The endpoint that is signed, if it is one of RDS.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MigratorException">Nobody knows it.</exception>
    public async Task<AwsRegion> FindAsync(RdsEndpoint? endpoint, CancellationToken cancellationToken) =>
        (endpoint is null ? null : new AwsRegion(endpoint.Region, $"the name {endpoint.Host}"))
        ?? Nearby()
        ?? await FromTaskAsync(cancellationToken)
        ?? await FromInstanceAsync(cancellationToken)
        ?? throw new MigratorException(
            "The AWS region of the database is not known. It is in none of: the name in pg_host (or --iam-endpoint), AWS_REGION, "
                + "AWS_DEFAULT_REGION, the region of the AWS profile, ECS task metadata, EC2 instance "
                + $"metadata{(trouble is null ? "" : $" ({trouble})")}.",
            cause: null,
            "Name the RDS endpoint in pg_host or --iam-endpoint, or set AWS_REGION, for example AWS_REGION=eu-central-1.");

    /// <summary>
    /// The region that this program runs in, as variables and the profile say: STS is asked there. Null where they are silent.
    /// </summary>
    public AwsRegion? Nearby() =>
        Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION")
            ?? (profiles.Region is { } region ? new AwsRegion(region, $"profile '{profiles.Name}'") : null);

    /// <summary>AWS_REGION or AWS_DEFAULT_REGION where it says something else than a name.</summary>
    public AwsRegion? Contradicting(RdsEndpoint endpoint) =>
        (Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION")) is { } region && region.Name != endpoint.Region ? region : null;

    private AwsRegion? Variable(string name) => environment[name]?.ToLowerInvariant() switch
    {
        null => null,
        { } region when IsName(region) => new AwsRegion(region, name),
        _ => throw new MigratorException(
            $"{name} is not the name of a region.", cause: null, $"Set {name} to one, for example {name}=eu-central-1, or unset it."),
    };

    // It becomes a part of a host name, and is shown.
    private static bool IsName(string text) => text.Length is > 0 and <= 40
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    // The task metadata names the availability zone: the region, and a letter.
    private async Task<AwsRegion?> FromTaskAsync(CancellationToken cancellationToken)
    {
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
            return null;
        }
    }

    private async Task<AwsRegion?> FromInstanceAsync(CancellationToken cancellationToken)
    {
        var metadata = new InstanceMetadata(environment, http);
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
            trouble = e.Message;
            return null;
        }
    }
}
