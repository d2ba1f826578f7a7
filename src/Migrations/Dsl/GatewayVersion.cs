using System.Globalization;

namespace Migrations.Dsl;

/// <summary>A minor version of the gateway, which determines the migrations of a run.</summary>
/// <remarks>
/// It stands for its newest patch release. Patch releases of a minor version have the same migrations, except that 3.6.0 lacks one that
/// 3.6.1 has.
/// </remarks>
public sealed record GatewayVersion : IComparable<GatewayVersion>
{
    /// <summary>The versions that a database can be migrated to, oldest first.</summary>
    public static IReadOnlyList<GatewayVersion> Known { get; } =
    [
        new(2, 8), new(3, 0), new(3, 1), new(3, 2), new(3, 3), new(3, 4), new(3, 5), new(3, 6), new(3, 7), new(3, 8), new(3, 9),
        new(3, 10) { IsReleased = false },
    ];

    /// <summary>The newest version that Kong has released.</summary>
    public static GatewayVersion Default { get; } = Known.Last(version => version.IsReleased);

    /// <summary>The newest known version, released or not. It has every migration.</summary>
    public static GatewayVersion Newest { get; } = Known[^1];

    private GatewayVersion(int major, int minor)
    {
        Major = major;
        Minor = minor;
    }

    /// <summary>The major version number: 3 in 3.9.</summary>
    public int Major { get; }

    /// <summary>The minor version number: 9 in 3.9.</summary>
    public int Minor { get; }

    /// <summary>Whether Kong has released the version. If not, its migrations may still change.</summary>
    public bool IsReleased { get; private init; } = true;

    /// <summary>
    /// Finds a known version by its name, e.g. <c>3.9</c>, or that of a patch release, e.g. <c>3.9.1</c> or <c>3.9.1.2</c>; null if there
    /// is none.
    /// </summary>
    public static GatewayVersion? Find(string name) => Known.FirstOrDefault(version =>
        version.Name == name
            || (name.StartsWith(version.Name + ".", StringComparison.Ordinal) && System.Version.TryParse(name, out _)));

    /// <summary>The version's name on the command line and in schema files, e.g. <c>3.10</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    /// <summary>Whether this version has the migrations that were introduced in the given release.</summary>
    public bool Has(Version since) => (since.Major, since.Minor).CompareTo((Major, Minor)) <= 0;

    /// <inheritdoc />
    public int CompareTo(GatewayVersion? other) => other is null ? 1 : (Major, Minor).CompareTo((other.Major, other.Minor));

    /// <summary>Whether one version is older than another.</summary>
    public static bool operator <(GatewayVersion left, GatewayVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether one version is newer than another.</summary>
    public static bool operator >(GatewayVersion left, GatewayVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether one version is older than or equal to another.</summary>
    public static bool operator <=(GatewayVersion left, GatewayVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one version is newer than or equal to another.</summary>
    public static bool operator >=(GatewayVersion left, GatewayVersion right) => left.CompareTo(right) >= 0;

    /// <summary>The name, marked if the version is not released: <c>3.10 (unreleased)</c>.</summary>
    public override string ToString() => IsReleased ? Name : $"{Name} (unreleased)";
}
