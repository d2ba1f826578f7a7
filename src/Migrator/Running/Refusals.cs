using Migrator.Errors;
using Migrator.Ledger;

namespace Migrator.Running;

/// <summary>What a command says when the database is not in the state that it works on.</summary>
internal static class Refusals
{
    /// <summary>The database is empty, or was bootstrapped half.</summary>
    public static MigratorException NeedsBootstrap(string command, SchemaState state) => new(
        state.HasLedger
            ? $"The database was bootstrapped half, and then the bootstrap was cut short: there is nothing for {command} to build on."
            : $"The database is empty: there is nothing for {command} to build on.",
        cause: null,
        "Run: migrator bootstrap -c <kong.conf>");

    /// <summary>The previous upgrade has not been finished.</summary>
    public static MigratorException NeedsFinish(SchemaState state) => new(
        "The previous upgrade is not finished: "
            + string.Join(", ", StepPlanner.Finish(state).Select(s => $"{s.Subsystem.Name}/{s.Migration.Name}")) + " wait for their finish phase.",
        "Kong upgrades in two phases, and a new upgrade begins only when the one before is finished.",
        "When every node runs the version of that upgrade: migrator finish -c <kong.conf>, then migrator up -c <kong.conf>");
}
