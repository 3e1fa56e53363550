using System.Globalization;

namespace GenAI.Compat.Tests.Aspire;

internal static class Processes
{
    /// <summary>Whether the process exists and is not a zombie that only waits to be collected.</summary>
    public static bool IsAlive(int id)
    {
        try
        {
            // 4711 (name) S 1 …: the state follows the last parenthesis.
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
