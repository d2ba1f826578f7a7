using System.Data.Common;
using System.Text.Json;
using Migrator.Ledger;
using Migrator.Tests.Sessions;

namespace Migrator.Tests.Execution;

/// <summary>Server answers to a query of the state, and to a transaction.</summary>
internal static class StateAnswers
{
    private static readonly (string, object?)[] Beginning = [("set_config", "")];

    /// <summary>The answer to a query of the state that shows no other runner, except for what the arguments say.</summary>
    public static DbDataReader State(
        IReadOnlyList<LedgerRow>? ledger = null,
        string? holder = null,
        (string Owner, string Until)? row = null,
        bool inRecovery = false) =>
        FakeSession.Results(Beginning, Beginning,
        [
            ("version_number", 150018), ("version", "15.18"), ("database", "kong"), ("user", "kong"), ("schema", "public"),
            ("schema_exists", true), ("may_use_schema", true), ("may_create_in_schema", true), ("may_create_schema", true),
            ("ledger_owner", ledger is null ? "" : "kong"), ("acts_as", ""), ("may_not_act", false),
            ("run_triggers", ""), ("table_maker", ""), ("in_recovery", inRecovery), ("read_only", false),
            ("lock_holder", holder ?? ""), ("lock_owner", row?.Owner ?? ""),
            ("lock_until", row?.Until ?? ""), ("locks_exist", true), ("ledger", Text(ledger)), ("has_entities", true), ("flaw", ""),
            ("may_be_blue_green", false), ("kong_tables", ""), ("other_ledgers", ""),
        ]);

    /// <summary>The answer to a transaction that was executed.</summary>
    public static DbDataReader Ran(IReadOnlyList<LedgerRow> ledger, string number = "700") =>
        FakeSession.Results([("transaction_id", number)], [("ledger", Text(ledger))]);

    /// <summary>The answer to the query for the outcome of a transaction.</summary>
    public static DbDataReader Outcome(string? status) => FakeSession.Results(Beginning, Beginning, [("txid_status", status)]);

    /// <summary>The answer to a query that finds no rows.</summary>
    public static DbDataReader Nothing() => FakeSession.Results(Beginning, Beginning, []);

    private static string Text(IReadOnlyList<LedgerRow>? ledger) =>
        ledger is null ? "" : JsonSerializer.Serialize(ledger, LedgerJson.Default.IReadOnlyListLedgerRow);
}
