using System.Security.Cryptography;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A random default, such as a password: of the classes of characters wanted, with at least so many of each.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    // Without what is easily misread (I, l, O, o, 0, 1) or has a meaning to shells and connection strings.
    private const string LowerCharacters = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCharacters = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string NumericCharacters = "0123456789";
    private const string SpecialCharacters = "-_.{}~()*+!";

    public int MinLength { get; set; } = 22;

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public int MinLower { get; set; }

    public int MinUpper { get; set; }

    public int MinNumeric { get; set; }

    public int MinSpecial { get; set; }

    public override string GetDefaultValue()
    {
        var characters = new List<char>();
        characters.AddRange(Pick(LowerCharacters, Lower, MinLower));
        characters.AddRange(Pick(UpperCharacters, Upper, MinUpper));
        characters.AddRange(Pick(NumericCharacters, Numeric, MinNumeric));
        characters.AddRange(Pick(SpecialCharacters, Special, MinSpecial));

        var allowed = (Lower ? LowerCharacters : "") + (Upper ? UpperCharacters : "")
            + (Numeric ? NumericCharacters : "") + (Special ? SpecialCharacters : "");
        if (allowed.Length == 0)
            throw new InvalidOperationException("A generated parameter needs at least one of Lower, Upper, Numeric and Special.");
        characters.AddRange(Pick(allowed, wanted: true, Math.Max(0, MinLength - characters.Count)));

        var value = characters.ToArray();
        RandomNumberGenerator.Shuffle<char>(value);
        return new string(value);
    }

    /// <summary>The rules of the value, where they are not the usual ones; a value is generated where the application is deployed.</summary>
    public override void WriteToManifest(ManifestPublishingContext context)
    {
        var writer = context.Writer;
        writer.WriteStartObject("generate");
        writer.WriteNumber("minLength", MinLength);
        foreach (var (name, wanted) in new[] { ("lower", Lower), ("upper", Upper), ("numeric", Numeric), ("special", Special) })
        {
            if (!wanted)
                writer.WriteBoolean(name, false);
        }

        foreach (var (name, least) in new[] { ("minLower", MinLower), ("minUpper", MinUpper), ("minNumeric", MinNumeric), ("minSpecial", MinSpecial) })
        {
            if (least != 0)
                writer.WriteNumber(name, least);
        }

        writer.WriteEndObject();
    }

    private static char[] Pick(string from, bool wanted, int count)
    {
        if (!wanted && count > 0)
            throw new InvalidOperationException($"A generated parameter cannot have at least {count} of a class of characters that it excludes.");
        return RandomNumberGenerator.GetItems<char>(from, count);
    }
}
