using System.Buffers;

namespace GenAI.ModelServer.Imaging;

/// <summary>A working buffer of exactly this length from the shared pool; its content is undefined until written.</summary>
internal sealed class PooledFloats(int length) : IDisposable
{
    private float[]? _rented = ArrayPool<float>.Shared.Rent(length);

    public Span<float> Span => (_rented ?? throw new ObjectDisposedException(nameof(PooledFloats))).AsSpan(0, length);

    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<float>.Shared.Return(_rented);
        _rented = null;
    }
}
