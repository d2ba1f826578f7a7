using Migrator.Advice.Schemas;
using Migrator.Advice.Values;

namespace Migrator.Advice.Rows;

/// <summary>Turns a row of the database into the entity that the gateway makes of it.</summary>
internal static class RowConverter
{
    /// <summary>Converts a row.</summary>
    /// <param name="row">The columns with their values, as <c>row_to_json</c> writes them.</param>
    /// <param name="schema">The schema of the entity.</param>
    public static KongTable Convert(KongTable row, RecordSchema schema)
    {
        var entity = new KongTable();
        foreach (var (name, field) in schema.Fields)
        {
            if (field.Type is FieldType.Foreign)
            {
                entity[name] = row[name + "_id"] is { } id and not Null ? new KongTable { ["id"] = id } : Null.Value;
            }
            else if (row[name] is { } value)
            {
                entity[name] = field.IsTimestamp && value is string text ? Seconds(text) : value;
            }
        }

        foreach (var shorthand in schema.Shorthands.Where(s => row[s.Name] is not null))
        {
            entity[shorthand.Name] = row[shorthand.Name];
        }

        return entity;
    }

    // A time that is not understood is not judged.
    private static double Seconds(string text) => text switch
    {
        "infinity" => double.PositiveInfinity,
        "-infinity" => double.NegativeInfinity,
        _ => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds() / 1000d
            : 1,
    };
}
