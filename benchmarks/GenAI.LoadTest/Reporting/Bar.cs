namespace GenAI.LoadTest.Reporting;

/// <summary>What is asked of a figure.</summary>
/// <param name="Name">What the figure is.</param>
/// <param name="Limit">At most; at least where <paramref name="AtLeast"/>.</param>
internal sealed record Bar(string Name, double Value, double Limit, bool AtLeast = false)
{
    public bool IsMet => AtLeast ? Value >= Limit : Value <= Limit;
}
