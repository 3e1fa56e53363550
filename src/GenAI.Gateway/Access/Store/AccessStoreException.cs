namespace GenAI.Gateway.Access.Store;

/// <summary>The store of keys and usage cannot be used. The message says which, why, and what to do.</summary>
internal sealed class AccessStoreException(string message, Exception? inner = null) : Exception(message, inner);
