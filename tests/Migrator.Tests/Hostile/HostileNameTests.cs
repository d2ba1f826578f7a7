using System.Text.RegularExpressions;
using Migrator.Tests.Commands;

namespace Migrator.Tests.Hostile;

/// <summary>SQL that is printed with a name of somebody else names that object and no other, and is on one line.</summary>
internal sealed class HostileNameTests : CommandTest
{
    private static readonly string[] Names =
    [
        "plugins_pk\ney", "plugins_pkey\t", "a\u202eb", "a\\u000ab", "x\"\ny\"\"", "a\u001b[2J\\",
        "x\n\nerror: none\n  do:  GRANT kong TO gw;", "x\n        ALTER TABLE plugins OWNER TO gw;\n",
    ];

    [Test]
    public void What_drops_a_constraint_drops_that_one([ValueSource(nameof(Names))] string name)
    {
        StartOld();
        var keys = Keys();
        Database.Execute($"ALTER TABLE plugins ADD CONSTRAINT {Quoted(name)} CHECK (set_config('a.b', 'c', true) IS NOT NULL)");
        AssertOnlyDrops(Migrator("up").Errors, "ALTER TABLE public.plugins DROP CONSTRAINT");
        Assert.That(Keys(), Is.EqualTo(keys));
        Assert.That(Migrator("up").ExitCode, Is.Zero);
    }

    [Test]
    public void What_drops_a_rule_drops_that_one([ValueSource(nameof(Names))] string name, [Values("up", "check", "verify", "plan")]
        string command)
    {
        StartOld();
        Database.Execute($"CREATE RULE {Quoted(name)} AS ON UPDATE TO plugins DO INSTEAD NOTHING");
        var result = Migrator(command);
        AssertOnlyDrops(result.Output + "\n" + result.Errors, "DROP RULE");
        Assert.That(Migrator("up").ExitCode, Is.Zero);
    }

    [Test]
    public void What_drops_a_view_drops_that_one([ValueSource(nameof(Names))] string name)
    {
        StartOld();
        Database.Execute($"CREATE VIEW {Quoted(name)} AS SELECT * FROM ttls");
        AssertOnlyDrops(Migrator("up").Errors, "DROP VIEW");
        Assert.That(Migrator("up").ExitCode, Is.Zero);
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private IReadOnlyList<string?> Keys() =>
        Database.Query("SELECT conname FROM pg_constraint WHERE conrelid = 'plugins'::regclass ORDER BY 1");

    private void AssertOnlyDrops(string text, string statement)
    {
        var found = Regex.Match(text, statement + " .*;", RegexOptions.None, TimeSpan.FromSeconds(10));
        Assert.That(found.Success, Is.True, text);
        Assert.That(text.Split('\n').Select(line => line.TrimStart()), Has.None.StartsWith("error: none").And.None.StartsWith("do:  GRANT")
            .And.None.StartsWith("GRANT").And.None.StartsWith("ALTER TABLE plugins OWNER"), text);
        Database.Execute(found.Value);
    }
}
