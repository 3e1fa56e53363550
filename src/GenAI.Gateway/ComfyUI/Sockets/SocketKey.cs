namespace GenAI.Gateway.ComfyUI.Sockets;

/// <summary>Who listens: a client's own name for itself means something only within its key and its model.</summary>
internal readonly record struct SocketKey(string Owner, string Model, string ClientId);
