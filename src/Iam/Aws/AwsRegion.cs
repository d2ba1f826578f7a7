namespace Migrator.Iam.Aws;

/// <summary>An AWS region and its source.</summary>
/// <param name="Name">The name, for example <c>eu-central-1</c>.</param>
/// <param name="Source">The source, as text for messages.</param>
internal sealed record AwsRegion(string Name, string Source)
{
    /// <summary>The name that stands for the global endpoints of services. No database is in it.</summary>
    public const string Global = "aws-global";

    /// <summary>Whether it stands for the global endpoints.</summary>
    public bool IsGlobal => Name == Global;

    /// <summary>The partition of the region.</summary>
    public AwsPartition Partition => AwsPartition.Of(Name);
}
