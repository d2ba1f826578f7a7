using System.CommandLine;
using Migrations;
using Migrations.Dsl;
using Migrator.Commands.Hosting;
using Migrator.Commands.Options;
using Migrator.Configuration;
using Migrator.Configuration.Connection;
using Migrator.Configuration.Files;
using Migrator.Connecting;
using Migrator.Display;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Iam;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Locking;
using Migrator.Output;
using Migrator.Sessions;

namespace Migrator.Commands;

/// <summary>What a command works with: its arguments, where it writes, and the way to the database.</summary>
internal sealed class CommandContext(ParseResult arguments, HostEnvironment host, Messages messages)
{
    /// <summary>Where the command's answer goes: stdout. It is written when the command is done.</summary>
    public TextWriter Answer { get; } = host.Output;

    /// <summary>What is around the command.</summary>
    public HostEnvironment Host => host;

    /// <summary>Whether the command has changed the database: not to be forgotten where its answer is lost.</summary>
    public bool HasChanged { get; set; }

    /// <summary>Where the talk goes: stderr.</summary>
    public Messages Messages { get; } = messages;

    /// <summary>The migrations that belong to the run.</summary>
    public IReadOnlyList<Subsystem> Subsystems => Catalogue.For(GatewayVersion.Find(Get(DatabaseOptions.TargetVersion)!)!);

    /// <summary>The value of an argument.</summary>
    public T? Get<T>(Argument<T> argument) => arguments.GetValue(argument);

    /// <summary>The value of an option.</summary>
    public T? Get<T>(Option<T> option) => arguments.GetValue(option);

    /// <summary>The kong.conf of the run, as a shell takes it, for commands to be pasted.</summary>
    public string Conf => ShellText.Word(Get(ConfigurationOptions.Conf) ?? "kong.conf");

    /// <summary>Writes one line of the answer, whatever the names in it hold.</summary>
    public void WriteAnswer(string line) => Answer.WriteLine(DisplayText.Line(line));

    /// <summary>The answer did not come through.</summary>
    public MigratorException AnswerLost(string reason) => new(
        $"The answer could not be written to stdout: {reason.TrimEnd('.')}.",
        HasChanged ? "The work on the database is done and committed; only the answer is lost." : null,
        HasChanged ? $"See where the database stands: migrator list -c {Conf}"
            : "Make room where stdout goes to, or send it elsewhere, and run the command again.");

    /// <summary>Reads kong.conf and the environment.</summary>
    /// <exception cref="MigratorException">The configuration is refused.</exception>
    /// <param name="readOnly">Whether the read-only connection is wanted.</param>
    public PostgresSettings ReadSettings(bool readOnly = false)
    {
        var configuration = GatewayConfiguration.Load(Request(Get(ConfigurationOptions.Conf)));
        foreach (var warning in configuration.Warnings)
        {
            Messages.Warn(warning);
        }

        var foreign = configuration.Settings.List("plugins").Where(p => p.Length > 0 && !BundledPlugins.Has(p)).ToList();
        if (foreign.Count > 0)
        {
            Messages.PluginsNotBundled(foreign);
        }

        var settings = readOnly ? configuration.ReadOnly ?? throw configuration.NoReadOnly() : configuration.Postgres;
        return WithOptions(settings);
    }

