namespace GenAI.AppHost.Resources;

/// <summary>The API that a model server speaks, by the name that <c>--dialect</c> and <c>GenAI:Models:{name}:Dialect</c> know.</summary>
internal enum ModelDialect
{
    ComfyUI,
    StableDiffusion,
}

internal static class ModelDialectExtensions
{
    extension(ModelDialect dialect)
    {
        public string SettingValue => dialect switch
        {
            ModelDialect.ComfyUI => "comfyui",
            ModelDialect.StableDiffusion => "stable-diffusion",
            _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "Not a dialect."),
        };

        /// <summary>The path that answers 200 when the server can take a job.</summary>
        public string ReadinessPath => dialect == ModelDialect.ComfyUI ? "/system_stats" : "/health";

        /// <summary>The port that such a server listens on in a container of its own.</summary>
        public int ContainerPort => dialect == ModelDialect.ComfyUI ? 8188 : 8000;
    }
}
