namespace GenAI.Gateway.Routing.Forwarding;

/// <summary>How the end of an answer's body is found (RFC 9112, 6.3).</summary>
internal enum BodyFraming
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>By <c>Content-Length</c>.</summary>
    Length,

    /// <summary>By the chunked transfer coding.</summary>
    Chunked,

    /// <summary>By the end of the connection.</summary>
    UntilClose,
}
