using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);

var back = builder.AddProject<Projects.EchoService>("back")
    .WithHttpEndpoint(name: "api")
    .WithHttpHealthCheck("/health", endpointName: "api");

builder.AddProject<Projects.EchoService>("front")
    .WithHttpEndpoint(port: builder.Configuration.GetValue<int?>("FrontPort"))
    .WithHttpHealthCheck("/health")
    .WithReference(back).WaitFor(back);

builder.Build().Run();
