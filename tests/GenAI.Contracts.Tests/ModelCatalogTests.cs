using GenAI.Contracts.Models;
using Microsoft.Extensions.Configuration;

namespace GenAI.Contracts.Tests;

public sealed class ModelCatalogTests
{
    [Fact]
    public void Without_configuration_there_are_three_models_without_instances()
    {
        var catalog = Read();

        Assert.Equal(["comfyui-workflows", "flux-1-dev", "stable-diffusion-35"], catalog.Models.Select(model => model.Name));
        Assert.Equal([8191, 8189, 8190], catalog.Models.Select(model => model.Port));
        Assert.All(catalog.Models, model => Assert.Empty(model.Endpoints));
    }

    [Fact]
    public void Instances_come_from_service_discovery_in_numeric_order()
    {
        var settings = Enumerable.Range(0, 12).Select(n => ($"services:flux-1-dev:http:{n}", $"http://localhost:{9000 + n}")).ToArray();

        Assert.Equal(Enumerable.Range(9000, 12), Model("flux-1-dev", settings).Endpoints.Select(endpoint => endpoint.Port));
    }

    [Fact]
    public void A_url_setting_wins_over_service_discovery_and_may_name_several()
    {
        var model = Model("flux-1-dev", ("FLUX_URL", "http://a:1/, http://b:2"), ("services:flux-1-dev:http:0", "http://c:3"));

        Assert.Equal(["http://a:1/", "http://b:2/"], model.Endpoints.Select(endpoint => endpoint.AbsoluteUri));
    }

    [Fact]
    public void The_port_setting_wins_over_the_section() =>
        Assert.Equal(7001, Model("stable-diffusion-35", ("GENAI_PORT_SD35", "7001"), ("GenAI:Models:stable-diffusion-35:Port", "7002")).Port);

    [Fact]
    public void A_model_can_be_added_by_configuration()
    {
        var model = Model("qwen-image", ("GenAI:Models:qwen-image:Dialect", "comfyui"), ("GenAI:Models:qwen-image:Checkpoint", "qwen.safetensors"));

        Assert.Equal((ModelDialect.ComfyUI, null, "qwen.safetensors"), (model.Dialect, model.Port, model.Checkpoint));
    }

    [Fact]
    public void A_setting_of_all_models_is_not_a_model() => Assert.Equal(3, Read(("GenAI:Models:Runtime", "auto")).Models.Length);

    [Fact]
    public void Every_error_is_reported_at_once_with_its_value()
    {
        var errors = Assert.Throws<ModelCatalogException>(() => Read(
            ("FLUX_URL", "localhost:1"),
            ("GENAI_PORT_SD35", "99999"),
            ("GenAI:Models:comfyui-workflows:Dialect", "gradio"),
            ("GenAI:Models:Bad_Name:Checkpoint", "x"))).Errors;

        Assert.Collection(errors.Order(StringComparer.Ordinal),
            error => Assert.Contains("FLUX_URL is 'localhost:1'", error),
            error => Assert.Contains("GENAI_PORT_SD35 is '99999'", error),
            error => Assert.Contains("Bad_Name: a model's name", error),
            error => Assert.Contains("Bad_Name:Dialect is missing", error),
            error => Assert.Contains("Dialect is 'gradio'", error));
    }

    [Fact]
    public void Two_models_cannot_share_a_port() =>
        Assert.Contains("Port 8189 is given to", Assert.Throws<ModelCatalogException>(() => Read(("GENAI_PORT_COMFYUI", "8189"))).Message);

    private static ModelDefinition Model(string name, params (string Key, string Value)[] settings)
    {
        Assert.True(Read(settings).TryGet(name, out var model));
        return model;
    }

    private static ModelCatalog Read(params (string Key, string Value)[] settings) =>
        ModelCatalog.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value))
            .Build());
}
