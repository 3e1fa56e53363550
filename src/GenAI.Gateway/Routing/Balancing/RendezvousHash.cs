using System.IO.Hashing;
using System.Net;
using System.Text;

namespace GenAI.Gateway.Routing.Balancing;

/// <summary>
/// Highest random weight hashing (Thaler and Ravishankar, 1998): each pair of client and instance has a fixed pseudo-random weight, and a
/// client belongs to the instance of its highest. Removing an instance moves only the clients that it had; adding one takes an equal
/// share from each. It needs no state, so every gateway agrees.
/// </summary>
internal static class RendezvousHash
{
    private const int AddressBytes = 16;

    public static ulong Weight(IPAddress client, string instanceId)
    {
        var bytes = AddressBytes + Encoding.UTF8.GetByteCount(instanceId);
        Span<byte> key = bytes <= 256 ? stackalloc byte[bytes] : new byte[bytes];
        // An IPv4 address is the same client whether it arrives as itself or mapped into IPv6.
        client.MapToIPv6().TryWriteBytes(key, out _);
        Encoding.UTF8.GetBytes(instanceId, key[AddressBytes..]);
        return XxHash64.HashToUInt64(key);
    }
}
