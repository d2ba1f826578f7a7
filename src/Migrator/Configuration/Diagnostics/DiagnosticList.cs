using System.Globalization;

namespace Migrator.Configuration.Diagnostics;

/// <summary>
/// The errors and warnings of reading. Warnings are errors with <c>--strict</c>. Of one kind a bounded number is kept, so that ten
/// megabytes of junk are one page of complaints.
/// </summary>
/// <param name="file">The file that is read.</param>
/// <param name="strict">Whether a warning is an error.</param>
internal sealed class DiagnosticList(string file, bool strict)
{
    private const int KeptOfAKind = 50;

    private readonly List<ConfigurationDiagnostic> warnings = [];
    private readonly List<ConfigurationDiagnostic> errors = [];
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>The file that is read.</summary>
    public string File => file;

    /// <summary>The warnings, in the order of the file; those about the environment last.</summary>
    public IReadOnlyList<ConfigurationDiagnostic> Warnings => [.. InOrder(warnings, warning => warning.Line), .. Omitted()];

    /// <summary>The errors, in the order of the file; those about the environment last.</summary>
    public IReadOnlyList<ConfigurationDiagnostic> Errors => [.. InOrder(errors, error => error.Line)];

    /// <summary>Whether enough warnings of a kind were taken; if so, one more is counted, and its message need not be made.</summary>
    public bool Omits(string code)
    {
        var count = counts.GetValueOrDefault(code);
        counts[code] = count < KeptOfAKind ? count : count + 1;
        return count >= KeptOfAKind;
    }

    /// <summary>Takes a warning.</summary>
    public void Warn(int? line, string code, string message)
    {
        if (Omits(code))
        {
            return;
        }

        counts[code] = counts.GetValueOrDefault(code) + 1;
        if (strict && code != DiagnosticCode.CannotConnect)
        {
            errors.Add(new(file, line, Code: null, $"{message} (a warning, refused because of --strict)"));
        }
        else
        {
            warnings.Add(new(file, line, code, message));
        }
    }

    /// <summary>Takes a warning, unless the very same was taken before.</summary>
    public void WarnOnce(int? line, string code, string message)
    {
        if (!warnings.Any(warning => warning.Line == line && warning.Code == code && warning.Message == message))
        {
            Warn(line, code, message);
        }
    }

    /// <summary>Takes an error.</summary>
    public void Refuse(int? line, string message)
    {
        if (errors.Count < 2 * KeptOfAKind)
        {
            errors.Add(new(file, line, Code: null, message));
        }
    }

    /// <summary>Throws what <see cref="Refuse"/> and, with <c>--strict</c>, <see cref="Warn"/> took.</summary>
    public void ThrowIfRefused()
    {
        if (errors.Count > 0)
        {
            throw new ConfigurationException(file, Errors);
        }
    }

    private IEnumerable<ConfigurationDiagnostic> Omitted() => counts
        .Where(count => !strict && count.Value > KeptOfAKind)
        .Select(count => new ConfigurationDiagnostic(
            file, null, count.Key, string.Create(CultureInfo.InvariantCulture, $"{file}: {count.Value - KeptOfAKind} more warnings of " +
                $"the kind {count.Key} are not shown.")));

    private static IEnumerable<T> InOrder<T>(IEnumerable<T> diagnostics, Func<T, int?> line) =>
        diagnostics.OrderBy(diagnostic => line(diagnostic) ?? int.MaxValue);
}
