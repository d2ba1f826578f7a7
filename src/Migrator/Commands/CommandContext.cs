using System.CommandLine;
using Migrations;
using Migrator.Advice;
using Migrator.Commands.Hosting;
using Migrator.Commands.Options;
using Migrator.Configuration;
using Migrator.Configuration.Connection;
using Migrator.Configuration.Files;
using Migrator.Connecting;
using Migrator.Display;
using Migrator.Execution;
using Migrator.Iam;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Locking;
using Migrator.Output;

namespace Migrator.Commands;

/// <summary>The context of a command: its arguments, its output, and access to the database.</summary>
internal sealed class CommandContext(ParseResult arguments, HostEnvironment host, Messages messages)
{
    private GatewayConfiguration? configuration;

    /// <summary>The writer for the command's answer: stdout. It is flushed when the command is done.</summary>
    public TextWriter Answer { get; } = host.Output;

    /// <summary>The environment that the command runs in.</summary>
    public HostEnvironment Host => host;

    /// <summary>Whether the command has changed the database. The error for an answer that is lost says so.</summary>
    public bool HasChanged { get; set; }

    /// <summary>The messages of the command, on stderr.</summary>
    public Messages Messages { get; } = messages;

    /// <summary>The subsystems, with their migrations, of the target version.</summary>
    public IReadOnlyList<Subsystem> Subsystems => Catalogue.For(Target);

    /// <summary>The target version; the default version for a command that does not migrate.</summary>
    public GatewayVersion Target => GatewayVersion.Find(Get(DatabaseOptions.TargetVersion) ?? "") ?? GatewayVersion.Default;

    /// <summary>Returns the value of an argument.</summary>
    public T? Get<T>(Argument<T> argument) => arguments.GetValue(argument);

    /// <summary>Returns the value of an option.</summary>
    public T? Get<T>(Option<T> option) => arguments.GetValue(option);

    /// <summary>
    /// What follows -c in the commands of messages: the path of kong.conf, quoted for a shell, and the target version if it is not the
    /// default.
    /// </summary>
    public string Conf => ShellText.Conf(Get(ConfigurationOptions.Conf) ?? "kong.conf")
        + (Get(DatabaseOptions.TargetVersion) is null || Target == GatewayVersion.Default ? "" : $" --gateway-version {Target.Name}");

    /// <summary>
    /// Whether the answer is JSON: with --json, and on one line with --log-format json, so that everything in a pod's log is JSON.
    /// </summary>
    public bool WritesJson => Get(OutputOptions.Json) || LogsJson;

    private bool LogsJson => Get(OutputOptions.LogFormat) == "json";

    /// <summary>Writes the answer, as text or as one JSON object.</summary>
    /// <param name="text">Writes the text.</param>
    /// <param name="json">Creates the object.</param>
    public void Write(Action<TextWriter> text, Func<JsonMembers> json)
    {
        if (WritesJson)
        {
            WriteJson(json());
        }
        else
        {
            text(Answer);
        }
    }

    /// <summary>Writes an answer about a database, which begins with it.</summary>
    /// <param name="title">The database.</param>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="text">Writes the rest of the text.</param>
    /// <param name="json">Creates the rest of the object.</param>
    public void Write(DatabaseTitle title, LedgerSnapshot ledger, Action<TextWriter> text, Func<JsonMembers> json) => Write(
        writer =>
        {
            writer.WriteLine(DisplayText.Line(title.Sentence(ledger)));
            text(writer);
        },
        () => [("database", title.Json(ledger)), .. json()]);

    /// <summary>Writes an answer that is JSON in any case.</summary>
    public void WriteJson(params JsonMembers answer) => answer.WriteTo(Answer, isOneLine: LogsJson);

    /// <summary>Writes an answer that another program reads: a script or a token. With --json it is one member of an object.</summary>
    /// <param name="name">The name of the member.</param>
    /// <param name="script">The script, without a line end.</param>
    /// <exception cref="MigratorException">It has a character that would not be printed as it is.</exception>
    public void WriteScript(string name, string script)
    {
        if (!PsqlScript.IsPrintable(script))
        {
            var line = script.Split('\n').First(l => !PsqlScript.IsPrintable(l)).Trim();
            throw new MigratorException(
                "There is no script: a name in it has a character that does not print, or that hides or reorders others.",
                $"The line is: {DisplayText.Line(line, DisplayText.MaxValueLength)}",
                "Rename what has this name, or run the command itself, which takes every name.")
            { ExitCode = ExitCode.Usage };
        }

        if (Get(OutputOptions.Json))
        {
            WriteJson((name, script));
        }
        else
        {
            Answer.WriteLine(script);
        }
    }

