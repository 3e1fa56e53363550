using GenAI.ModelServer.ComfyUI.Execution;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.ComfyUI.Nodes;

/// <summary>One execution of a node: its inputs, links resolved, and the job that it is part of.</summary>
internal sealed class NodeCall(string nodeId, IReadOnlyDictionary<string, object> inputs, PromptRun run)
{
    public PromptJob Job => run.Job;

    public PromptRun Run => run;

    /// <summary>Cancelled when the job must stop.</summary>
    public CancellationToken Stop => run.Control.Token;

    public T Get<T>(string input) => (T)inputs[input];

    public int Int(string input) => (int)Get<Int128>(input);

    public ulong Seed(string input) => (ulong)Get<Int128>(input);

    public double Float(string input) => Get<double>(input);

    public string Text(string input) => Get<string>(input);

    /// <summary>Tells the client how far the node is.</summary>
    public void Report(int step, int total, Func<Picture>? preview) => run.Progress(nodeId, step, total, preview);
}
