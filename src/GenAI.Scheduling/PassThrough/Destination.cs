namespace GenAI.Scheduling.PassThrough;

/// <summary>An instance that may take a pass-through request.</summary>
/// <param name="InFlight">Requests in flight, as the caller counts them.</param>
/// <param name="LoadScore">The specification's load score, 0 to 1; decides between equals.</param>
public readonly record struct Destination(string Id, int InFlight, double LoadScore = 0);
