namespace Migrator.Configuration.Keys;

/// <summary>What a setting's text is turned into. Kong: the types of its own loader.</summary>
internal enum SettingType
{
    /// <summary>Text, as it is.</summary>
    Text,

    /// <summary>A number by LuaJIT's rules; what is none becomes unset.</summary>
    Number,

    /// <summary>True for <c>on</c> and <c>true</c>, false for everything else.</summary>
    Switch,

    /// <summary>One of a few words, else an error.</summary>
    Choice,

    /// <summary>Items between commas.</summary>
    List,
}
