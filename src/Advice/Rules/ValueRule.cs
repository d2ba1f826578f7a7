using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>Checks one value, as a function of Kong's schema does.</summary>
/// <param name="value">The value. It has the type of its field.</param>
/// <returns>What Kong says of it; null if it accepts the value, or if this cannot be told here.</returns>
internal delegate string? ValueRule(object value);

/// <summary>Checks several fields of an entity together.</summary>
/// <param name="entity">The entity, or the record with the fields.</param>
/// <returns>What Kong says of it; null if it accepts the entity, or if this cannot be told here.</returns>
internal delegate string? EntityRule(KongTable entity);

/// <summary>The fields that Kong writes when it meets a field of an older form.</summary>
/// <param name="value">The value of the older field.</param>
/// <returns>The fields; null if there are none.</returns>
internal delegate KongTable? Shorthand(object value);
