using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Migrator.Output;
using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Output;

/// <summary>Logs in JSON have the events and members that docs/logs.md lists.</summary>
internal sealed partial class LogEventTests : CommandTest
{
    private static readonly Dictionary<string, string[]> Documented = Event()
        .Matches(File.ReadAllText(Documents.PathOf("docs/logs.md")).Split("| Event |")[1])
        .ToDictionary(
            m => m.Groups["event"].Value,
            m => m.Groups["members"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(n => n.Trim('`', ' ')).ToArray(),
            StringComparer.Ordinal);

    private static readonly string[] Common = ["time", "level", "event", "run_id", "message", "cause", "remedy"];

    [Test]
    public void The_document_lists_every_event() =>
        Assert.That(Documented.Keys, Is.EquivalentTo(Enum.GetValues<LogEvent>().Select(LogEvents.Name)));

    [Test]
    public void A_run_logs_JSON_with_one_run_id_and_only_documented_members_and_so_does_stdout()
    {
        StartOld();
        var up = Migrator("up --log-format json");
        var again = Migrator("up --log-format json --lock-timeout 0", ("pg_prot", "1"));
        var lines = (up.Errors + again.Errors).TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(lines.Select(l => l["run_id"]!.ToString()).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(2));
            Assert.That(lines.Select(l => l["event"]!.ToString()), Does.Contain("run_began").And.Contain("step_done")
                .And.Contain("configuration_warning"));
            foreach (var line in lines)
            {
                var members = line.Select(m => m.Key).Except(Common, StringComparer.Ordinal);
                Assert.That(members, Is.SubsetOf(Documented[line["event"]!.ToString()]), line.ToString());
            }

            var step = lines.First(l => l["event"]!.ToString() == "step_done");
            Assert.That((step["subsystem"]!.ToString(), step["migration"]!.ToString(), step["phase"]!.ToString()),
                Is.EqualTo(("core", "016_280_to_300", "up")));
            Assert.That(step["duration_ms"]!.GetValue<int>(), Is.GreaterThanOrEqualTo(0));
            var answer = JsonNode.Parse(up.Output.TrimEnd('\n'))!;
            Assert.That(up.Output.Count(c => c == '\n'), Is.EqualTo(1), "one line");
            Assert.That((answer["from"]!.ToString(), answer["to"]!.ToString(), answer["state"]!.ToString()),
                Is.EqualTo(("2.8", "3.9", "pending")));
            Assert.That(answer["next"]!.ToString(), Does.StartWith("migrator finish -c "));
        });
    }

    [Test]
    public void The_run_id_is_part_of_the_lock_rows_owner()
    {
        var name = global::Migrator.Locking.RunnerName.Create(TimeProvider.System, "0123abcd");
        Assert.That(name, Does.EndWith("run 0123abcd"));
    }

    [Test]
    public void An_error_is_the_answer_too()
    {
        using var conf = KongConf.For(Database, ("pg_host", "no-such-host.invalid"));
        var result = MigratorProcess.Run($"list -c {conf.Path} --json");
        var error = JsonNode.Parse(result.Output)!["error"]!;
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(8));
            Assert.That((error["exit_code"]!.GetValue<int>(), error["code"]!.ToString()), Is.EqualTo((8, "unreachable")));
            Assert.That(error["message"]!.ToString(), Does.Contain("no-such-host.invalid"));
            Assert.That(error["remedy"]!.ToString(), Is.Not.Empty);
            Assert.That(result.Errors, Does.StartWith("error: "));
        });
    }

    [GeneratedRegex(@"^\| `(?<event>\w+)` \|(?<members>[^|]*)\|$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Event();
}
