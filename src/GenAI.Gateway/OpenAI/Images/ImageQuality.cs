namespace GenAI.Gateway.OpenAI.Images;

internal enum ImageQuality
{
    Medium,
    Low,
    High,
}
