namespace GenAI.LoadTest;

/// <summary>The measurement cannot be made; the message says why and what to do.</summary>
internal sealed class LoadTestException(string message) : Exception(message);
