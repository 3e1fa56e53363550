using System.Text;

namespace Aspire.Hosting.Running;

/// <summary>Cuts a child's output into lines; a line longer than the limit becomes several.</summary>
internal static class LineReader
{
    private const int MaxLineLength = 16 * 1024;

    public static async Task ReadAsync(TextReader reader, Action<string> onLine)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        while (await ReadAsync(reader, buffer) is var count and > 0)
        {
            foreach (var character in buffer.AsSpan(0, count))
            {
                if (character != '\n')
                    line.Append(character);
                if (character == '\n' || line.Length >= MaxLineLength)
                    Flush();
            }
        }

        if (line.Length > 0)
            Flush();

        void Flush()
        {
            onLine(line.ToString().TrimEnd('\r'));
            line.Clear();
        }
    }

    private static async Task<int> ReadAsync(TextReader reader, Memory<char> buffer)
    {
        try
        {
            return await reader.ReadAsync(buffer);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
