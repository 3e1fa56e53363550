using System.Text.Json;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;

namespace GenAI.Gateway.Automatic1111;

/// <summary>
/// The bodies of <c>txt2img</c> and <c>img2img</c>. What would change the picture and is not here (a second pass, scripts, LoRAs in the prompt…)
/// is refused by name; what only says how to save or show it is passed over.
/// </summary>
internal static class MakeRequestReader
{
    private const int MaxText = 32_000;
    private const int MaxName = 256;
    private const int MaxBatch = 16;
    private const int MaxImages = 64;

    private static readonly string[] ExtraNetworks = ["<lora:", "<lyco:", "<hypernet:"];

    public static (MakeRequest? Request, ApiError? Error) Read(JsonElement body, bool ofPicture, int maxPictureBytes)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return (null, new ApiError(StatusCodes.Status422UnprocessableEntity, "model_attributes_type", $"The body must be an object, got {body.ValueKind}.") { Param = "" });

        var members = new BodyMembers(body);
        var (sampler, scheduler) = Sampling(members);
        var request = new MakeRequest
        {
            Prompt = members.Text("prompt", "", MaxText),
            NegativePrompt = members.Text("negative_prompt", "", MaxText),
            Seed = members.Whole("seed", -1, -1, long.MaxValue),
            Sampler = sampler,
            Scheduler = scheduler,
            BatchSize = (int)members.Whole("batch_size", 1, 1, MaxBatch),
            Iterations = (int)members.Whole("n_iter", 1, 1, MaxImages),
            Steps = (int)members.Whole("steps", 50, 1, ImageWork.MaxSteps),
            Guidance = members.Real("cfg_scale", 7, 0, ImageWork.MaxGuidance),
            Size = new ImageSize(Side(members, "width"), Side(members, "height")),
            Model = Overrides(members),
            SendImages = members.Flag("send_images", true),
        };
        if (request.Count > MaxImages) members.Fail("n_iter", "too_many", $"'batch_size' times 'n_iter' is {request.Count}; one request may make {MaxImages} images", 0);
        RefuseOthers(members, request);
        if (ofPicture) request = WithPicture(request, members, maxPictureBytes);
        return members.Error is { } error ? (null, error) : (request, null);
    }

    private static (NamedSampler Sampler, NamedScheduler Scheduler) Sampling(BodyMembers members)
    {
        var (sampler, scheduler) = (SamplerNames.Find("Euler")!.Value.Sampler, SamplerNames.Schedulers[0]);
        var name = members.Text("sampler_name", members.Text("sampler_index", "", MaxName), MaxName);
        if (name.Length > 0)
        {
            if (SamplerNames.Find(name) is var (found, with)) (sampler, scheduler) = (found, with ?? scheduler);
            else members.Fail("sampler_name", "sampler_not_found", $"There is no sampler '{name}'; there are {string.Join(", ", SamplerNames.Samplers.Select(known => known.Name))}", 0);
        }

        var schedule = members.Text("scheduler", "", MaxName);
        if (schedule.Length == 0) return (sampler, scheduler);
        if (SamplerNames.FindScheduler(schedule) is { } chosen) return (sampler, chosen);
        return members.Fail("scheduler", "scheduler_not_found", $"There is no scheduler '{schedule}'; there are {string.Join(", ", SamplerNames.Schedulers.Select(known => known.Label))}", (sampler, scheduler));
    }

    private static int Side(BodyMembers members, string name)
    {
        var side = (int)members.Whole(name, 512, ImageSize.Min, ImageSize.Max);
        return side % ImageSize.Multiple == 0 ? side : members.Fail(name, "multiple_of", $"'{name}' must be a multiple of {ImageSize.Multiple}, got {side}", side);
    }

    private static string? Overrides(BodyMembers members)
    {
        if (members.Structure("override_settings", JsonValueKind.Object) is not { } settings) return null;
        string? model = null;
        foreach (var setting in settings.EnumerateObject())
        {
            if (setting.NameEquals(SettingNames.Checkpoint) && setting.Value.ValueKind == JsonValueKind.String) model = setting.Value.GetString();
            else if (!SettingNames.IsAsItIs(setting.Name, setting.Value))
                members.Fail("override_settings", "not_supported", $"'override_settings' has {setting.Name} = {BodyMembers.Quote(setting.Value)}; {SettingNames.Known}", 0);
        }

        return string.IsNullOrEmpty(model) ? null : model;
    }

    private static void RefuseOthers(BodyMembers members, MakeRequest request)
    {
        members.Refuse(members.Flag("enable_hr", false), "enable_hr", "there is no second pass; ask for the size itself");
        members.Refuse(members.Flag("tiling", false), "tiling", "there is no tiling");
        members.Refuse(members.Flag("restore_faces", false), "restore_faces", "there is no restoring of faces");
        members.Refuse(members.Real("subseed_strength", 0, 0, 1) > 0, "subseed_strength", "there are no variation seeds");
        members.Refuse(members.Text("refiner_checkpoint", "", MaxName) is not ("" or "None"), "refiner_checkpoint", "there is no refiner");
        members.Refuse(members.Text("script_name", "", MaxName) is not ("" or "None"), "script_name", "there are no scripts");
        members.Refuse(members.Structure("styles", JsonValueKind.Array) is { } styles && styles.GetArrayLength() > 0, "styles", "there are no styles");
        foreach (var (name, text) in ((string, string)[])[("prompt", request.Prompt), ("negative_prompt", request.NegativePrompt)])
        {
            if (ExtraNetworks.FirstOrDefault(network => text.Contains(network, StringComparison.OrdinalIgnoreCase)) is { } network)
                members.Refuse(true, name, $"{network}…> in a prompt; LoRAs go through ComfyUI's API");
        }

        if (members.Structure("alwayson_scripts", JsonValueKind.Object) is not { } scripts) return;
        // Clients name scripts that they leave empty.
        foreach (var script in scripts.EnumerateObject())
            members.Refuse(HasArguments(script.Value), "alwayson_scripts", $"there is no script '{script.Name}'");
    }

    private static bool HasArguments(JsonElement script) =>
        script.ValueKind == JsonValueKind.Object && script.TryGetProperty("args", out var arguments)
        && !(arguments.ValueKind == JsonValueKind.Array && arguments.GetArrayLength() == 0);

    private static MakeRequest WithPicture(MakeRequest request, BodyMembers members, int maxBytes)
    {
        var pictures = members.Structure("init_images", JsonValueKind.Array) is { } array ? array.EnumerateArray().ToArray() : [];
        if (pictures.Length != 1) return members.Fail("init_images", "list_length", $"'init_images' must have one image, got {pictures.Length}", request);

        var resize = members.Whole("resize_mode", 0, 0, 3);
        members.Refuse(resize > 1, "resize_mode", "it stretches (0) or crops (1)");
        members.Refuse(members.Flag("inpainting_mask_invert", false), "inpainting_mask_invert", "white is what changes; invert the mask");
        return request with
        {
            Picture = ReadPicture(members, "init_images", pictures[0], maxBytes),
            Mask = members.Find("mask") is { } mask ? ReadPicture(members, "mask", mask, maxBytes) : null,
            Strength = members.Real("denoising_strength", 0.75, 0, 1),
            Crop = resize == 1,
        };
    }

    private static Picture? ReadPicture(BodyMembers members, string name, JsonElement value, int maxBytes)
    {
        if (value.ValueKind != JsonValueKind.String) return members.Fail<Picture?>(name, "string_type", $"'{name}' must be base64, got {BodyMembers.Quote(value)}", null);
        var text = value.GetString()!;
        // data:image/png;base64,…
        var start = text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? text.IndexOf(',', StringComparison.Ordinal) + 1 : 0;
        var bytes = new byte[(text.Length - start) / 4 * 3 + 3];
        if (!Convert.TryFromBase64Chars(text.AsSpan(start), bytes, out var count)) return members.Fail<Picture?>(name, "invalid_image", $"'{name}' must be base64, got {BodyMembers.Quote(value)}", null);
        if (count > maxBytes) return members.Fail<Picture?>(name, "image_too_large", $"'{name}' has {count} bytes; at most {maxBytes} are taken", null);
        var (picture, found) = Picture.Read(bytes[..count]);
        return picture ?? members.Fail<Picture?>(name, "invalid_image", $"'{name}' must be {Picture.Expected}, got {found}", null);
    }
}
