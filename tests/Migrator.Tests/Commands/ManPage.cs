using System.CommandLine;
using System.Text;
using Migrator.Commands;

namespace Migrator.Tests.Commands;

/// <summary>Writes the man page of a command, from the same sections as its help. The release fills in @VERSION@ and @DATE@.</summary>
internal static class ManPage
{
    /// <summary>The file name of a command's page.</summary>
    public static string FileName(Command command) => PageName(command) + ".1";

    /// <summary>Writes the page of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="others">The other commands of the program, for the section "See also".</param>
    public static string Write(Command command, IEnumerable<Command> others)
    {
        var help = (HelpText)command.Options.Single(o => o.Name == "--help").Action!;
        var summary = command.Description!.Split(". ")[0].Split(": ")[0].TrimEnd('.');
        var page = new StringBuilder()
            .Append($".TH {PageName(command).ToUpperInvariant()} 1 \"@DATE@\" \"migrator @VERSION@\" \"migrator\"\n")
            .Append($".SH NAME\n{Escape(PageName(command))} \\- {Escape(char.ToLowerInvariant(summary[0]) + summary[1..])}\n")
            .Append($".SH SYNOPSIS\n.B {Escape(HelpText.Usage(command))}\n")
            .Append($".SH DESCRIPTION\n{Escape(command.Description)}\n");
        foreach (var section in help.Sections(command))
        {
            page.Append($".SH {section.Title.ToUpperInvariant()}\n");
            foreach (var (name, description) in section.Rows)
            {
                page.Append($".TP\n.B {Escape(name.Trim())}\n{Escape(description)}\n");
            }
        }

        page.Append(".SH EXAMPLES\n.nf\n");
        foreach (var line in help.Examples)
        {
            page.Append(Escape(line)).Append('\n');
        }

        var pages = others.Where(c => c != command).Select(PageName).Order(StringComparer.Ordinal).ToList();
        page.Append(".fi\n.SH SEE ALSO\n");
        foreach (var name in pages)
        {
            page.Append($".BR {Escape(name)} (1){(name == pages[^1] ? "" : ",")}\n");
        }

        return page.ToString();
    }

    private static string PageName(Command command) => MigratorCommand.IsRoot(command) ? "migrator" : $"migrator-{command.Name}";

    /// <summary>Escapes what troff reads as an instruction; a hyphen stays the character that can be pasted into a shell.</summary>
    private static string Escape(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? "\\&" + escaped : escaped;
    }
}
