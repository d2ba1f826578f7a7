using Migrations;
using Migrator.Configuration;
using Migrator.Configuration.Connection;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Files;

namespace Migrator.Preflight;

/// <summary>Checks all preconditions of a run: the configuration, then each connection. Changes nothing.</summary>
/// <param name="request">The request for the configuration.</param>
/// <param name="subsystems">The migrations that belong to the run.</param>
/// <param name="conf">The path of the run's kong.conf, quoted for a shell.</param>
internal sealed class PreflightCheck(ConfigurationRequest request, IReadOnlyList<Subsystem> subsystems, string conf)
{
    private readonly Checklist list = new("");

    /// <summary>Overrides the settings of a connection by the command-line options.</summary>
    public required Func<PostgresSettings, PostgresSettings> WithOptions { get; init; }

    /// <summary>Whether to check only the read-only connection.</summary>
    public bool OnlyReadOnly { get; init; }

    /// <summary>The role of the running gateway, to check its rights too; null not to.</summary>
    public string? GatewayRole { get; init; }

    /// <summary>How long a statement of a run waits for a lock; null for no limit.</summary>
    public TimeSpan? LockTimeout { get; init; }

    /// <summary>Waits until a database takes connections (--wait); null not to.</summary>
    public Func<PostgresSettings, Task>? WaitFor { get; init; }

    /// <summary>Receives the warnings about the configuration.</summary>
    public required Action<IReadOnlyList<ConfigurationDiagnostic>> Warn { get; init; }

    /// <summary>Runs all checks.</summary>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task<IReadOnlyList<CheckItem>> RunAsync(CancellationToken cancellationToken)
    {
        if (Load() is not { } configuration)
        {
            return list.Items;
        }

        var connections = Connections(configuration);
        if (connections.Any(c => c.Iam is not null))
        {
            CheckLeftOverPasswords(configuration);
        }

        var items = new List<CheckItem>(list.Items);
        foreach (var settings in connections)
        {
            await (WaitFor?.Invoke(settings) ?? Task.CompletedTask);
            var check = new ConnectionCheck(settings, request.Environment, subsystems, conf)
            {
                GatewayRole = GatewayRole,
                LockTimeout = LockTimeout,
            };
            items.AddRange(await check.RunAsync(cancellationToken));
        }

        return items;
    }

    private GatewayConfiguration? Load()
    {
        try
        {
            var configuration = GatewayConfiguration.Load(request);
            Warn(configuration.Warnings);
            list.Met("configuration", $"{configuration.File} is valid, {configuration.Warnings.Count} warnings");
            return configuration;
        }
        catch (ConfigurationException e) when (e.Errors.Count > 1)
        {
            e.Errors.ToList().ForEach(error => list.NotMet("configuration", error.ToString(), e.Remedy));
        }
        catch (MigratorException e)
        {
            list.NotMet("configuration", e);
        }

        return null;
    }

    private List<PostgresSettings> Connections(GatewayConfiguration configuration)
    {
        var connections = new List<PostgresSettings>();
        if (!OnlyReadOnly)
        {
            connections.Add(WithOptions(configuration.Postgres));
        }

        if (configuration.ReadOnly is { } readOnly)
        {
            connections.Add(OnlyReadOnly ? WithOptions(readOnly) : readOnly);
        }
        else if (OnlyReadOnly || configuration.Settings.Has("pg_ro_host"))
        {
            list.NotMet("read-only connection", configuration.NoReadOnly());
        }

        return connections;
    }

    private void CheckLeftOverPasswords(GatewayConfiguration configuration)
    {
        // Kong and migrator ignore a password if IAM is on. But a reader of the file would think that it is needed, and it could leak.
        string[] left = [.. new[] { ("pg_password", configuration.Postgres), ("pg_ro_password", configuration.ReadOnly) }
            .Where(p => p.Item2?.Iam is not null && configuration.Settings.Has(p.Item1)).Select(p => p.Item1)];
        if (left.Length == 0)
        {
            list.Met("no password left over", "the token is the password");
        }
        else
        {
            list.NotMet("no password left over", $"{string.Join(", ", left)} is set and has no effect",
                $"Remove it from {configuration.File} and the environment.");
        }
    }
}
