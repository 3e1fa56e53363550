using GenAI.Contracts.Instances;
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
    public void Instances_are_put_on_tracks_by_their_addresses_and_those_named_only_there_come_last()
    {
        var model = Model("flux-1-dev", ("FLUX_URL", "http://a:1, http://b:2"), ("GenAI:Models:flux-1-dev:Tracks:canary", "http://b:2,http://c:3/"));

        Assert.Equal([("http://a:1/", "stable"), ("http://b:2/", "canary"), ("http://c:3/", "canary")],
            model.Endpoints.Select(endpoint => (endpoint.AbsoluteUri, model.TrackOf(endpoint))));
        Assert.Null(model.Traffic);
    }

    [Fact]
    public void Traffic_says_which_track_serves_and_how_much_the_canary_has()
    {
        var traffic = Model("flux-1-dev", ("GenAI:Models:flux-1-dev:Traffic:CanaryPercent", "12.5")).Traffic;

        Assert.Equal(new ModelTraffic { Model = "flux-1-dev", ActiveTrack = "stable", CanaryPercent = 12.5 }, traffic);
        Assert.Equal("green", Model("flux-1-dev", ("GenAI:Models:flux-1-dev:Traffic:ActiveTrack", "green")).Traffic?.ActiveTrack);
    }

    [Theory]
    [InlineData("Traffic:CanaryPercent", "101", "CanaryPercent is 101; expected 0 to 100")]
    [InlineData("Traffic:CanaryPercent", "many", "CanaryPercent is 'many'")]
    [InlineData("Traffic:ActiveTrack", "Green!", "ActiveTrack is 'Green!'")]
    [InlineData("Tracks:Can ary", "http://a:1", "'Can ary' is no track")]
    [InlineData("Tracks:canary", "a:1", "Tracks:canary is 'a:1'")]
    public void A_track_that_cannot_be_is_named(string key, string value, string reason) =>
        Assert.Contains(reason, Assert.Throws<ModelCatalogException>(() => Read(($"GenAI:Models:flux-1-dev:{key}", value))).Message);

    [Fact]
    public void A_canary_that_has_all_cannot_have_a_share_too() =>
        Assert.Contains("CanaryPercent is 5 while ActiveTrack is canary", Assert.Throws<ModelCatalogException>(() => Read(
            ("GenAI:Models:flux-1-dev:Traffic:ActiveTrack", "canary"), ("GenAI:Models:flux-1-dev:Traffic:CanaryPercent", "5"))).Message);

    [Fact]
    public void An_instance_is_on_one_track() =>
        Assert.Contains("on the track", Assert.Throws<ModelCatalogException>(() => Read(
            ("GenAI:Models:flux-1-dev:Tracks:blue", "http://a:1"), ("GenAI:Models:flux-1-dev:Tracks:green", "http://a:1"))).Message);

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
