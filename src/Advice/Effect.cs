namespace Migrator.Advice;

/// <summary>What happens because of a row that the next gateway refuses.</summary>
internal enum Effect
{
    /// <summary>The gateway does not start, or cannot read the row.</summary>
    StopsGateway,

    /// <summary>The gateway runs, but refuses every change to the row until it is corrected.</summary>
    CannotEdit,

    /// <summary>The gateway runs, but behaves differently than before.</summary>
    Behaviour,
}
