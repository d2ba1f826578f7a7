using Migrator.Files;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Credentials;

/// <summary>The files of boto 2 and of the EC2 tools, whose keys the AWS CLI takes before a container's and an instance's.</summary>
/// <remarks>migrator does not read them. If one has keys, it stops: it would log in as another user than the AWS CLI.</remarks>
internal static class OlderFiles
{
    private const string Ec2 = "AWS_CREDENTIAL_FILE";
    private const string Boto = "BOTO_CONFIG";
    private const string Why = "The AWS CLI takes its keys before the role of a container or an instance.";

    /// <summary>Checks that there are no such files with keys.</summary>
    /// <exception cref="MigratorException">There is one.</exception>
    public static void RequireNone(AwsEnvironment environment)
    {
        if (environment.PathIn(Ec2) is { } file)
        {
            throw Refused($"{Ec2} names {file}", "the EC2 tools", $"unset {Ec2}");
        }

        // An empty variable names no file, and the usual ones are not read.
        string[] paths = environment.IsSet(Boto)
            ? environment[Boto] is { } path ? [environment.Expand(path, Boto)] : []
            : ["/etc/boto.cfg", Path.Combine(environment.Home, ".boto")];
        foreach (var known in paths)
        {
            if (File.Exists(known) && HasKeys(known))
            {
                throw Refused($"{known} has AWS keys", "boto 2", $"export {Boto}=/dev/null");
            }
        }
    }

    private static bool HasKeys(string path)
    {
        var file = AwsConfigFile.Parse(BoundedFile.ReadText(path, ReadLimits.Default, reason => new MigratorException(
            $"The file of boto 2 {path} cannot be read: {reason}.", Why, $"For none: export {Boto}=/dev/null")), path);
        if (file.Diagnostic is { } diagnostic)
        {
            throw diagnostic.Error("The file of boto 2", path);
        }

        foreach (var section in file.Sections)
        {
            if (section.Name == "Credentials")
            {
                section.Require();
                if (section["aws_access_key_id"] is not null)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static MigratorException Refused(string what, string tool, string command) => new(
        $"{what}, and migrator does not read files of {tool}.", Why,
        $"Put the keys into a profile: aws configure. To use the role: {command}")
    { ExitCode = ExitCode.Usage };
}
