using System.Collections.Immutable;

namespace GenAI.Orchestrator.Resources.Linux;

/// <summary>What a network interface has carried since it came up.</summary>
internal sealed record NetworkCounters(long ReceivedBytes, long TransmittedBytes, long Errors)
{
    private const int Columns = 16;

    /// <summary>
    /// Reads <c>/proc/net/dev</c>, by interface, without the loopback:
    /// <code>
    /// Inter-|   Receive                                                |  Transmit
    ///  face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    ///   eth0: 136816119  3338    0    0    0     0          0         0   197777    2170    0    0    0     0       0          0
    /// </code>
    /// Lines that are not that are left out.
    /// </summary>
    public static ImmutableSortedDictionary<string, NetworkCounters> Parse(string text)
    {
        var interfaces = ImmutableSortedDictionary.CreateBuilder<string, NetworkCounters>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            // An alias such as eth0:1 has a colon in its name, and there need be no space after the last one.
            var colon = line.LastIndexOf(':');
            if (colon < 0) continue;
            var name = line[..colon].Trim();
            if (name != "lo" && Numbers(line[(colon + 1)..]) is [var received, _, var badIn, var lostIn, _, _, _, _, var sent, _, var badOut, var lostOut, ..])
                interfaces[name] = new NetworkCounters(received, sent, badIn + lostIn + badOut + lostOut);
        }

        return interfaces.ToImmutable();
    }

    private static long[]? Numbers(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var numbers = fields.Select(field => KernelNumber.Parse(field)).OfType<long>().ToArray();
        return fields.Length >= Columns && numbers.Length == fields.Length ? numbers : null;
    }
}
