namespace GenAI.Gateway.Access.Cors;

/// <summary>Which web pages' scripts may use the gateway; configuration section <c>GenAI:Gateway:Cors</c>. None by default.</summary>
internal sealed class CorsOptions
{
    public const string Section = "GenAI:Gateway:Cors";

    /// <summary>Origins as browsers send them: <c>https://studio.example.org</c>. <c>*</c> alone: every one.</summary>
    public string[] Origins { get; set; } = [];

    /// <summary>How long a browser may remember what it was allowed.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(10);
}
