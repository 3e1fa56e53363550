namespace GenAI.Gateway.Routing.Retries;

/// <summary>How many passed-through requests may be tried on a second instance; configuration section <c>GenAI:Gateway:Retry</c>.</summary>
internal sealed class RetryOptions
{
    public const string Section = "GenAI:Gateway:Retry";

    /// <summary>Retries as a share of a model's requests within <see cref="Window"/>, 0..1. With <see cref="Floor"/> 0 as well, nothing is retried.</summary>
    public double Share { get; set; } = 0.2;

    /// <summary>Retries within <see cref="Window"/> that few requests are allowed too, beside their share.</summary>
    public int Floor { get; set; } = 10;

    /// <summary>How long requests and retries count.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);
}
