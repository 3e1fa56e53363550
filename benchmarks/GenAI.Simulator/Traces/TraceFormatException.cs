namespace GenAI.Simulator.Traces;

/// <summary>A file that cannot be used, with the line, the value and what was expected there.</summary>
internal sealed class TraceFormatException : Exception
{
    public TraceFormatException(string message)
        : base(message)
    {
    }

    public TraceFormatException(string path, int line, string column, string value, string expected)
        : base($"{path}, line {line}: {column} is '{value}'; expected {expected}.")
    {
    }
}
