using GenAI.ServiceDefaults;
using GenAI.ServiceDefaults.SampleService;

// The smallest service: what GenAI.ServiceDefaults.Tests run in-process and as a process of its own.
var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddSample();

var app = builder.Build();
app.MapDefaultEndpoints(mapHealth: !app.Configuration.GetValue<bool>("Sample:OwnHealth"));
app.MapSample();
app.Run();
