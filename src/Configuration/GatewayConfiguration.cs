using Migrator.Configuration.Connection;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Effective;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;
using Migrator.Native;

namespace Migrator.Configuration;

/// <summary>A gateway's configuration, as far as it concerns migrations. The gateway and migrator read the same file.</summary>
internal sealed class GatewayConfiguration
{
    private readonly Lazy<IReadOnlyList<GivenKey>> given;

    private GatewayConfiguration(Func<IReadOnlyList<GivenKey>> given) => this.given = new(given);

    /// <summary>The file that was read; null if there was none.</summary>
    public required string? File { get; init; }

    /// <summary>The effective settings, each with its source.</summary>
    public required EffectiveSettings Settings { get; init; }

    /// <summary>Every setting that the file and the environment give, with the place: see <see cref="GivenKeys"/>.</summary>
    public IReadOnlyList<GivenKey> Given => given.Value;

    /// <summary>Kong's <c>db_update_frequency</c> in seconds: how often an idle gateway asks the database.</summary>
    public double UpdateFrequency =>
        Given.LastOrDefault(g => g.Name == "db_update_frequency") is { Value: { } text } && LuaNumber.TryParse(text, out var seconds)
            && double.IsFinite(seconds) ? seconds : UsualUpdateFrequency;

    private const double UsualUpdateFrequency = 5;

    /// <summary>The warnings about settings that the gateway probably does not understand as intended.</summary>
    public required IReadOnlyList<ConfigurationDiagnostic> Warnings { get; init; }

    /// <summary>The read-write connection. After <see cref="Inspect"/>, it may not work.</summary>
    public required PostgresSettings Postgres { get; init; }

    /// <summary>
    /// The read-only connection; null if <c>pg_ro_host</c> is not set, or if the connection cannot work, which is a warning.
    /// </summary>
    public PostgresSettings? ReadOnly { get; init; }

    /// <summary>Reads the configuration for a command that connects.</summary>
    /// <exception cref="ConfigurationException">The configuration is refused; the exception carries all errors.</exception>
    public static GatewayConfiguration Load(ConfigurationRequest request) => Read(request, connects: true);

    /// <summary>
    /// Reads the configuration for a command that does not connect: settings that no connection can be made with are warnings.
    /// </summary>
    /// <exception cref="ConfigurationException">The configuration is refused; the exception carries all errors.</exception>
    public static GatewayConfiguration Inspect(ConfigurationRequest request) => Read(request, connects: false);

    /// <summary>Creates the error for a missing read-only connection.</summary>
    public MigratorException NoReadOnly() => Settings.Has("pg_ro_host")
        ? new MigratorException(
            $"The read-only connection cannot be made: {Warnings.First(w => w.Code == DiagnosticCode.CannotConnect)}",
            "Correct the pg_ro_ settings that the warnings name.")
        { ExitCode = ExitCode.Usage }
        : new("There is no read-only connection: pg_ro_host is not set.", "Kong has one only where pg_ro_host is.",
            "Set pg_ro_host, or leave --read-only out.")
        { ExitCode = ExitCode.Usage };

    private static GatewayConfiguration Read(ConfigurationRequest request, bool connects)
    {
        var file = ConfigurationFile.Find(request);
        ReadOnlyMemory<byte>? bytes = file is null ? null : ConfigurationFile.Read(file, request.WorkingDirectory);
        var diagnostics = new DiagnosticList(file is null ? "the environment" : ConfigurationFile.NameOf(file), request.Strict);
        var settings = ConfigurationReader.Read(request, bytes, connects, diagnostics);
        NoEffectDiagnostics.Report(settings, diagnostics);

        var postgres = Connect(new(settings, request, readOnly: false, connects), diagnostics, refuses: connects, out _);
        if (connects)
        {
            RefuseNoSettings(settings, postgres, file is null ? null : bytes, diagnostics);
        }

        PostgresSettings? readOnly = null;
        if (settings.Has("pg_ro_host"))
        {
            // Kong: its migrations never open this connection, so errors in its settings must not stop them.
            var candidate = Connect(new(settings, request, readOnly: true, connects), diagnostics, refuses: false, out var works);
            readOnly = works ? candidate : null;
        }

        diagnostics.ThrowIfRefused();
        return new(() => GivenKeys.List(bytes, diagnostics.File, request.Environment))
        {
            File = file,
            Settings = settings,
            Warnings = diagnostics.Warnings,
            Postgres = postgres,
            ReadOnly = readOnly,
        };
    }

    // Kong takes an empty file; a run on the defaults is a mistake.
    private static void RefuseNoSettings(
        EffectiveSettings settings, PostgresSettings postgres, ReadOnlyMemory<byte>? bytes, DiagnosticList diagnostics)
    {
        var isGiven = false;
        foreach (var setting in settings.All)
        {
            isGiven |= setting.Source.IsGiven && setting.Definition.Name.StartsWith("pg_", StringComparison.Ordinal);
        }

        if (isGiven || bytes is not { } content)
        {
            return;
        }

        if (content.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            diagnostics.Refuse(line: null, "it is empty, and no KONG_PG_ variable is set: the gateway's defaults would be used, as if they "
                + "were meant. Give the gateway's file (see that what writes it has not failed), or set KONG_PG_HOST and the others.");
        }
        else
        {
            diagnostics.Warn(line: null, DiagnosticCode.AllDefaults, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"no pg_ setting is given, here or in a KONG_PG_ variable. The gateway's defaults are used: host {postgres.Host}, port "
                    + $"{postgres.Port}, user {postgres.User}, database {postgres.Database}."));
        }
    }

    private static PostgresSettings Connect(ConnectionBuilder builder, DiagnosticList diagnostics, bool refuses, out bool works)
    {
        var settings = builder.Build();
        works = builder.Errors.Count == 0;
        foreach (var (line, message) in builder.Errors)
        {
            if (refuses)
            {
                diagnostics.Refuse(line, message);
            }
            else
            {
                diagnostics.WarnOnce(line, DiagnosticCode.CannotConnect, $"no connection can be made: {message}");
            }
        }

        return settings;
    }
}
