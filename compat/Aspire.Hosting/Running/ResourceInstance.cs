using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>One of a resource's replicas: its id, and what the places of <see cref="InstanceTemplate"/> are for it.</summary>
internal sealed record ResourceInstance(IResource Resource, string Id, IReadOnlyDictionary<string, string> Values);
