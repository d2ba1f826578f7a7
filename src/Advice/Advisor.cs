using Migrator.Advice.Schemas;
using Migrator.Advice.Settings;
using Migrator.Configuration;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Planning;
using SharedMemory = Migrator.Configuration.Effective.SharedMemory;

namespace Migrator.Advice;

/// <summary>Checks the rows of a database, as they will be after an upgrade, against the next gateway's rules.</summary>
/// <param name="session">The connection.</param>
/// <param name="facts">The database.</param>
/// <param name="state">Its state.</param>
/// <param name="configuration">The gateway's configuration: its plugins and its router count.</param>
internal sealed class Advisor(DatabaseSession session, DatabaseFacts facts, SchemaState state, GatewayConfiguration configuration)
{
    private static readonly GatewayVersion Rules = GatewayVersion.Find(RowAdvisor.NewestVersion)!;

    // The rules take milliseconds for a row of a megabyte.
    private static readonly TimeSpan OfRow = TimeSpan.FromSeconds(10);

    // About 10,000 rows, which take about a second.
    private const long MaxBytesOfLook = 8 << 20;

    private AdviceReport? report;

    /// <summary>The gateway version of the rules, without the patch.</summary>
    public static Version RulesVersion { get; } = new(Rules.Major, Rules.Minor);

    /// <summary>The gateway version with which settings are compared; by default that of the rules.</summary>
    public Version Target { get; init; } = RulesVersion;

    /// <summary>How many rows have been examined so far.</summary>
    public long Rows => report?.Rows ?? 0;

    /// <summary>Examines all rows.</summary>
    /// <param name="conf">What follows -c, quoted for a shell.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public Task<AdviceReport> ExamineAsync(string conf, CancellationToken cancellationToken) =>
        ExamineAsync(conf, maxBytes: null, limit: null, cancellationToken);

    /// <summary>
    /// Examines the rows for <c>up</c> and <c>plan</c>: a bounded check, which must neither take long nor fail the command.
    /// <c>advise</c> has no such bounds.
    /// </summary>
    /// <param name="target">The target version.</param>
    /// <param name="conf">What follows -c, quoted for a shell.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>The report, or why there is none; neither if there is nothing to examine.</returns>
    public async Task<(AdviceReport? Report, string? Reason)> LookAsync(
        GatewayVersion target, string conf, CancellationToken cancellationToken)
    {
        if (target != Rules || !facts.Ledger.HasEntities || facts.InRecovery)
        {
            return (null, null);
        }

        var heard = session.OnNotice;
        session.OnNotice = null;
        try
        {
            return (await ExamineAsync(conf, MaxBytesOfLook, session.Limits.Read, cancellationToken), null);
        }
        catch (TooManyRowsException)
        {
            return (null, "the tables are large");
        }
        catch (Exception e) when (e is MigratorException or NpgsqlException)
        {
            return (null, ServerWords.Reason(e));
        }
        finally
        {
            session.OnNotice = heard;
        }
    }

    private async Task<AdviceReport> ExamineAsync(string conf, long? maxBytes, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var steps = Planner.Plan(RunKind.MigrateAndFinish, state, facts, conf).Steps.Select(s => s.Step).ToList();
        var options = new AdvisorOptions(Flavor(), Plugins())
        {
            Schema = facts.Names,
            Dictionaries = Dictionaries(),
            Vaults = Vaults(),
            RunsUntrustedLua = Given("untrusted_lua") != "off",
        };
        var rules = new TimedRules(() => new RowAdvisor(options).Examine, OfRow);
        for (var most = FutureRows.ShareOfMemory(FutureRows.LargeRow); ; most = FutureRows.SmallRow)
        {
            var current = new AdviceReport(options, IsUpgrade: steps.Count > 0) { Settings = Settings(), Target = Target };
            report = current;
            try
            {
                await new FutureRows(session, facts) { MaxBytes = maxBytes, Limit = limit, MaxRowBytes = most }.ReadAsync(
                    steps, [.. RowAdvisor.Tables], row => current.Add(rules, row), cancellationToken);
                return current;
            }
            catch (PostgresException e) when (FutureRows.IsOfLargeRow(e) && most > FutureRows.SmallRow)
            {
                // Once more, without the rows of which it may have been one.
            }
        }
    }

    // From the version of the ledger to the target.
    private IReadOnlyList<SettingFinding> Settings() =>
        LedgerVersion.Of(facts.Ledger).Versions is [.., var from]
            ? SettingsAdvice.Examine(
                [.. configuration.Given.Select(g => new GivenSetting(g.Name, g.Value, g.Line, g.Place))],
                new Version(from.Major, from.Minor), Target)
            : [];

    private RouterFlavor Flavor() => configuration.Settings.Text("router_flavor") switch
    {
        "traditional" => RouterFlavor.Traditional,
        "expressions" => RouterFlavor.Expressions,
        _ => RouterFlavor.TraditionalCompatible,
    };

    // A file that nginx includes may add others.
    private IReadOnlyList<string>? Dictionaries()
    {
        var given = Given(SharedMemory.Setting);
        var names = given is null ? [] : SharedMemory.NamesIn(SharedMemory.Setting, given);
        return configuration.Given.Any(g => g.Name == "nginx_http_include") ? null
            : Given("new_dns_client") is "on" ? names?.Append("kong_dns_cache").ToList() : names;
    }

    private string? Given(string name) => configuration.Given.LastOrDefault(g => g.Name == name)?.Value;

    // Kong: `off` first means none.
    private IReadOnlyList<string> Vaults() => configuration.Settings.List("vaults") switch
    {
        ["off", ..] => [],
        var names => [.. names.Select(name => name == "bundled" ? SchemaCatalog.BundledVault : name)],
    };

    // Kong: `off` alone means none.
    private IReadOnlyList<string> Plugins() => configuration.Settings.List("plugins") switch
    {
        ["off"] => [],
        var names => [.. names.SelectMany(name => name == "bundled" ? RowAdvisor.BundledPlugins : [name])],
    };
}
