using System.Net.Sockets;
using System.Text;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>A request whose target is sent as it is written: HttpClient would tidy it up.</summary>
internal static class RawRequest
{
    public static Task<string> GetAsync(Uri address, string target, CancellationToken cancellationToken) =>
        SendAsync(address, $"GET {target} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n\r\n", cancellationToken);

    /// <summary>Sends the text as it is and returns all that comes back until the connection is closed.</summary>
    public static async Task<string> SendAsync(Uri address, string request, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), cancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>Without the framing of a chunked body, for answers of one line.</summary>
    public static async Task<string> GetBodyAsync(Uri address, string target, CancellationToken cancellationToken)
    {
        var response = await GetAsync(address, target, cancellationToken);
        var body = response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        return response.Contains("chunked", StringComparison.Ordinal) ? body.Split("\r\n")[1] : body;
    }
}
