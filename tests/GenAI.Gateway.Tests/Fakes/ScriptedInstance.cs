using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>An instance that answers each request with bytes as they are given to it, HTTP or not.</summary>
internal sealed class ScriptedInstance : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<string, NetworkStream, CancellationToken, Task<bool>> _answer;
    private readonly Task _accepting;
    private int _connections;
    private int _open;

    private ScriptedInstance(Func<string, NetworkStream, CancellationToken, Task<bool>> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>The head of each request, in the order of arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public int Connections => Volatile.Read(ref _connections);

    public int Open => Volatile.Read(ref _open);

    /// <param name="answer">Given a request's head and the connection; whether the connection stays open.</param>
    public static ScriptedInstance Start(Func<string, NetworkStream, CancellationToken, Task<bool>> answer) => new(answer);

    /// <summary>Answers everything with the same bytes, and then keeps or closes the connection.</summary>
    public static ScriptedInstance Answering(string answer, bool thenClose = false) => Start(async (_, stream, token) =>
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), token);
        return !thenClose;
    });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true) served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref _connections);
        Interlocked.Increment(ref _open);
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                while (await ReadHeadAsync(stream) is { } head)
                {
                    // The gateway asks instances about themselves too.
                    if (!head.Contains("/object_info", StringComparison.Ordinal)) Requests.Enqueue(head);
                    if (!await _answer(head, stream, _stopping.Token)) return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The other side, or the test, has had enough.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stopping.Token) == 0) return null;
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
