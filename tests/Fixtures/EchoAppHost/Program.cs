using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);

var back = builder.AddProject<Projects.EchoService>("back")
    .WithHttpEndpoint(name: "api")
    .WithHttpHealthCheck("/health", endpointName: "api");

builder.AddProject<Projects.EchoService>("front")
    .WithHttpEndpoint(port: builder.Configuration.GetValue<int?>("FrontPort"))
    .WithHttpHealthCheck("/health")
    .WithReference(back).WaitFor(back);

if (builder.Configuration["AskFor"] is { } parameter)
    back.WithEnvironment("ANSWER", builder.AddParameter(parameter, secret: true));

if (builder.Configuration["Container"] is { } image)
    builder.AddContainer("box", image).WithEntrypoint("sh").WithArgs("-c", "trap exit TERM; sleep 300 & wait");

builder.Build().Run();
