namespace Migrator.Iam.Aws;

/// <summary>Chooses the hosts of AWS services, by the rules that the AWS CLI has.</summary>
/// <remarks>
/// The SDK's own choice is not used: it fails before it sends anything if a URL is set together with FIPS or dual-stack, where the AWS CLI
/// takes the URL. The rules are otherwise those of the SDKs' endpoint rule sets, and of AWS SDKs and Tools Reference Guide,
/// "Service-specific endpoints".
/// </remarks>
internal sealed class AwsEndpoints(SharedSettings settings)
{
    private readonly SharedSetting? fips = On(settings.Find("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"));
    private readonly SharedSetting? dualStack = On(settings.Find("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"));

    /// <summary>The switches for other hosts that are on, as text for messages; null if none is.</summary>
    public string? Switches => (fips, dualStack) switch
    {
        (null, null) => null,
        ({ } one, null) => one.Source,
        (null, { } one) => one.Source,
        ({ } one, { } other) => $"{one.Source} and {other.Source}",
    };

    /// <summary>Says that a URL is taken as it is, for messages; empty if no switch is on.</summary>
    public string NotApplied => Switches is { } switches ? $"; {switches} not applied to it" : "";

    /// <summary>Finds the URL that variables or the profile give for a service; null if there is none.</summary>
    /// <param name="service">The service, as variables have it: <c>STS</c>.</param>
    /// <exception cref="MigratorException">It is not a URL.</exception>
    public (Uri Url, string Source)? Configured(string service)
    {
        if (settings.Find("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") is { IsOn: true })
        {
            return null;
        }

        var found = settings.OfVariable("AWS_ENDPOINT_URL_" + service) ?? settings.OfVariable("AWS_ENDPOINT_URL")
            ?? settings.OfService(service.ToLowerInvariant()) ?? settings.OfProfile("endpoint_url");
        return found is null ? null : (Parse(found), found.Source + NotApplied);
    }

    /// <summary>The URL of a service in a region.</summary>
    /// <param name="service">The service as host names have it: <c>sts</c>.</param>
    /// <param name="region">The region.</param>
    /// <exception cref="MigratorException">There is no such host.</exception>
    public Uri Regional(string service, AwsRegion region) => !region.IsGlobal
        ? new Uri($"https://{region.Partition.Host(service, region.Name, fips is not null, dualStack is not null)}")
        : Switches is null ? new Uri($"https://{service}.{region.Partition.Suffix}")
        : throw new MigratorException(
            $"{Switches} asks for another host of {service}, and region {region.Name} ({region.Source}) has none.",
            "Set AWS_REGION to a region, for example AWS_REGION=us-east-1.")
        { ExitCode = Errors.ExitCode.Usage };

    private static SharedSetting? On(SharedSetting? found) => found is { IsOn: true } ? found : null;

    // The URL is not shown: it may contain a user and a password, which is one reason to refuse it.
    private static Uri Parse(SharedSetting setting) =>
        Uri.TryCreate(setting.Value, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.UserInfo.Length == 0 && url.Host.Length > 0
            ? url
            : throw new MigratorException(
                $"{setting.Source} is not a URL of the form https://HOST, without a user in it.",
                "Set it to a URL, for example https://sts.eu-central-1.amazonaws.com, or remove it.")
            { ExitCode = Errors.ExitCode.Usage };
}
