using System.Globalization;

namespace GenAI.LoadTest.Servers;

/// <summary>
/// What a request asks of a server: it is written into the prompt, which every proxy passes on as it is, as <c>work=312.5 load=40</c>, in
/// milliseconds.
/// </summary>
/// <param name="Work">On a server of speed 1.</param>
/// <param name="Load">Of its checkpoint, should this request be the one that has to load it.</param>
internal readonly record struct WorkOrder(TimeSpan Work, TimeSpan Load = default)
{
    public string Prompt => string.Create(CultureInfo.InvariantCulture, $"work={Work.TotalMilliseconds:0.###} load={Load.TotalMilliseconds:0.###}");

    /// <exception cref="FormatException">It is no such prompt.</exception>
    public static WorkOrder Parse(string prompt) =>
        prompt.Split(' ') is [var work, var load] ? new WorkOrder(Value(work, "work="), Value(load, "load=")) : throw new FormatException($"The prompt is '{prompt}'.");

    private static TimeSpan Value(string part, string name) =>
        TimeSpan.FromMilliseconds(double.Parse(part.AsSpan(part.StartsWith(name, StringComparison.Ordinal) ? name.Length : 0), CultureInfo.InvariantCulture));
}
