using System.CommandLine;

namespace Migrator.Commands;

/// <summary>The <c>completion</c> command: prints a script that makes a shell complete commands and options.</summary>
internal static class CompletionCommand
{
    // System.CommandLine answers "[suggest:N] line" with the possible completions at position N, one per line.
    private const string Bash =
        """
        _migrator() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(migrator "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _migrator migrator
        """;

    private const string Zsh =
        """
        #compdef migrator
        _migrator() {
            local -a words
            words=("${(@f)$(migrator "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -- $words
            _files
        }
        compdef _migrator migrator
        """;

    private const string Fish =
        """
        complete -c migrator -a '(migrator "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "The shell: bash, zsh or fish." };
        string[] shells = ["bash", "zsh", "fish"];
        shell.CompletionSources.Add(shells);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && !shells.Contains(given.Value, StringComparer.Ordinal))
            {
                result.AddError($"completion takes {string.Join(" or ", shells)}, not '{given.Value}'.");
            }
        });
        var command = MigratorCommand.Define(
            "completion",
            "Print a script that makes a shell complete migrator's commands and options.",
            """
            source <(migrator completion bash)
            migrator completion zsh > "${fpath[1]}/_migrator"
            migrator completion fish > ~/.config/fish/completions/migrator.fish
            """,
            [ExitCode.Usage],
            () => [],
            (context, _) =>
            {
                context.WriteScript("script", context.Get(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
                return Task.FromResult(ExitCode.Success);
            });
        command.Add(shell);
        return command;
    }
}
