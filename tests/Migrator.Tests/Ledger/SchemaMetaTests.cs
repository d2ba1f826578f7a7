using Migrator.Errors;
using Migrator.Ledger;

namespace Migrator.Tests.Ledger;

internal sealed class SchemaMetaTests
{
    [TestCase("""[null]""")]
    [TestCase("""[{"subsystem": null}]""")]
    [TestCase("""[{"subsystem": "core", "executed": [["a"], ["b"]]}]""")]
    [TestCase("""[{"subsystem": "core"}, {"subsystem": "core"}]""")]
    [TestCase("""no JSON""")]
    public void A_snapshot_that_is_no_ledger_is_refused_in_words(string snapshot) =>
        Assert.That(() => SchemaMeta.Parse(snapshot), Throws.TypeOf<MigratorException>().With.Message.Contain("cannot be read"));

    [Test]
    public void Names_that_are_NULL_are_left_out() => Assert.That(
        SchemaMeta.Parse("""[{"subsystem": "core", "executed": [null, "000_base"], "pending": null}]""")![0].Executed,
        Is.EqualTo(new[] { "000_base" }));

    [Test]
    public void No_snapshot_is_no_ledger_and_an_empty_one_has_no_rows()
    {
        Assert.That(SchemaMeta.Parse(""), Is.Null);
        Assert.That(SchemaMeta.Parse("[]"), Is.Empty);
        Assert.That(SchemaMeta.Parse("null"), Is.Empty);
    }
}
