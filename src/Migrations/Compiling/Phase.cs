namespace Migrations.Compiling;

/// <summary>The two phases of Kong's migrations.</summary>
public enum Phase
{
    /// <summary>Expand: safe while the previous gateway version still runs.</summary>
    Up,

    /// <summary>Contract, Kong's teardown: only once every node runs the new version.</summary>
    Finish,
}
