namespace GenAI.ModelServer.ComfyUI.Sockets;

/// <summary>A message on its way to one client. A preview is worth nothing once there is a newer one.</summary>
internal readonly record struct OutboundMessage(ReadOnlyMemory<byte> Payload, bool IsPreview);

/// <summary>
/// What waits for one client, bounded in number and bytes, so that a client that does not read costs neither memory nor
/// anyone's time. At most one preview waits; previews give way to messages.
/// </summary>
internal sealed class OutboundQueue(int maxMessages, long maxBytes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<OutboundMessage> _waiting = [];
    private readonly SemaphoreSlim _signal = new(0);
    private LinkedListNode<OutboundMessage>? _preview;
    private long _bytes;
    private bool _disposed;

    /// <summary>False when the message cannot be kept: the client is too far behind and must be given up.</summary>
    public bool Offer(OutboundMessage message)
    {
        lock (_gate)
        {
            if (_disposed) return true;
            if (message.IsPreview) DropPreview();
            if (!Fits(message)) DropPreview();
            if (!Fits(message)) return message.IsPreview;

            var node = _waiting.AddLast(message);
            if (message.IsPreview) _preview = node;
            _bytes += message.Payload.Length;
            _signal.Release();
            return true;
        }
    }

    /// <summary>Waits for the next message.</summary>
    public async Task<OutboundMessage> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _signal.WaitAsync(cancellationToken);
            lock (_gate)
            {
                // A dropped preview leaves its signal behind.
                if (_waiting.First is not { } first) continue;
                Remove(first);
                return first.Value;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _waiting.Clear();
            _signal.Dispose();
        }
    }

    private bool Fits(OutboundMessage message) =>
        _waiting.Count < maxMessages && (_waiting.Count == 0 || _bytes + message.Payload.Length <= maxBytes);

    private void DropPreview()
    {
        if (_preview is not null) Remove(_preview);
    }

    private void Remove(LinkedListNode<OutboundMessage> node)
    {
        if (node == _preview) _preview = null;
        _waiting.Remove(node);
        _bytes -= node.Value.Payload.Length;
    }
}
