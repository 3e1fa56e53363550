using System.Globalization;
using System.Text;
using GenAI.Contracts.Models;
using GenAI.Gateway.Routing.FastPath;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Routing;

/// <summary>Which ports the gateway listens on, and how.</summary>
internal static class GatewayListeners
{
    private const string PortKey = "GENAI_PORT_GATEWAY";
    private const int DefaultPort = 8080;
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// The addresses of <c>ASPNETCORE_URLS</c> (as the AppHost sets it) where there are any, else <c>GENAI_PORT_GATEWAY</c> (8080) and each
    /// model's port, on every interface. <c>ASPNETCORE_HTTP_PORTS</c> does not count: container images set it to something of their own.
    /// </summary>
    public static WebApplicationBuilder AddGatewayListeners(this WebApplicationBuilder builder, ModelCatalog catalog)
    {
        var ports = Ports(builder.Configuration, catalog);
        var addressesGiven = builder.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 }
            || builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // An instance's headers reach us as Latin-1, a character for each byte; written so, they are the same bytes again.
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.UseFastPath();
            if (addressesGiven) return;
            foreach (var port in ports) kestrel.ListenAnyIP(port);
        });
        builder.Services.AddOptions<KestrelServerOptions>()
            .Configure<IOptions<GatewayOptions>>((kestrel, gateway) =>
                kestrel.Limits.MaxRequestBodySize = gateway.Value.MaxRequestBodyBytes);

        builder.StayOnSocketThreads();
        return builder;
    }

    /// <summary>
    /// What goes on when a socket has something does so on the thread that found out, for clients' sockets and for those to the instances: each
    /// would else be two hops per request. It is allowed because nothing on a request's path blocks: whatever may block must go elsewhere.
    /// benchmarks/gateway-overhead measures it.
    /// </summary>
    private static void StayOnSocketThreads(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.UnsafePreferInlineScheduling = true;
            // A second operation for each read, which would save an idle connection its buffer of 4 KB.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        // The runtime reads it once, at the first socket; whoever starts the gateway may say 0.
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null) Environment.SetEnvironmentVariable(InlineCompletions, "1");
    }

    private static int[] Ports(ConfigurationManager configuration, ModelCatalog catalog)
    {
        var text = configuration[PortKey];
        var port = DefaultPort;
        if (!string.IsNullOrEmpty(text)
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
            throw new ModelCatalogException([$"{PortKey} is '{text}'; expected a TCP port from 1 to 65535."]);

        if (catalog.Models.FirstOrDefault(model => model.Port == port) is { } clash)
            throw new ModelCatalogException([$"{PortKey} is {port}, which is {clash.Name}'s own port; each needs its own."]);
        return [port, .. catalog.Models.Select(model => model.Port).OfType<int>()];
    }
}
