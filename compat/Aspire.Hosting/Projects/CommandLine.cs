using System.Text;

namespace Aspire.Hosting;

internal static class CommandLine
{
    /// <summary>Splits at blanks outside double quotes: <c>--name "two words"</c> is two arguments. A backslash before a quote keeps it.</summary>
    public static List<string> Split(string line)
    {
        var arguments = new List<string>();
        var current = new StringBuilder();
        var (quoted, started) = (false, false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length && line[i + 1] == '"')
                current.Append(line[++i]);
            else if (line[i] == '"')
                (quoted, started) = (!quoted, true);
            else if (!char.IsWhiteSpace(line[i]) || quoted)
                current.Append(line[i]);
            else
                Flush();
        }

        Flush();
        return arguments;

        void Flush()
        {
            if (current.Length > 0 || started)
                arguments.Add(current.ToString());
            current.Clear();
            started = false;
        }
    }
}
