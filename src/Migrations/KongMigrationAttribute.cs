using FluentMigrator;

namespace Migrations;

/// <summary>
/// Says which of Kong's migrations a class is. FluentMigrator reads <see cref="MigrationAttribute.Version"/> and
/// <see cref="MigrationAttribute.Description"/>: Kong's number and Kong's name.
/// </summary>
/// <param name="number">The number at the start of Kong's name; it orders the migrations of one subsystem.</param>
/// <param name="name">Kong's name, as schema_meta holds it, e.g. <c>016_280_to_300</c>.</param>
/// <param name="since">The first gateway release that has the migration, e.g. <c>3.0.0</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KongMigrationAttribute(long number, string name, string since) : MigrationAttribute(number, name)
{
    /// <summary>Kong's name of the migration.</summary>
    public string Name { get; } = name;

    /// <summary>The first gateway release that has the migration.</summary>
    public string Since { get; } = since;
}
