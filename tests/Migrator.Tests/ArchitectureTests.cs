using System.Reflection;
using System.Reflection.Emit;

namespace Migrator.Tests;

/// <summary>What the projects of src may use, and their namespaces of each other; the project files hold the rest.</summary>
internal sealed class ArchitectureTests
{
    private const BindingFlags Any =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Common = typeof(Migrator.Errors.MigratorException).Assembly;

    private static readonly Assembly Configuration = typeof(Migrator.Configuration.GatewayConfiguration).Assembly;

    private static readonly Assembly Iam = typeof(Migrator.Iam.IamLogin).Assembly;

    private static readonly Assembly Engine = typeof(Migrator.Execution.MigrationRun).Assembly;

    private static readonly Assembly Advice = typeof(Migrator.Advice.RowAdvisor).Assembly;

    private static readonly Assembly Migrations = typeof(Migrations.Catalogue).Assembly;

    private static readonly Assembly Program = typeof(Migrator.Output.StandardStreams).Assembly;

    private static readonly Assembly[] All = [Common, Configuration, Iam, Engine, Advice, Migrations, Program];

    [TestCase("AWSSDK.", "Migrator.Iam")]
    [TestCase("FluentMigrator", "Migrations")]
    [TestCase("System.CommandLine", "migrator")]
    [TestCase("Npgsql", "migrator", "Migrator.Advice", "Migrator.Engine")]
    public void A_library_is_used_by_few_projects(string library, params string[] users) => Assert.That(
        All.Where(a => a.GetReferencedAssemblies().Any(r => r.Name!.StartsWith(library, StringComparison.Ordinal)))
            .Select(a => a.GetName().Name),
        Is.EquivalentTo(users));

    [Test]
    public void No_two_namespaces_use_each_other_directly_or_indirectly()
    {
        var arrows = All.SelectMany(a => a.GetTypes()).Where(t => IsOurs(t.Namespace))
            .GroupBy(t => t.Namespace!, StringComparer.Ordinal).ToDictionary(
                types => types.Key,
                types => types.SelectMany(UsedBy).Select(t => t.Namespace).Where(IsOurs).OfType<string>().ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);
        var cycles = arrows.Keys.Where(name => Reached(arrows, name).Contains(name)).Order(StringComparer.Ordinal).ToList();
        Assert.That(cycles, Is.Empty, string.Join('\n', cycles.Select(name =>
            $"{name} -> {string.Join(", ", arrows[name].Where(other => other != name && Reached(arrows, other).Contains(name)))}")));
    }

    [Test]
    public void Only_the_compiler_uses_FluentMigrators_generators_and_processors()
    {
        var users = Migrations.GetTypes()
            .Where(t => UsedBy(t).Any(u => u.Assembly.GetName().Name!.StartsWith("FluentMigrator.Runner", StringComparison.Ordinal)))
            .Select(t => t.Namespace).Distinct(StringComparer.Ordinal);
        Assert.That(users, Is.EqualTo(new[] { "Migrations.Compiling" }));
    }

    [Test]
    public void Only_one_type_uses_the_console()
    {
        var users = All.SelectMany(a => a.GetTypes())
            .Where(t => UsedMembers(t)
                .Any(m => m.DeclaringType == typeof(Console) && !m.Name.EndsWith("Redirected", StringComparison.Ordinal)))
            .Select(t => t.DeclaringType ?? t).Distinct();
        Assert.That(users, Is.EqualTo(new[] { typeof(Migrator.Output.StandardStreams) }));
    }

    private static bool IsOurs(string? name) => name?.Split('.')[0] is "Migrator" or "Migrations";

    /// <summary>All namespaces that one uses, directly or indirectly. It contains the namespace itself only if there is a cycle.</summary>
    private static HashSet<string> Reached(Dictionary<string, HashSet<string>> arrows, string start)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(arrows.GetValueOrDefault(start, []).Where(other => other != start));
        while (open.TryPop(out var name))
        {
            if (reached.Add(name))
            {
                arrows.GetValueOrDefault(name, []).Where(other => other != name).ToList().ForEach(open.Push);
            }
        }

        return reached;
    }

    /// <summary>The types used in the signatures and code of a type.</summary>
    private static IEnumerable<Type> UsedBy(Type type)
    {
        var methods = MethodsOf(type);
        var declared = type.GetFields(Any).Select(f => f.FieldType)
            .Concat(methods.SelectMany(m => m.GetParameters()).Select(p => p.ParameterType))
            .Concat(methods.OfType<MethodInfo>().Select(m => m.ReturnType))
            .Append(type.BaseType ?? typeof(object));
        return declared.SelectMany(Flatten).Concat(UsedMembers(type).Select(m => m as Type ?? m.DeclaringType).OfType<Type>());
    }

    private static List<MethodBase> MethodsOf(Type type) => [.. type.GetMethods(Any), .. type.GetConstructors(Any)];

    private static IEnumerable<MemberInfo> UsedMembers(Type type) => MethodsOf(type).SelectMany(m => UsedBy(type, m));

    private static IEnumerable<Type> Flatten(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(Flatten).Append(type)
            : [type.HasElementType ? type.GetElementType()! : type];

    /// <summary>The members that a method's code calls, constructs or reads: the operands of its instructions.</summary>
    private static IEnumerable<MemberInfo> UsedBy(Type type, MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < code.Length;)
        {
            var wide = code[at] == 0xFE;
            var instruction = wide ? Wide[code[at + 1]] : Narrow[code[at]];
            at += wide ? 2 : 1;
            if (instruction.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType
                or OperandType.InlineTok)
            {
                var member = type.Module.ResolveMember(
                    BitConverter.ToInt32(code, at), type.IsGenericType ? type.GetGenericArguments() : null, method.IsGenericMethod
                        ? method.GetGenericArguments() : null);
                if (member is not null)
                {
                    yield return member;
                }
            }

            at += SizeOf(instruction, code, at);
        }
    }

    private static int SizeOf(OpCode instruction, byte[] code, int at) => instruction.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };

    private static readonly Dictionary<int, OpCode> Narrow = Instructions(wide: false);

    private static readonly Dictionary<int, OpCode> Wide = Instructions(wide: true);

    private static Dictionary<int, OpCode> Instructions(bool wide) =>
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!)
            .Where(o => o.Size == (wide ? 2 : 1)).ToDictionary(o => o.Value & 0xFF);
}
