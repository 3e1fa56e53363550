using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>One connection that is kept, on which bytes are sent as they are given, and one answer is read after the other.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly StringBuilder _arrived = new();
    private readonly byte[] _buffer = new byte[16 << 10];

    private NetworkStream Stream => _client.GetStream();

    public static async Task<RawConnection> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        var connection = new RawConnection();
        connection._client.NoDelay = true;
        await connection._client.ConnectAsync(address.Host, address.Port, cancellationToken);
        return connection;
    }

    public async Task SendAsync(string text, CancellationToken cancellationToken) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    public async Task<(string Head, string Body)> AskAsync(string request, CancellationToken cancellationToken)
    {
        await SendAsync(request, cancellationToken);
        return await ReadAsync(request.StartsWith("HEAD ", StringComparison.Ordinal), cancellationToken);
    }

    /// <summary>The next answer: its head as it came, and its body without chunks.</summary>
    /// <exception cref="EndOfStreamException">The connection ended before the answer did.</exception>
    public async Task<(string Head, string Body)> ReadAsync(bool ofHead, CancellationToken cancellationToken)
    {
        var head = await TakeLineAsync("\r\n\r\n", cancellationToken) + "\r\n";
        var hasNone = ofHead || head.Contains(" 204 ", StringComparison.Ordinal) || head.Contains(" 304 ", StringComparison.Ordinal);
        if (hasNone) return (head, "");
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) return (head, await TakeChunksAsync(cancellationToken));
        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return (head, await TakeAsync(int.Parse(length![15..], CultureInfo.InvariantCulture), cancellationToken));
    }

    /// <summary>Waits for the end of the connection; false when something else comes.</summary>
    public async Task<bool> EndsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _arrived.Length == 0 && await Stream.ReadAsync(_buffer, cancellationToken) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void StopSending() => _client.Client.Shutdown(SocketShutdown.Send);

    public void Dispose() => _client.Dispose();

    private async Task<string> TakeChunksAsync(CancellationToken cancellationToken)
    {
        var body = new StringBuilder();
        while (true)
        {
            var size = int.Parse(await TakeLineAsync("\r\n", cancellationToken), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Append(await TakeAsync(size, cancellationToken));
            await TakeLineAsync("\r\n", cancellationToken);
            if (size == 0) return body.ToString();
        }
    }

    private async Task<string> TakeLineAsync(string end, CancellationToken cancellationToken)
    {
        int index;
        while ((index = _arrived.ToString().IndexOf(end, StringComparison.Ordinal)) < 0) await FillAsync(cancellationToken);
        var line = _arrived.ToString(0, index);
        _arrived.Remove(0, index + end.Length);
        return line;
    }

    private async Task<string> TakeAsync(int length, CancellationToken cancellationToken)
    {
        while (_arrived.Length < length) await FillAsync(cancellationToken);
        var text = _arrived.ToString(0, length);
        _arrived.Remove(0, length);
        return text;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        var count = await Stream.ReadAsync(_buffer, cancellationToken);
        if (count == 0) throw new EndOfStreamException("The connection ended in the middle of an answer.");
        _arrived.Append(Encoding.Latin1.GetString(_buffer, 0, count));
    }
}
