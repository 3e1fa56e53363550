namespace GenAI.ModelServer;

/// <summary>The command line: a few switches with names of their own, and every setting by its configuration key.</summary>
internal static class CommandLine
{
    public static IReadOnlyDictionary<string, string> Switches { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["--model"] = $"{ModelServerOptions.Section}:Model",
        ["--dialect"] = $"{ModelServerOptions.Section}:Dialect",
        ["--folder"] = $"{ModelServerOptions.Section}:Folders:Root",
    };

    public const string Help =
        """
        GenAI.ModelServer: an image model behind the API of ComfyUI or of a Stable Diffusion 3.5 server, on any CPU.
        No neural network: pictures are computed from the words of the prompt, so that everything around a model can run anywhere.

        Usage: GenAI.ModelServer --model <name> --dialect comfyui|stable-diffusion [options]

          --model <name>       The model's name, as metrics and statistics show it: flux-1-dev, stable-diffusion-35…
          --dialect <api>      comfyui: /prompt, /queue, /history, /view, /ws…   stable-diffusion: POST /generate
          --urls <addresses>   Where to listen, such as http://127.0.0.1:8188 (default http://localhost:5000)
          --folder <path>      Where output, input and temp lie (default .genai/<model>)
          --help               This text

        Any setting can be given as --ModelServer:Key value, as an environment variable (ModelServer__Key) or in appsettings.json:

          Models:Checkpoints:0…          the files on offer; also DiffusionModels, TextEncoders, Vae, Loras, Embeddings
          Models:LoadTime                what loading a checkpoint costs (00:00:00.250)
          Models:StepTime                how long a sampling step takes at least (00:00:00)
          Models:MemorySlots             how many checkpoints memory holds (1)
          Jobs:QueueCapacity             jobs that may wait (256)
          Jobs:QueueBytes                and their bytes, roughly (134217728)
          Jobs:TimeLimit                 a job that runs longer fails (00:10:00)
          Jobs:DrainTime                 how long the running job may go on at shutdown (00:00:02)
          Limits:Side, Steps, Batch      what one image may ask for (2048, 150, 16)
          Limits:PixelSteps              what one job may compute: width x height x steps x images (640000000)
          Limits:UploadBytes, JsonBytes  sizes of requests (67108864, 8388608)
          Sockets:MaxConnections         clients that may listen at /ws (256)

        Try it:
          GenAI.ModelServer --model stable-diffusion-35 --dialect stable-diffusion --urls http://127.0.0.1:8000
          curl -H 'accept: image/png' -H 'content-type: application/json' -o picture.png \
               -d '{"prompt":"a red circle on a blue background"}' http://127.0.0.1:8000/generate
        """;

    public static bool AsksForHelp(string[] args) => args.Any(arg => arg is "--help" or "-h" or "-?");
}