    /// <summary>What every answer about a database begins with.</summary>
    public DatabaseTitle Title(DatabaseFacts facts, PostgresSettings settings) => new(
        facts.Database,
        facts.Schema,
        ConnectionDiagnosis.Server(settings),
        Target,
        (arguments.GetResult(DatabaseOptions.TargetVersion) ?? arguments.GetResult(DatabaseOptions.AdviceVersion))
            is null or { Implicit: true } && host.Variable("MIGRATOR_GATEWAY_VERSION") is null);

    /// <summary>Writes an error as the answer, if the answer is JSON. stderr has it in any case.</summary>
    public void TryWriteError(MigratorException error)
    {
        if (!WritesJson)
        {
            return;
        }

        try
        {
            WriteJson(("error", Messages.Json(error)));
            Answer.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // stdout cannot be written to, which may be the error itself.
        }
    }

    /// <summary>Creates the error for an answer that could not be written to stdout.</summary>
    public MigratorException AnswerLost(string reason) => new(
        $"The answer could not be written to stdout: {reason.TrimEnd('.')}.",
        HasChanged ? "The work on the database is done and committed; only the answer is lost." : null,
        HasChanged ? $"See where the database stands: migrator list -c {Conf}"
            : "Free disk space, or redirect stdout, and run the command again.");

    /// <summary>Reads the connection settings from kong.conf and the environment, and reports warnings about them.</summary>
    /// <exception cref="MigratorException">The configuration is refused, or it has no read-only connection.</exception>
    /// <param name="readOnly">Whether to return the read-only connection.</param>
    public PostgresSettings ReadSettings(bool readOnly = false)
    {
        var settings = readOnly ? Configuration.ReadOnly ?? throw Configuration.NoReadOnly() : Configuration.Postgres;
        return WithOptions(settings);
    }

    /// <summary>The gateway's configuration. The first use reads it, and reports warnings about it.</summary>
    public GatewayConfiguration Configuration => configuration ??= ReadConfiguration();

    private GatewayConfiguration ReadConfiguration()
    {
        var read = GatewayConfiguration.Load(Request(Get(ConfigurationOptions.Conf)));
        Messages.Warn(read.Warnings);

        var foreign = read.Settings.List("plugins").Where(p => p.Length > 0 && !BundledPlugins.Has(p)).ToList();
        if (foreign.Count > 0)
        {
            Messages.PluginsNotBundled(foreign);
        }

        return read;
    }

    /// <summary>Returns the settings of a connection, overridden by the command's options.</summary>
    public PostgresSettings WithOptions(PostgresSettings settings) => settings with
    {
        ConnectTimeout = Get(DatabaseOptions.DbTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : settings.ConnectTimeout,
        Iam = settings.Iam is { } iam ? iam with { Endpoint = Get(DatabaseOptions.IamEndpoint) } : null,
    };

    /// <summary>Creates the request to read the configuration, from the command's options.</summary>
    /// <param name="file">The file; null means the default places.</param>
    /// <exception cref="MigratorException">The file is to be read from standard input, which is a terminal.</exception>
    public ConfigurationRequest Request(string? file) => file == ConfigurationRequest.StandardInput && host.IsInputTerminal
        ? throw new MigratorException(
            "kong.conf is to be read from standard input (-c -), and standard input is a terminal.",
            "Pipe it: migrator list -c - < kong.conf")
        { ExitCode = ExitCode.Usage }
        : new(file, host.Variables, host.WorkingDirectory)
        {
            Prefix = Get(ConfigurationOptions.Prefix),
            Strict = Get(ConfigurationOptions.Strict),
            VerifyHost = Get(ConfigurationOptions.VerifyHost) != "off",
        };

    /// <summary>Connects to the database. Notices of the server become messages.</summary>
    /// <exception cref="MigratorException">The connection failed.</exception>
    public async Task<DatabaseSession> ConnectAsync(PostgresSettings settings, CancellationToken cancellationToken)
    {
        var connecting = ClassifyAsync(() => OpenAsync(settings, cancellationToken));

        // Reading the attributes of the migrations takes a few milliseconds. Here they pass while the server starts a process.
        Catalogue.For(GatewayVersion.Newest);
        return await connecting;
    }

    /// <summary>Waits, as --wait says, until a database takes a connection. Why it takes none is for others to say.</summary>
    public async Task WaitAsync(PostgresSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await (await ConnectAsync(settings, cancellationToken)).DisposeAsync();
        }
        catch (MigratorException)
        {
            // The check finds it too.
        }
    }

