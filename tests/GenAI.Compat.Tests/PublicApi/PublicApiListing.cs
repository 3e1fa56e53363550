using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace GenAI.Compat.Tests.PublicApi;

/// <summary>The public and protected members of an assembly, a line each, in one order everywhere.</summary>
internal static class PublicApiListing
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool",
        [typeof(byte)] = "byte", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong",
        [typeof(float)] = "float", [typeof(double)] = "double",
    };

    public static List<string> Of(Assembly assembly)
        => [.. assembly.GetExportedTypes().SelectMany(Lines).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Lines(Type type)
    {
        var name = FullName(type);
        var bases = new[] { type.BaseType }.OfType<Type>().Where(parent => parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            .Concat(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []))
            .Select(TypeName).Order(StringComparer.Ordinal).ToArray();
        yield return $"{name} {Kind(type)}{(bases.Length > 0 ? " : " + string.Join(", ", bases) : "")}";
        if (type.IsEnum)
        {
            foreach (var value in Enum.GetNames(type))
                yield return $"{name}.{value} = {Convert.ToInt64(Enum.Parse(type, value), CultureInfo.InvariantCulture)}";
            yield break;
        }

        foreach (var member in type.GetMembers(Declared))
        {
            if (LineOf(member) is { } line)
                yield return $"{name}.{line}";
        }
    }

    private static string? LineOf(MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsVisible(constructor) => $"ctor({Parameters(constructor)})",
        // What the compiler makes for a record follows from its line.
        MethodInfo method when IsVisible(method) && !IsAccessor(method) && !method.IsDefined(typeof(CompilerGeneratedAttribute)) =>
            $"{Modifiers(method)}{method.Name}{Generics(method.GetGenericArguments())}({Parameters(method)}) : {TypeName(method.ReturnType)}",
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors =>
            $"{property.Name} {{ {string.Join(' ', accessors)} }} : {TypeName(property.PropertyType)}",
        FieldInfo field when (field.IsPublic || field.IsFamily) && !field.IsSpecialName => $"{field.Name} : {TypeName(field.FieldType)}",
        EventInfo { AddMethod: { } add } raised when IsVisible(add) => $"event {raised.Name} : {TypeName(raised.EventHandlerType!)}",
        _ => null,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo method)
        => method.IsSpecialName && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal)
            || method.Name.StartsWith("add_", StringComparison.Ordinal) || method.Name.StartsWith("remove_", StringComparison.Ordinal));

    private static string[] Accessors(PropertyInfo property)
    {
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        return [.. new[]
        {
            property.GetMethod is { } get && IsVisible(get) ? "get;" : null,
            property.SetMethod is { } set && IsVisible(set) ? isInit ? "init;" : "set;" : null,
        }.OfType<string>()];
    }

    private static string Kind(Type type)
        => type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : type.BaseType == typeof(MulticastDelegate) ? "delegate"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";

    private static string Modifiers(MethodInfo method)
        => method.IsStatic ? "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : method is { IsVirtual: true, IsFinal: false } && !method.DeclaringType!.IsInterface ? "virtual " : "";

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute), inherit: false);
        return string.Join(", ", method.GetParameters().Select((parameter, index) =>
            (isExtension && index == 0 ? "this " : "")
            + (parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) ? "params " : "")
            + (parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref " : "")
            + $"{TypeName(parameter.ParameterType)} {parameter.Name}"
            + (parameter.HasDefaultValue ? $" = {Default(parameter)}" : "")));
    }

    private static string Default(ParameterInfo parameter) => parameter.RawDefaultValue switch
    {
        null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : "null",
        string text => $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"",
        bool flag => flag ? "true" : "false",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string FullName(Type type)
        => type.DeclaringType is { } outer ? $"{FullName(outer)}.{Simple(type)}" : $"{type.Namespace}.{Simple(type)}";

    private static string Simple(Type type) => type.Name.Split('`')[0] + Generics(OwnArguments(type));

    private static Type[] OwnArguments(Type type) => type.GetGenericArguments()[(type.DeclaringType?.GetGenericArguments().Length ?? 0)..];

    private static string Generics(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(TypeName))}>";

    private static string TypeName(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsByRef)
            return TypeName(type.GetElementType()!);
        if (type.IsArray)
            return TypeName(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } value)
            return TypeName(value) + "?";
        return type.IsGenericParameter ? type.Name : type.Name.Split('`')[0] + Generics(type.GetGenericArguments());
    }
}
