using System.Text.Json;
using GenAI.Gateway.Access;
using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;

namespace GenAI.Gateway.Automatic1111;

/// <summary>What there is to choose from, and what is chosen.</summary>
internal static class ListsApi
{
    private const int MaxOptionsBytes = 1 << 20;

    private static readonly string[] EmptyLists =
    [
        "/loras", "/hypernetworks", "/face-restorers", "/realesrgan-models", "/prompt-styles", "/sd-vae", "/latent-upscale-modes", "/script-info", "/extensions",
    ];

    private static readonly string[] Refreshes = ["/refresh-checkpoints", "/refresh-loras", "/refresh-vae", "/refresh-embeddings"];

    public static void MapLists(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/sd-models", Models);
        endpoints.MapGet("/samplers", () => SamplerNames.Samplers.Select(sampler => new { name = sampler.Name, aliases = (string[])[sampler.Alias], options = new { } }));
        endpoints.MapGet("/schedulers", () => SamplerNames.Schedulers.Select(scheduler =>
            new { name = scheduler.Name, label = scheduler.Label, aliases = (string[]?)null, default_rho = -1.0, need_inner_model = false }));
        endpoints.MapGet("/upscalers", () => new[] { new { name = "None", model_name = (string?)null, model_path = (string?)null, model_url = (string?)null, scale = 1.0 } });
        endpoints.MapGet("/embeddings", () => new { loaded = new { }, skipped = new { } });
        endpoints.MapGet("/scripts", () => new { txt2img = Array.Empty<string>(), img2img = Array.Empty<string>() });
        endpoints.MapGet("/cmd-flags", () => new { api = true });
        endpoints.MapGet("/memory", Memory);
        foreach (var list in EmptyLists) endpoints.MapGet(list, () => Array.Empty<string>());
        // The lists are always as they are now.
        foreach (var refresh in Refreshes) endpoints.MapPost(refresh, () => new { });
        endpoints.MapGet("/options", (HttpContext context, ImageModels models, Sessions sessions) => SettingNames.With(ModelTitles.Of(Chosen(context, models, sessions))));
        endpoints.MapPost("/options", ChooseAsync);
    }

    private static IEnumerable<object> Models(HttpContext context, ImageModels models) =>
        models.All.Where(model => context.Caller().MayUse(model.Name)).Select(model => new
        {
            title = ModelTitles.Of(model),
            // Not the web UI's, but clients look for it.
            name = model.Name,
            model_name = model.Name,
            hash = (string?)null,
            sha256 = (string?)null,
            filename = model.Checkpoint,
            config = (string?)null,
        });

    private static object Memory()
    {
        var elsewhere = new { error = "The models run on other machines than this gateway." };
        return new { ram = elsewhere, cuda = elsewhere };
    }

    private static ImageModel Chosen(HttpContext context, ImageModels models, Sessions sessions) =>
        sessions.Of(context.Caller()).Model is { } name && models.Find(name) is { } model ? model : models.DefaultFor(context.Caller());

    /// <summary>The checkpoint is the caller's to choose; everything else is as it is, and saying so again is no mistake.</summary>
    private static async Task ChooseAsync(HttpContext context, ImageModels models, Sessions sessions, ApiErrorWriter errors)
    {
        var (body, error) = await MakeApi.ReadAsync(context, MaxOptionsBytes);
        (var model, error) = body is { } json ? Choose(json, models, context.Caller()) : (null, error);
        if (error is not null)
        {
            await errors.WriteAsync(context, error);
            return;
        }

        if (model is not null) sessions.Of(context.Caller()).Model = model.Name;
        await context.Response.WriteAsJsonAsync(new { }, context.RequestAborted);
    }

    private static (ImageModel? Model, ApiError? Error) Choose(JsonElement body, ImageModels models, Caller caller)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return (null, new ApiError(StatusCodes.Status422UnprocessableEntity, "model_attributes_type", $"The body must be an object, got {body.ValueKind}.") { Param = "" });

        ImageModel? model = null;
        foreach (var setting in body.EnumerateObject())
        {
            if (setting.NameEquals(SettingNames.Checkpoint))
            {
                var name = setting.Value.ToString();
                model = ModelTitles.Find(models, name);
                if (model is null) return (null, ModelTitles.NotFound(models, name));
                if (!caller.MayUse(model.Name)) return (null, Refusals.Model(caller, model.Name));
            }
            else if (!SettingNames.IsAsItIs(setting.Name, setting.Value))
            {
                return (null, new ApiError(StatusCodes.Status422UnprocessableEntity, "not_supported",
                    $"The setting {setting.Name} cannot be {BodyMembers.Quote(setting.Value)}, for the gateway serves many; {SettingNames.Known}.") { Param = setting.Name });
            }
        }

        return (model, null);
    }
}
