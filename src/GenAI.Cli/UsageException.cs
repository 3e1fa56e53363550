namespace GenAI.Cli;

/// <summary>The command cannot be run as it was given. The message says what was found and what was expected.</summary>
internal sealed class UsageException(string message) : Exception(message);