    /// <summary>The settings of a connection, with what options say instead.</summary>
    public PostgresSettings WithOptions(PostgresSettings settings) => settings with
    {
        ConnectTimeout = Get(DatabaseOptions.DbTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : settings.ConnectTimeout,
        Iam = settings.Iam is { } iam ? iam with { Endpoint = Get(DatabaseOptions.IamEndpoint) } : null,
    };

    /// <summary>What to read, by the command's options.</summary>
    /// <param name="file">The file; null means the usual places.</param>
    public ConfigurationRequest Request(string? file) => new(file, host.Variables, host.WorkingDirectory)
    {
        Prefix = Get(ConfigurationOptions.Prefix),
        Strict = Get(ConfigurationOptions.Strict),
        VerifyHost = Get(ConfigurationOptions.VerifyHost) != "off",
    };

    /// <summary>Connects. The server's remarks become messages.</summary>
    /// <exception cref="MigratorException">There is no connection to be had.</exception>
    public async Task<DatabaseSession> ConnectAsync(PostgresSettings settings, CancellationToken cancellationToken)
    {
        var retry = new ConnectionRetry(Seconds(DatabaseOptions.Wait) ?? TimeSpan.Zero, host.Time, Messages.WaitingForDatabase);
        var session = settings.Iam is null
            ? await ConnectionFactory.OpenAsync(settings, retry, cancellationToken)
            : await ConnectWithTokenAsync(settings, retry, cancellationToken);
        Messages.Release();
        session.OnNotice = Messages.Notice;
        return session;
    }

    /// <summary>Goes all the steps to a token, without a connection.</summary>
    /// <exception cref="MigratorException">There is no token to be had.</exception>
    public Task<IamLogin> PrepareTokenAsync(PostgresSettings settings, CancellationToken cancellationToken) =>
        IamLogin.PrepareAsync(settings, host.Variables, Say, host.Time, cancellationToken);

    /// <summary>Works out where a database stands, and says so where it is newer than the target version.</summary>
    public SchemaState StateOf(DatabaseFacts facts)
    {
        var state = SchemaState.From(Subsystems, facts.Ledger);
        var newer = NewerMigrations.In(state, Catalogue.For(GatewayVersion.Newest));
        if (newer.Count > 0)
        {
            Messages.NewerThanTarget(Get(DatabaseOptions.TargetVersion)!, newer);
        }

        return state;
    }

    /// <summary>Connects and brings the database where a command wants it.</summary>
    public async Task<RunOutcome> RunAsync(RunKind kind, CancellationToken cancellationToken, bool force = false)
    {
        var settings = ReadSettings();
        if (settings.Iam is not null && !host.IsErrorTerminal)
        {
            // RDS throttles logins at about 200 a second, and the replicas of a deployment start in one moment.
            await Task.Delay(TimeSpan.FromSeconds((Get(WritingOptions.IamSpread) ?? 0) * Random.Shared.NextDouble()), cancellationToken);
        }

        await using var session = await ConnectAsync(settings, cancellationToken);
        var outcome = await new MigrationRun(session, RunOptions(settings) with { Force = force }, Subsystems, Messages)
            .RunAsync(kind, cancellationToken);
        HasChanged = outcome.Done.Count > 0;
        StateOf(outcome.Facts);
        return outcome;
    }

    /// <summary>What a run has to know, by the command's options.</summary>
    public RunOptions RunOptions(PostgresSettings settings) => new()
    {
        Name = RunnerName.Create(host.Time),
        Schema = settings.Schema,
        Limits = new Limits(Seconds(DatabaseOptions.DbTimeout), Seconds(WritingOptions.DdlLockTimeout)),
        LockTimeout = Seconds(WritingOptions.LockTimeout) ?? TimeSpan.Zero,
        Wait = Seconds(DatabaseOptions.Wait) ?? TimeSpan.Zero,
        DropEverything = Get(WritingOptions.DropEverything),
        Time = host.Time,
        Conf = Conf,
    };

    private TimeSpan? Seconds(Option<double?> option) => Get(option) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    // A method of its own: a run without IAM does not even load the AWS SDK. The login is not disposed: a session that has lost its
    // connection logs in once more.
    private async Task<DatabaseSession> ConnectWithTokenAsync(
        PostgresSettings settings, ConnectionRetry retry, CancellationToken cancellationToken)
    {
        var login = await PrepareTokenAsync(settings, cancellationToken);
        return await ConnectionFactory.OpenAsync(login.Settings, login, retry, cancellationToken);
    }

    private void Say(Diagnostic remark) => Messages.Say(
        remark.Kind switch { DiagnosticKind.Warning => LogLevel.Warning, DiagnosticKind.Info => LogLevel.Info, _ => LogLevel.Detail },
            remark.Text, remark.Remedy);
}
