using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Migrator.Configuration.Connection;
using Migrator.Files;

namespace Migrator.Iam.Aws;

/// <summary>Creates the HTTP clients for AWS, with the proxies of the environment and AWS_CA_BUNDLE.</summary>
/// <remarks>The SDK itself does not support AWS_CA_BUNDLE.</remarks>
/// <param name="settings">The settings that AWS programs share.</param>
/// <param name="clock">Receives the server's time from its answers.</param>
/// <param name="check">Checks each answer before the SDK sees it.</param>
internal sealed class AwsHttp(SharedSettings settings, ServerClock clock, Action<HttpResponseMessage, AwsAnswer> check)
    : HttpClientFactory
{
    /// <summary>The time limit of one request.</summary>
    public static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(5);

    // Each client of the SDK needs an instance of this class.
    static AwsHttp() => HideSharedFiles();

    /// <summary>What is wrong with the last certificate that was rejected; null if none was.</summary>
    public CertificateDiagnostic? Rejected { get; private set; }

    /// <summary>The proxy of a request; null if it has none.</summary>
    /// <exception cref="MigratorException">The variable that names it has no URL of a proxy.</exception>
    public AwsProxy? Proxy(Uri url) => settings.Proxy(url);

    /// <inheritdoc />
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(Handler(new Uri(clientConfig.ServiceURL)), disposeHandler: true) { Timeout = RequestLimit };

    /// <inheritdoc />
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <summary>Sets what the clients of every service have in common.</summary>
    /// <param name="config">The configuration of a client.</param>
    /// <param name="url">The endpoint.</param>
    /// <param name="region">The region to sign for.</param>
    /// <returns>The same configuration.</returns>
    public T Configure<T>(T config, Uri url, string region)
        where T : ClientConfig
    {
        // The URL is already chosen by these switches. The SDK reads them itself, and refuses them together with a URL.
        (config.UseFIPSEndpoint, config.UseDualstackEndpoint) = (false, false);
        (config.ServiceURL, config.AuthenticationRegion, config.HttpClientFactory) = (url.AbsoluteUri, region, this);
        return config;
    }

    // The SDK looks for settings in the shared files when it creates its first client. It would wait for a pipe that has been read already,
    // and refuses values that it does not know. Where the files are it asks the environment, once.
    private static void HideSharedFiles()
    {
        const string Nothing = "/dev/null";
        var config = Environment.GetEnvironmentVariable(SharedCredentialsFile.SharedConfigFileEnvVar);
        Environment.SetEnvironmentVariable(SharedCredentialsFile.SharedConfigFileEnvVar, Nothing);
        AWSConfigs.AWSProfilesLocation = Nothing;
        _ = SharedCredentialsFile.DefaultConfigFilePath;
        Environment.SetEnvironmentVariable(SharedCredentialsFile.SharedConfigFileEnvVar, config);
    }

    private ClockReadingHandler Handler(Uri url)
    {
        var proxy = Proxy(url);
        var tls = settings.Find("AWS_CA_BUNDLE", "ca_bundle") is { } bundle ? Trusting(bundle) : SystemCertificates.Options();
        var trusts = tls.RemoteCertificateValidationCallback;
        tls.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            var isTrusted = trusts?.Invoke(sender, certificate, chain, errors) ?? errors == SslPolicyErrors.None;
            Rejected = isTrusted ? null : Diagnose(certificate as X509Certificate2, chain, errors, url.Host);
            return isTrusted;
        };
        return new(clock)
        {
            InnerHandler = new AnswerHandler(check)
            {
                InnerHandler = new SocketsHttpHandler
                {
                    ConnectTimeout = RequestLimit,
                    AllowAutoRedirect = false,
                    UseProxy = proxy is not null,
                    Proxy = proxy is null ? null : new WebProxy(proxy.Address) { Credentials = proxy.User },
                    SslOptions = tls,
                },
            },
        };
    }

    private static CertificateDiagnostic? Diagnose(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string host) =>
        certificate is null || chain is null ? null
        : CertificateText.Dates(chain) is { } dates
            ? new(dates, "Have that certificate renewed, or set this machine's clock: date -u")
        : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? new(CertificateText.Names(certificate, host), "If that is the right server, write one of those names into the URL; "
                + "otherwise DNS or a proxy leads to another.")
        : new($"it was issued by '{chain.ChainElements[^1].Certificate.Issuer}', which this machine does not know",
            "If you trust that authority, name its PEM file in AWS_CA_BUNDLE; a proxy that opens TLS has one of its own.");

    private SslClientAuthenticationOptions Trusting(SharedSetting bundle)
    {
        var path = settings.PathIn(bundle);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPem(BoundedFile.ReadText(path, ReadLimits.Default, Unreadable));
        }
        catch (CryptographicException)
        {
            throw Unreadable("it is not a file of certificates in PEM");
        }

        return policy.CustomTrustStore.Count > 0
            ? new SslClientAuthenticationOptions { CertificateChainPolicy = policy }
            : throw Unreadable("there is no certificate in PEM in it");

        MigratorException Unreadable(string reason) => new MigratorException(
            $"{bundle.Source} names {path}, which cannot be read: {reason}.",
                $"Name a file of certificates in PEM, or remove {bundle.Source}.");
    }
}

/// <summary>The difference between this machine's clock and the clock of AWS.</summary>
internal sealed class ServerClock(TimeProvider time)
{
    /// <summary>This machine's time minus the server's; null before the first answer.</summary>
    public TimeSpan? Ahead { get; private set; }

    /// <summary>Records the time of an answer.</summary>
    public void Hear(DateTimeOffset server) => Ahead = time.GetUtcNow() - server;
}

/// <summary>Reads the Date header of every answer.</summary>
internal sealed class ClockReadingHandler(ServerClock clock) : DelegatingHandler
{
    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.Date is { } date)
            {
                clock.Hear(date);
            }

            return response;
        }
        catch (Exception e) when (e is not (OperationCanceledException or AnswerException or MigratorException) && OpenFiles.IsReasonOf(e))
        {
            // Without the inner exception, which would count as one of the network.
            throw OpenFiles.TooFew();
        }
    }
}
