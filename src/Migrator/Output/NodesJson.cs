using System.Text.Json;
using Migrations.Dsl;
using Migrator.Rollout;

namespace Migrator.Output;

/// <summary>Writes the gateways that use a database, as JSON.</summary>
internal static class NodesJson
{
    /// <summary>Writes the members <c>sessions</c> and <c>data_planes</c>. What the user may not see is null.</summary>
    public static void Write(Utf8JsonWriter json, GatewayNodes nodes, GatewayVersion target)
    {
        json.WriteStartArray("sessions");
        foreach (var session in nodes.Sessions)
        {
            json.WriteStartObject();
            json.WriteString("address", OrNull(session.Address));
            json.WriteString("user", session.User);
            json.WriteString("application", session.Application);
            json.WriteNumber("sessions", session.Count);
            json.WriteString("since", OrNull(session.Since));
            json.WriteString("last_active", OrNull(session.LastActive));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("data_planes");
        foreach (var plane in nodes.DataPlanes)
        {
            json.WriteStartObject();
            json.WriteString("id", plane.Id);
            json.WriteString("hostname", plane.Hostname);
            json.WriteString("ip", plane.Ip);
            json.WriteString("version", plane.Version);
            json.WriteString("last_seen", plane.LastSeen);
            json.WriteBoolean("is_older", plane.IsOlderThan(target));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
