using Migrations.Core;
using static Migrations.MigrationEntry;

namespace Migrations;

/// <summary>
/// The one list of all migrations: the core, then the plugins by name, each with its migrations in Kong's order. It is written out, so
/// that the native binary holds exactly these and a reader sees at once what is there.
/// </summary>
public static class Catalogue
{
    /// <summary>Every subsystem with its migrations.</summary>
    public static IReadOnlyList<Subsystem> Subsystems { get; } =
    [
        new("core",
        [
            Of<M000_base>(),
            Of<M003_100_to_110>(),
            Of<M004_110_to_120>(),
            Of<M005_120_to_130>(),
            Of<M006_130_to_140>(),
            Of<M007_140_to_150>(),
            Of<M008_150_to_200>(),
            Of<M009_200_to_210>(),
            Of<M010_210_to_211>(),
            Of<M011_212_to_213>(),
            Of<M012_213_to_220>(),
            Of<M013_220_to_230>(),
            Of<M014_230_to_270>(),
            Of<M015_270_to_280>(),
            Of<M016_280_to_300>(),
            Of<M017_300_to_310>(),
            Of<M018_310_to_320>(),
            Of<M019_320_to_330>(),
            Of<M020_330_to_340>(),
            Of<M021_340_to_350>(),
            Of<M022_350_to_360>(),
            Of<M023_360_to_370>(),
            Of<M024_380_to_390>(),
        ]),
    ];
}
