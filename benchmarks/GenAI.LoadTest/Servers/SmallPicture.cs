namespace GenAI.LoadTest.Servers;

/// <summary>A PNG of one white pixel.</summary>
internal static class SmallPicture
{
    public const string Base64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==";

    public static byte[] Png { get; } = Convert.FromBase64String(Base64);
}
