namespace GenAI.Gateway.Jobs;

/// <summary>By which API a job came in.</summary>
internal enum JobSource
{
    ComfyUI,
    OpenAI,
    Automatic1111,
    StableDiffusion,
}
