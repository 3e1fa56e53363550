using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using GenAI.Benchmarks.Imaging;

// dotnet run -c Release --project benchmarks/GenAI.Benchmarks -- --filter '*Sampling*'
//
// Each run is a process that BenchmarkDotNet builds first, with all that this project references. It looks for the project
// below the current folder, and allows two minutes, which is too little where others keep the cores busy.
var root = new DirectoryInfo(AppContext.BaseDirectory);
while (root is not null && !File.Exists(Path.Combine(root.FullName, "GenAI.sln"))) root = root.Parent;
if (root is not null) Directory.SetCurrentDirectory(root.FullName);

BenchmarkSwitcher.FromAssembly(typeof(SamplingBenchmark).Assembly)
    .Run(args, ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(15)));
