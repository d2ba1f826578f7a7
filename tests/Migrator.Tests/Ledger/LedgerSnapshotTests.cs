using Migrator.Errors;
using Migrator.Ledger;

namespace Migrator.Tests.Ledger;

internal sealed class LedgerSnapshotTests
{
    [TestCase("""[null]""")]
    [TestCase("""[{"subsystem": null}]""")]
    [TestCase("""[{"subsystem": "core", "executed": [["a"], ["b"]]}]""")]
    [TestCase("""[{"subsystem": "core"}, {"subsystem": "core"}]""")]
    [TestCase("""no JSON""")]
    public void A_snapshot_that_is_not_a_ledger_is_refused_with_a_reason(string snapshot) =>
        Assert.That(() => new LedgerSnapshot(snapshot).Rows(), Throws.TypeOf<MigratorException>().With.Message.Contain("cannot be read"));

    [Test]
    public void Names_that_are_NULL_are_left_out() => Assert.That(
        new LedgerSnapshot("""[{"subsystem": "core", "executed": [null, "000_base"], "pending": null}]""").Rows()![0].Executed,
        Is.EqualTo(new[] { "000_base" }));

    [Test]
    public void Without_a_snapshot_there_is_no_ledger_and_an_empty_snapshot_has_no_rows()
    {
        Assert.That(new LedgerSnapshot("").Rows(), Is.Null);
        Assert.That(new LedgerSnapshot("[]").Rows(), Is.Empty);
        Assert.That(new LedgerSnapshot("null").Rows(), Is.Empty);
    }
}
