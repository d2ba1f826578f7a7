using Migrator.Display;

namespace Migrator.Configuration.Diagnostics;

/// <summary>
/// The error for a configuration that is refused. It contains all errors, in the order of the file, so that one run is enough to correct
/// them.
/// </summary>
/// <param name="file">The file that was read.</param>
/// <param name="errors">The errors; at least one.</param>
/// <param name="remedy">What to do; null means to correct the settings.</param>
internal sealed class ConfigurationException(string file, IReadOnlyList<ConfigurationDiagnostic> errors, string? remedy = null)
    : MigratorException(Describe(file, errors), remedy ?? Advise(file))
{
    /// <summary>The errors.</summary>
    public IReadOnlyList<ConfigurationDiagnostic> Errors => errors;

    /// <summary>The first line of the message, if there are several errors.</summary>
    public string Headline => Head(file, errors);

    /// <inheritdoc />
    protected override int DefaultExitCode => Migrator.Errors.ExitCode.Usage;

    private static string Describe(string file, IReadOnlyList<ConfigurationDiagnostic> errors) => errors.Count == 1
        ? $"The configuration is refused: {errors[0]}"
        : Head(file, errors) + string.Concat(errors.Select(error => $"\n  {error}"));

    private static string Head(string file, IReadOnlyList<ConfigurationDiagnostic> errors) =>
        string.Create(CultureInfo.InvariantCulture, $"The configuration {file} is refused, for {errors.Count} reasons:");

    private static string Advise(string file) =>
        $"Correct the settings named above. To see how each setting is read: migrator config -c {ShellText.Conf(file)}";
}
