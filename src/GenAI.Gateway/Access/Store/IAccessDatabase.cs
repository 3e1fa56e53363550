using System.Data.Common;

namespace GenAI.Gateway.Access.Store;

/// <summary>Where keys and usage are: SQLite for one gateway, PostgreSQL for several. Their SQL is the same but for the type of a hash.</summary>
internal interface IAccessDatabase : IAsyncDisposable
{
    /// <summary>For messages: what it is, without a password.</summary>
    string Description { get; }

    /// <summary>Whether other gateways write it too.</summary>
    bool IsShared { get; }

    /// <summary>The type of a column that holds bytes.</summary>
    string BytesType { get; }

    /// <summary>Runs the work on an open connection, off the caller's thread where it would block.</summary>
    Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken);
}
