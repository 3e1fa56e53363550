namespace GenAI.Contracts.Instances;

public static class InstanceAddress
{
    /// <summary>
    /// Where a route of an instance is: <c>http://host:8188</c> and <c>/prompt</c> make <c>http://host:8188/prompt</c>, and
    /// <c>http://host/comfy</c> makes <c>http://host/comfy/prompt</c>, which <see cref="Uri(Uri, string)"/> would not.
    /// </summary>
    /// <param name="endpoint">The instance's base address.</param>
    /// <param name="route">Path and query, from the slash on.</param>
    public static Uri At(this Uri endpoint, string route) => new(endpoint.AbsoluteUri.TrimEnd('/') + route);
}
