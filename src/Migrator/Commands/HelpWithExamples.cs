using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Migrator.Errors;

namespace Migrator.Commands;

/// <summary>Prints the help of System.CommandLine, followed by examples.</summary>
internal sealed class HelpWithExamples(string examples) : SynchronousCommandLineAction
{
    private readonly HelpAction help = new();

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var line in examples.Split('\n'))
        {
            output.WriteLine("  " + line.TrimEnd());
        }

        output.WriteLine();
        return ExitCode.Success;
    }
}
