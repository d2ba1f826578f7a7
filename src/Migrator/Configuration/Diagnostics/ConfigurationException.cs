using System.Globalization;
using Migrator.Errors;

namespace Migrator.Configuration.Diagnostics;

/// <summary>
/// The configuration is refused. It carries all errors, in the order of the file, so that one run is enough to correct them.
/// </summary>
/// <param name="file">The file that was read.</param>
/// <param name="errors">What is wrong with it; at least one.</param>
internal sealed class ConfigurationException(string file, IReadOnlyList<ConfigurationDiagnostic> errors)
    : MigratorException(Describe(file, errors), cause: null, Advise(file))
{
    /// <summary>The errors.</summary>
    public IReadOnlyList<ConfigurationDiagnostic> Errors => errors;

    /// <summary>The first line of the message, where there are several errors.</summary>
    public string Headline => Head(file, errors);

    private static string Describe(string file, IReadOnlyList<ConfigurationDiagnostic> errors) => errors.Count == 1
        ? $"The configuration is refused: {errors[0]}"
        : Head(file, errors) + string.Concat(errors.Select(error => $"\n  {error}"));

    private static string Head(string file, IReadOnlyList<ConfigurationDiagnostic> errors) =>
        string.Create(CultureInfo.InvariantCulture, $"The configuration {file} is refused, for {errors.Count} reasons:");

    private static string Advise(string file) =>
        $"Correct the settings named above, then run `migrator config -c {file}`: it shows what every setting is understood as, and " +
            "contacts nothing.";
}
