using System.IO.Hashing;
using System.Net;
using System.Runtime.InteropServices;
using GenAI.Gateway.Access;

namespace GenAI.Gateway.Routing.Clients;

/// <summary>
/// A client as a number that is the same at every gateway and after every restart. What is kept from it needs no state: which instance a
/// client stays with, which track serves it. Allocates nothing.
/// </summary>
internal static class ClientHash
{
    private const int AddressBytes = 16;

    // Keeps a name, a key and an address that are written alike apart.
    private const long NameSeed = 1;
    private const long KeySeed = 2;

    /// <summary>Of the key that makes the request; where keys are not asked for, of the address that it comes from.</summary>
    public static ulong Of(HttpContext context) => Of(context.Caller(), context.Connection.RemoteIpAddress ?? IPAddress.None);

    public static ulong Of(Caller caller, IPAddress address) => caller.Id == Caller.AnonymousId ? Of(address) : OfKey(caller.Id);

    public static ulong OfKey(string id) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan()), KeySeed);

    /// <summary>Of a name that the client gives itself.</summary>
    public static ulong OfName(string name) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()), NameSeed);

    public static ulong Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[AddressBytes];
        // An IPv4 address is the same client whether it arrives as itself or mapped into IPv6.
        if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
        {
            bytes[10] = bytes[11] = 0xff;
            address.TryWriteBytes(bytes[12..], out _);
        }
        else
        {
            address.TryWriteBytes(bytes, out _);
        }

        return XxHash64.HashToUInt64(bytes);
    }

    /// <summary>The pseudo-random weight of a pair of a client and something that is named; the same pair has the same weight always.</summary>
    public static ulong Pair(ulong client, string name) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()), unchecked((long)client));
}
