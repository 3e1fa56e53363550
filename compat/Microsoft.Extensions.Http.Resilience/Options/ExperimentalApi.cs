namespace Microsoft.Extensions.Http.Resilience;

/// <summary>The diagnostic that the official package raises where its API is marked experimental; raised alike here.</summary>
internal static class ExperimentalApi
{
    public const string Id = "EXTEXP0001";
}
