namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>How much a message matters to a client that does not keep up; the least first.</summary>
internal enum MessageKind
{
    /// <summary>A picture of a job at work: worth nothing once there is a newer one of the same job.</summary>
    Preview,

    /// <summary>How far a job is.</summary>
    Progress,

    /// <summary>The state of the queue: only the newest counts.</summary>
    Status,

    /// <summary>What a client cannot do without.</summary>
    Essential,
}

/// <summary>A message on its way to one client.</summary>
/// <param name="Job">Whose preview it is.</param>
internal readonly record struct OutboundMessage(ReadOnlyMemory<byte> Payload, MessageKind Kind, string Job = "")
{
    public bool IsBinary { get; init; }
}

/// <summary>
/// What waits for one client, bounded in number and bytes, so that a client that does not read costs neither memory nor anyone's time.
/// One preview of a job waits, and one state of the queue; previews give way first, then progress.
/// </summary>
internal sealed class OutboundQueue(int maxMessages, long maxBytes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<OutboundMessage> _waiting = [];
    private readonly Dictionary<string, LinkedListNode<OutboundMessage>> _previews = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _signal = new(0);
    private LinkedListNode<OutboundMessage>? _status;
    private long _bytes;
    private bool _disposed;

    /// <summary>False when the message cannot be kept: the client is too far behind and must be given up.</summary>
    public bool Offer(OutboundMessage message)
    {
        lock (_gate)
        {
            if (_disposed) return true;
            if (message.Kind == MessageKind.Preview && _previews.TryGetValue(message.Job, out var older)) Remove(older);
            if (message.Kind == MessageKind.Status && _status is not null) Remove(_status);
            for (var kind = MessageKind.Preview; kind < MessageKind.Essential && !Fits(message); kind++)
            {
                Drop(kind);
                // One that is worth no more than what was dropped is dropped itself.
                if (!Fits(message) && message.Kind == kind) return true;
            }

            if (!Fits(message)) return false;
            Add(message);
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
                // A dropped message leaves its signal behind.
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
            _previews.Clear();
            _signal.Dispose();
        }
    }

    private bool Fits(OutboundMessage message) =>
        _waiting.Count < maxMessages && (_waiting.Count == 0 || _bytes + message.Payload.Length <= maxBytes);

    private void Add(OutboundMessage message)
    {
        var node = _waiting.AddLast(message);
        if (message.Kind == MessageKind.Preview) _previews[message.Job] = node;
        if (message.Kind == MessageKind.Status) _status = node;
        _bytes += message.Payload.Length;
        _signal.Release();
    }

    private void Drop(MessageKind kind)
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Kind == kind) Remove(node);
            node = next;
        }
    }

    private void Remove(LinkedListNode<OutboundMessage> node)
    {
        if (node == _status) _status = null;
        if (node.Value.Kind == MessageKind.Preview) _previews.Remove(node.Value.Job);
        _waiting.Remove(node);
        _bytes -= node.Value.Payload.Length;
    }
}