    private async Task<DatabaseSession> OpenAsync(PostgresSettings settings, CancellationToken cancellationToken)
    {
        var retry = new ConnectionRetry(Seconds(DatabaseOptions.Wait) ?? TimeSpan.Zero, host.Time, Messages.WaitingForDatabase);
        var session = settings.Iam is null
            ? await ConnectionFactory.OpenAsync(settings, retry, cancellationToken)
            : await ConnectWithTokenAsync(settings, retry, cancellationToken);
        Messages.Release();
        session.OnNotice = Messages.Notice;
        session.OnFirstFailure = (e, limit) => Messages.WaitingForDatabase(SessionDiagnosis.Explain(e), limit);
        session.Limits = session.Limits with { FirstAnswer = retry.Limit };
        return session;
    }

    /// <summary>Prepares an IAM login, without connecting to the database.</summary>
    /// <exception cref="MigratorException">There is no region, or there are no credentials.</exception>
    /// <param name="settings">The settings, with IAM on.</param>
    /// <param name="connects">Whether the token is for a connection.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public Task<IamLogin> PrepareTokenAsync(PostgresSettings settings, bool connects, CancellationToken cancellationToken) =>
        ClassifyAsync(() => IamLogin.PrepareAsync(settings, host.Variables, connects, Say, host.Time, cancellationToken));

    /// <summary>While connecting, a transient failure means that the server is unreachable, any other that it refused.</summary>
    private static async Task<T> ClassifyAsync<T>(Func<Task<T>> connect)
    {
        try
        {
            return await connect();
        }
        catch (MigratorException e)
        {
            e.Classify(e.IsTransient ? ExitCode.Unreachable : ExitCode.Refused);
            throw;
        }
    }

    /// <summary>Determines the state of the schema, and warns if it is newer than the target version.</summary>
    public SchemaState StateOf(DatabaseFacts facts)
    {
        var state = SchemaState.From(Subsystems, facts.Ledger);
        WarnIfNewer(state);
        return state;
    }

    /// <summary>Warns if the schema is newer than the target version.</summary>
    public void WarnIfNewer(SchemaState state)
    {
        var newer = NewerMigrations.In(state, Catalogue.For(GatewayVersion.Newest));
        if (newer.Count > 0)
        {
            Messages.NewerThanTarget(Target.Name, newer);
        }
    }

    /// <summary>Creates the options of a run, from the command's options.</summary>
    public RunOptions RunOptions(PostgresSettings settings) => new()
    {
        Name = RunnerName.Create(host.Time, Messages.RunId),
        Schema = settings.Schema,
        Limits = new Limits(Seconds(DatabaseOptions.DbTimeout), Seconds(WritingOptions.DdlLockTimeout)),
        LockTimeout = Seconds(WritingOptions.LockTimeout) ?? TimeSpan.Zero,
        Wait = Seconds(DatabaseOptions.Wait) ?? TimeSpan.Zero,
        DropEverything = Get(WritingOptions.DropEverything),
        Time = host.Time,
        Conf = Conf,
    };

    /// <summary>Creates the advisor for a database.</summary>
    public Advisor Advisor(DatabaseSession session, DatabaseFacts facts, SchemaState state) => new(session, facts, state, Configuration);

    private TimeSpan? Seconds(Option<double?> option) => Get(option) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    // A separate method, so that a run without IAM does not load the AWS SDK. The login is not disposed: a session that has lost its
    // connection logs in with it again.
    private async Task<DatabaseSession> ConnectWithTokenAsync(
        PostgresSettings settings, ConnectionRetry retry, CancellationToken cancellationToken)
    {
        var login = await retry
            .ConnectAsync(() => PrepareTokenAsync(settings, connects: true, cancellationToken), TimeSpan.Zero, cancellationToken);
        return await ConnectionFactory.OpenAsync(login.Settings, login, retry, cancellationToken);
    }

    private void Say(Diagnostic diagnostic) => Messages.Say(
        diagnostic.Kind switch { DiagnosticKind.Warning => LogLevel.Warning, DiagnosticKind.Info => LogLevel.Info, _ => LogLevel.Detail },
            diagnostic.Text, diagnostic.Remedy);
}
