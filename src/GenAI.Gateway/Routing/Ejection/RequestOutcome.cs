namespace GenAI.Gateway.Routing.Ejection;

/// <summary>What one request says about the instance that it went to.</summary>
internal enum RequestOutcome
{
    /// <summary>The instance answered.</summary>
    Answered,

    /// <summary>The instance could not be reached, broke off, or answered 502, 503 or 504.</summary>
    GatewayError,

    /// <summary>The client went away or sent something unusable, or wants a WebSocket of an instance that has too many: it says nothing of the instance.</summary>
    Nothing,
}
