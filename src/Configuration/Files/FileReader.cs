using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Files;

/// <summary>Reads a kong.conf line by line, in one pass.</summary>
/// <param name="diagnostics">Receives the errors and warnings.</param>
internal sealed class FileReader(DiagnosticList diagnostics)
{
    private readonly FileLayer layer = new();
    private readonly LineDiagnostics lineDiagnostics = new(diagnostics);
    private readonly SectionDiagnostics section = new(diagnostics);
    private int? firstContent;
    private bool anyKnown;
    private bool isCommentedKongConf;
    private bool hasVariables;

    /// <summary>Returns the settings of the file that concern migrations.</summary>
    public static FileLayer Read(ReadOnlyMemory<byte> file, DiagnosticList diagnostics) => new FileReader(diagnostics).ReadAll(file);

    private FileLayer ReadAll(ReadOnlyMemory<byte> file)
    {
        List<(int Line, string Key)> joined = [];
        var lines = new LineReader(file)
        {
            Joined = (line, text) => LineDiagnostics.Collect(joined, line, text.Span),
            Comment = (line, text) => TakeComment(line, text.Span),
        };
        while (lines.Read())
        {
            firstContent ??= lines.FirstLine;
            Take(lines.FirstLine, lines.Text.Span);
            lineDiagnostics.OnSwallowed(KeyName.Before(lines.Text.Span), joined);
            joined.Clear();
        }

        if (!lines.Text.IsEmpty)
        {
            firstContent ??= lines.FirstLine;
            lineDiagnostics.OnLostAtEnd(lines.FirstLine, KeyName.Before(lines.Text.Span));
            lineDiagnostics.OnSwallowed(KeyName.Before(lines.Text.Span), joined);
        }

        section.Finish();
        RefuseIfNotKongConf(file.Span);
        return layer;
    }

    private void TakeComment(int line, ReadOnlySpan<byte> text)
    {
        lineDiagnostics.OnComment(line, text);
        isCommentedKongConf |= !anyKnown && SettingCatalogue.Find(KeyName.Before(Ascii.TrimStart(text).TrimStart((byte)'#'))) is not null;
    }

    private void Take(int line, ReadOnlySpan<byte> text)
    {
        if (SectionLine.Is(text))
        {
            section.Start(line, SectionLine.NameOf(text));
        }
        else if (section.IsOpen)
        {
            section.Lose(line, KeyName.Before(text));
        }
        else if (text.IndexOf((byte)'=') is var separator && separator >= 0)
        {
            TakeSetting(line, text[..separator], Ascii.TrimStart(text[(separator + 1)..]));
        }
        else
        {
            lineDiagnostics.OnNoEquals(line, text);
        }
    }

    private void TakeSetting(int line, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var name = KeyName.Of(key);
        if (SettingCatalogue.Find(name) is { } definition)
        {
            anyKnown = true;
            lineDiagnostics.OnDuplicate(line, definition, layer.Find(name));
            layer.Set(new(definition, line, value.ToArray()));
        }
        else if (anyKnown && !lineDiagnostics.LooksAtKeys)
        {
            // Enough unknown keys were examined, and the file is known to be a kong.conf.
        }
        else if (SettingCatalogue.IsKnown(name))
        {
            anyKnown = true;
        }
        else
        {
            hasVariables |= name.Contains("KONG_", StringComparison.Ordinal);
            lineDiagnostics.OnUnknown(line, name, key);
        }
    }

    private void RefuseIfNotKongConf(ReadOnlySpan<byte> file)
    {
        // A copy of kong.conf.default in which only settings of a plugin are given is a kong.conf.
        var isKongConf = anyKnown || (isCommentedKongConf && !hasVariables);
        if (!isKongConf && firstContent is not null && !section.HasRefused && !lineDiagnostics.HasLostPostgres)
        {
            diagnostics.Refuse(firstContent,
                $"no setting of the gateway is found in {diagnostics.File}: {FileGuess.Describe(file, hasVariables)}. The gateway would "
                    + "read it as empty and use its defaults. Write `key = value` lines as in kong.conf, in UTF-8, with `#` before "
                    + "comments.");
        }
    }
}
