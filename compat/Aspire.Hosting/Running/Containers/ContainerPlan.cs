using System.Security.Cryptography;
using System.Text;

namespace Aspire.Hosting.Running;

/// <summary>A container to make: everything that its definition says, and nothing of this run.</summary>
/// <param name="Name">Its name with the engine.</param>
/// <param name="Image">What it is made from.</param>
/// <param name="ImageId">Which image that is now.</param>
/// <param name="Options">Of <c>create</c>, before the image.</param>
/// <param name="Arguments">Of the program in the container.</param>
/// <param name="Environment">Its variables.</param>
internal sealed record ContainerPlan(
    string Name, string Image, string ImageId, IReadOnlyList<string> Options, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The same for the same definition: a persistent container of another one is made anew.</summary>
    public string Fingerprint
    {
        get
        {
            var variables = Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => $"{variable.Key}={variable.Value}");
            var text = string.Join('\0', [Name, Image, ImageId, .. Options, "", .. Arguments, "", .. variables]);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        }
    }
}
