using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace GenAI.ServiceDefaults.Settings;

/// <summary>
/// Finds every value of a section that options cannot take, such as a word where a number is expected. (The binder stops at the first
/// one, with an exception that is none of the options'.)
/// </summary>
internal static class UnreadableSettings
{
    /// <returns>A sentence for each: the setting, what was found and what is expected.</returns>
    public static IReadOnlyList<string> Find(Type options, IConfigurationSection section)
    {
        var errors = new List<string>();
        Check(options, section, errors);
        return errors;
    }

    private static void Check(Type declared, IConfigurationSection section, List<string> errors)
    {
        if (!section.Exists()) return;
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type == typeof(string) || type == typeof(object)) return;
        if (TypeDescriptor.GetConverter(type) is var converter && converter.CanConvertFrom(typeof(string)) && !type.IsArray)
        {
            if (!string.IsNullOrEmpty(section.Value) && !CanConvert(converter, section.Value))
                errors.Add($"{section.Path} is '{section.Value}'; expected {Expected(type)}.");
        }
        else if (typeof(IEnumerable).IsAssignableFrom(type))
        {
            if (ElementOf(type) is { } element) foreach (var child in section.GetChildren()) Check(element, child, errors);
        }
        else
        {
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0))
                Check(property.PropertyType, section.GetSection(property.Name), errors);
        }
    }

    private static bool CanConvert(TypeConverter converter, string value)
    {
        try
        {
            converter.ConvertFromInvariantString(value);
            return true;
        }
        catch (Exception)
        {
            // Converters throw what they like, mostly an exception around another; each says that it cannot be.
            return false;
        }
    }

    /// <summary>What a collection's sections are: a dictionary's by their keys, a list's by their numbers.</summary>
    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType() : type.IsGenericType ? type.GetGenericArguments()[^1] : null;

    private static string Expected(Type type)
    {
        if (type.IsEnum) return string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()));
        if (type == typeof(bool)) return "true or false";
        if (type == typeof(TimeSpan)) return "a time such as 00:00:30, or 7.00:00:00 for days";
        if (type == typeof(double) || type == typeof(float) || type == typeof(decimal)) return "a number such as 0.5";
        if (type == typeof(Uri)) return "an address such as http://localhost:8080";
        return type.GetField("MaxValue", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is IFormattable most && type.IsPrimitive
            ? $"a whole number up to {most.ToString(null, CultureInfo.InvariantCulture)}"
            : $"a {type.Name}";
    }
}
