using Migrator.Configuration.Bytes;
using Migrator.Configuration.Effective;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Connection;

/// <summary>
/// Builds the settings of a connection from the effective settings. Kong: an unset setting has the value that its database driver uses. The
/// read-only connection takes each setting that is not given from the read-write one, as Kong documents; Kong's loader does not do so for
/// its two TLS switches.
/// </summary>
/// <param name="settings">The effective settings.</param>
/// <param name="request">The working directory, and whether host names are checked.</param>
/// <param name="readOnly">Whether to build the read-only connection.</param>
/// <param name="connects">Whether the command connects. For one that does not, a template is a warning like any other.</param>
internal sealed class ConnectionBuilder(EffectiveSettings settings, ConfigurationRequest request, bool readOnly, bool connects)
{
    private readonly ConfigurationErrors errors = new(settings);

    /// <summary>The reasons why no connection can be made; complete after <see cref="Build"/>.</summary>
    public IReadOnlyList<(int? Line, string Message)> Errors => errors.Found;

    /// <summary>Builds the connection. It cannot be used if there are <see cref="ConnectionBuilder.Errors"/>.</summary>
    public PostgresSettings Build()
    {
        var iam = IamChecks.IsOn(settings, readOnly) ? Iam() : null;
        return new()
        {
            Host = Host(),
            Port = Port(),
            User = Name("user") ?? DriverDefaults.User,
            Password = iam is null && Text("password") is { } password ? new Secret(password) : null,
            Database = Name("database") ?? Missing("database", "is empty: there is no database to connect to. Write its name."),
            Schema = Name("schema"),
            ConnectTimeout = Timeout(),
            Tls = new TlsBuilder(settings, request, Key, errors).Build(isIam: iam is not null),
            Iam = iam,
            IsReadOnly = readOnly,
        };
    }

    private string Key(string suffix) => TlsRules.Key(settings, suffix, readOnly);

    private string? Text(string suffix)
    {
        var text = settings.Text(Key(suffix));
        if (text is not null && !ByteText.IsUtf8(text))
        {
            errors.Add(Key(suffix), "is not UTF-8, and migrator can only send UTF-8. Save the file as UTF-8.");
        }

        return text;
    }

    private string? Name(string suffix) => Filled(Key(suffix), Text(suffix));

    // Kong takes a template as it stands; a connection with such a name is a mistake. PostgreSQL has one of its own for schemas.
    private string? Filled(string name, string? text)
    {
        if (connects && text is not null and not "$user" && UnfilledTemplate.IsIn(text))
        {
            errors.Add(name, "has a template in it that was not filled in. Write the value.");
        }

        return text;
    }

    private string Host()
    {
        var host = Text("host") ?? DriverDefaults.Host;
        if ((HostName.DiagnosticOfUrl(host, Key) ?? HostName.DiagnosticOf(host)) is { } diagnostic)
        {
            errors.Add(Key("host"), diagnostic);
        }

        return HostName.Bare(host);
    }

    // Kong: a fraction is discarded.
    private int Port()
    {
        var port = settings.Number(Key("port")) ?? DriverDefaults.Port;
        if (port is >= 1 and < 65536)
        {
            return (int)port;
        }

        errors.Add(Key("port"), string.Create(CultureInfo.InvariantCulture, $"is {port}: a port is a number from 1 to 65535."));
        return DriverDefaults.Port;
    }

    // Kong: milliseconds, without their fraction. 0 means nginx's default limit; a negative number is an error when connecting.
    private TimeSpan Timeout()
    {
        var timeout = settings.Number(Key("timeout")) ?? 0;
        if (timeout is < 0 or > int.MaxValue or double.NaN)
        {
            errors.Add(Key("timeout"), string.Create(CultureInfo.InvariantCulture, $"is {timeout}: write milliseconds, for " +
                $"example 5000."));
            return DriverDefaults.Timeout;
        }

        return timeout < 1 ? DriverDefaults.Timeout : TimeSpan.FromMilliseconds(Math.Floor(timeout));
    }

    private string Missing(string suffix, string what)
    {
        errors.Add(Key(suffix), what);
        return "";
    }

    // Kong: the read-only connection has its own role and endpoint, and does not take them from the read-write one.
    private IamSettings Iam()
    {
        var family = readOnly ? "pg_ro_iam_auth" : "pg_iam_auth";
        return new()
        {
            AssumeRoleArn = Filled($"{family}_assume_role_arn", settings.Text($"{family}_assume_role_arn")),
            RoleSessionName = Filled($"{family}_role_session_name", settings.Text($"{family}_role_session_name")) ?? "KongPostgres",
            StsEndpoint = Url($"{family}_sts_endpoint_url"),
            GlobalStsEndpoint = Url("vault_aws_sts_endpoint_url"),
        };
    }

    private Uri? Url(string name) => Uri.TryCreate(settings.Text(name), UriKind.Absolute, out var url) ? url : null;
}

/// <summary>
/// Collects the settings that the gateway's loader accepts but that no connection can be made with. The gateway fails when it connects.
/// Only commands that connect refuse them; <c>config</c> warns.
/// </summary>
/// <param name="settings">The settings.</param>
internal sealed class ConfigurationErrors(EffectiveSettings settings)
{
    private readonly List<(int? Line, string Message)> found = [];

    /// <summary>The line of each error, if it has one, and its message.</summary>
    public IReadOnlyList<(int? Line, string Message)> Found => found;

    /// <summary>Adds an error in a setting.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="what">What is wrong with it, as a sentence without its name.</param>
    public void Add(string name, string what)
    {
        var source = settings[name].Source;
        found.Add((source.Line, $"{(source is { Line: null, IsGiven: true } ? $"{name} ({source.Place})" : name)} {what}"));
    }
}
