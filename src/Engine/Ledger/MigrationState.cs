namespace Migrator.Ledger;

/// <summary>The state of a migration, with Kong's names.</summary>
internal enum MigrationState
{
    /// <summary>All its phases are done.</summary>
    Executed,

    /// <summary>Its up phase is done, but not its finish phase.</summary>
    Pending,

    /// <summary>It has not begun, and comes after the last executed migration of its subsystem.</summary>
    New,

    /// <summary>It has not begun, although a later migration of its subsystem has been executed.</summary>
    Missing,
}
