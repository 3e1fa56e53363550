using GenAI.ServiceDefaults.Settings;

namespace GenAI.Orchestrator.Api;

internal static class ApiSetup
{
    private const string PortSetting = "GENAI_PORT_ORCHESTRATOR";
    private const int DefaultPort = 8193;

    /// <summary>OpenAPI, and the port where nobody has set an address.</summary>
    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "GenAI orchestrator";
            document.Info.Description = "The control plane: which model servers there are, how they are, and what the machine has left.";
            return Task.CompletedTask;
        }));

        if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls(Address(builder.Configuration));
        return builder;
    }

    public static WebApplication MapApi(this WebApplication app)
    {
        app.MapOpenApi();
        app.MapInstances();
        app.MapResources();
        return app;
    }

    /// <summary>All interfaces inside a container, whose network decides who may come; this machine only outside of one.</summary>
    private static string Address(ConfigurationManager configuration)
    {
        var text = configuration[PortSetting];
        var port = DefaultPort;
        if (!string.IsNullOrEmpty(text) && (!int.TryParse(text, out port) || port is < 1 or > 65535))
            throw new SettingsException([$"{PortSetting} is '{text}'; expected a TCP port from 1 to 65535."]);
        return configuration.GetValue<bool>("DOTNET_RUNNING_IN_CONTAINER") ? $"http://*:{port}" : $"http://localhost:{port}";
    }
}
