using System.Globalization;

namespace Migrator.Configuration.Findings;

/// <summary>
/// What reading found: errors, and warnings, which <c>--strict</c> turns into errors. Of one kind a bounded number is kept, so that ten
/// megabytes of junk are one page of complaints.
/// </summary>
/// <param name="file">The file that is read.</param>
/// <param name="strict">Whether a warning is an error.</param>
internal sealed class FindingsList(string file, bool strict)
{
    private const int KeptOfAKind = 50;

    private readonly List<ConfigurationWarning> warnings = [];
    private readonly List<ConfigurationError> errors = [];
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>The file that is read.</summary>
    public string File => file;

    /// <summary>The warnings, in the order of the file; those about the environment last.</summary>
    public IReadOnlyList<ConfigurationWarning> Warnings => [.. InOrder(warnings, warning => warning.Line), .. Omitted()];

    /// <summary>The errors, in the order of the file; those about the environment last.</summary>
    public IReadOnlyList<ConfigurationError> Errors => [.. InOrder(errors, error => error.Line)];

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
        if (strict && code != WarningCode.CannotConnect)
        {
            errors.Add(new(file, line, $"{message} (a warning, refused because of --strict)"));
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
            errors.Add(new(file, line, message));
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

    private IEnumerable<ConfigurationWarning> Omitted() => counts
        .Where(count => !strict && count.Value > KeptOfAKind)
        .Select(count => new ConfigurationWarning(
            file, null, count.Key, string.Create(CultureInfo.InvariantCulture, $"{file}: {count.Value - KeptOfAKind} more warnings of " +
                $"the kind {count.Key} are not shown.")));

    private static IEnumerable<T> InOrder<T>(IEnumerable<T> findings, Func<T, int?> line) =>
        findings.OrderBy(finding => line(finding) ?? int.MaxValue);
}
