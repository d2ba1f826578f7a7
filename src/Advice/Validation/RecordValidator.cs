using Migrator.Advice.Schemas;
using Migrator.Advice.Values;
using Migrator.Native;

namespace Migrator.Advice.Validation;

/// <summary>Validates an entity or a record against its schema.</summary>
internal static class RecordValidator
{
    /// <summary>Checks a record.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="record">The record, with its defaults.</param>
    /// <param name="isComplete">Whether a required field must be there; a row that is changed may lack some.</param>
    public static ErrorTree Check(RecordSchema schema, KongTable record, bool isComplete)
    {
        var errors = new ErrorTree();
        for (var i = 1; i <= record.Items.Count; i++)
        {
            errors.Set(LuaNumber.Format(i), KongMessages.Unknown);
        }

        foreach (var (name, value) in record.Fields)
        {
            // The gateway sets it itself.
            if (name == "updated_at")
            {
                continue;
            }

            errors.Set(name, schema.Field(name) is { } field ? FieldValidator.Check(field, value) : KongMessages.Unknown);
        }

        foreach (var (name, field) in schema.Fields)
        {
            if (field.IsRequired && (record[name] is Null || isComplete && record[name] is null))
            {
                errors.Set(name, KongMessages.Required);
            }
        }

        foreach (var check in schema.Checks)
        {
            new CheckRunner(schema, record, isComplete, errors).Run(check);
        }

        return errors;
    }
}
