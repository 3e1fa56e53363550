namespace GenAI.Gateway.Routing.Ejection;

/// <summary>What to remember, and for how long the instance is taken out; null: it stays.</summary>
internal readonly record struct EjectionDecision(EjectionRecord Record, TimeSpan? EjectFor);
