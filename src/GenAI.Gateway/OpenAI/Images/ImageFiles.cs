using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.OpenAI.Images;

/// <summary>
/// Images that were answered as an address: in memory, bounded by bytes and by age, the oldest first. Whoever has the address has the
/// image, so the id in it is 256 random bits.
/// </summary>
internal sealed class ImageFiles(IOptions<OpenAIOptions> options, TimeProvider clock)
{
    private const int IdBytes = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, byte[]> _images = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTimeOffset Expires)> _byAge = new();
    private long _bytes;

    /// <summary>Keeps the image and returns its id.</summary>
    public string Add(byte[] image)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        lock (_lock)
        {
            _images.Add(id, image);
            _byAge.Enqueue((id, clock.GetUtcNow() + options.Value.ImageLifetime));
            _bytes += image.Length;
            DropOld();
        }

        return id;
    }

    /// <summary>Null when there is none, or none any more.</summary>
    public byte[]? Find(string id)
    {
        lock (_lock)
        {
            DropOld();
            return _images.GetValueOrDefault(id);
        }
    }

    private void DropOld()
    {
        var now = clock.GetUtcNow();
        while (_byAge.TryPeek(out var oldest) && (oldest.Expires <= now || _bytes > options.Value.ImageStoreBytes))
        {
            _byAge.Dequeue();
            if (_images.Remove(oldest.Id, out var image)) _bytes -= image.Length;
        }
    }
}
