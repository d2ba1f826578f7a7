namespace Migrations.Compiling;

/// <summary>The two phases of Kong's migrations.</summary>
public enum Phase
{
    /// <summary>Expands the schema: safe while nodes of the previous gateway version still run.</summary>
    Up,

    /// <summary>Contracts the schema (Kong's <c>teardown</c>): safe only when every node runs the new version.</summary>
    Finish,
}
