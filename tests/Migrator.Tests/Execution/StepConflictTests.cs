using Migrations;
using Migrations.Compiling;
using Migrator.Execution;
using Migrator.Locking;
using Npgsql;

namespace Migrator.Tests.Execution;

internal sealed class StepConflictTests
{
    private static readonly MigrationStep Step = new(Catalogue.Subsystems[0], Catalogue.Subsystems[0].Migrations[0], Phase.Up);

    [TestCase(SchemaLock.Busy, true)]
    [TestCase(SchemaLock.LedgerChanged, true)]
    [TestCase(PostgresErrorCodes.UndefinedTable, true, Description = "a reset beside us")]
    [TestCase(PostgresErrorCodes.InsufficientPrivilege, false)]
    public void Errors_outside_a_step(string sqlState, bool isConflict) =>
        Assert.That(StepConflictException.Is(new PostgresException("", "ERROR", "ERROR", sqlState), step: null), Is.EqualTo(isConflict));

    [Test]
    public void A_missing_table_in_a_migration_is_not_a_conflict() =>
        Assert.That(StepConflictException.Is(new PostgresException("", "ERROR", "ERROR", PostgresErrorCodes.UndefinedTable), Step),
            Is.False);
}
