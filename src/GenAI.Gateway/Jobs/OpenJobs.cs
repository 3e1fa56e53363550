using System.Diagnostics.CodeAnalysis;

namespace GenAI.Gateway.Jobs;

/// <summary>
/// The jobs that have not ended, in memory: all that dispatch and the question "where is my job?" need, without payloads. May be used
/// from any thread; nothing waits for long.
/// </summary>
internal sealed class OpenJobs(TimeSpan headStart, SteadyClock clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OpenJob> _byId = new(StringComparer.Ordinal);
    private readonly SharedParts _shared = new();
    private readonly Dictionary<string, Share> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Share> _owners = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_lock) return _byId.Count;
        }
    }

    /// <summary>Keeps places for jobs that are about to be accepted, if the check of what there is allows it.</summary>
    /// <returns>What the check returned; null: the places are kept until <see cref="Release"/>.</returns>
    public TRefusal? TryReserve<TRefusal>(string model, string owner, int count, Func<JobCounts, JobCounts, TRefusal?> check)
        where TRefusal : class
    {
        lock (_lock)
        {
            var (ofModel, ofOwner) = (Of(_models, model), Of(_owners, owner));
            if (check(ofModel.Counts, ofOwner.Counts) is { } refusal)
            {
                Forget(owner);
                return refusal;
            }

            ofModel.Reserved += count;
            ofOwner.Reserved += count;
            return null;
        }
    }

    public void Release(string model, string owner, int count)
    {
        lock (_lock)
        {
            Of(_models, model).Reserved -= count;
            Of(_owners, owner).Reserved -= count;
            Forget(owner);
        }
    }

    /// <returns>False when it is known already.</returns>
    public bool TryAdd(Job job)
    {
        lock (_lock)
        {
            if (_byId.ContainsKey(job.Id)) return false;
            var open = new OpenJob(_shared.Share(job), clock.OfPast(job.AcceptedAt), headStart);
            _byId.Add(open.Job.Id, open);
            Of(_models, job.Model).Add(open);
            Of(_owners, job.Owner).Add(open);
            return true;
        }
    }

    /// <summary>The job's next record; one that has ended is let go, and those who wait for its end are told.</summary>
    /// <returns>False when no such job is open.</returns>
    public bool TryReplace(Job job)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(job.Id, out var open)) return false;
            var (ofModel, ofOwner) = (Of(_models, job.Model), Of(_owners, job.Owner));
            ofModel.Remove(open);
            ofOwner.Remove(open);
            open.Job = job;
            if (job.State == JobState.Queued) open.ExpectedEnd = null;
            if (!job.State.HasEnded())
            {
                ofModel.Add(open);
                ofOwner.Add(open);
                return true;
            }

            _byId.Remove(job.Id);
            Forget(job.Owner);
            open.End();
            return true;
        }
    }

    public IReadOnlyCollection<string> Ids()
    {
        lock (_lock) return [.. _byId.Keys];
    }

    public bool TryGet(string id, [NotNullWhen(true)] out Job? job)
    {
        lock (_lock) job = _byId.TryGetValue(id, out var open) ? open.Job : null;
        return job is not null;
    }

    /// <summary>Since when the job is known, by the steady clock; null when it is not open.</summary>
    public DateTimeOffset? SinceOf(string id)
    {
        lock (_lock) return _byId.TryGetValue(id, out var open) ? open.Since : null;
    }

    /// <param name="end">By the steady clock, as all times here but those in the jobs' own records.</param>
    public void Expect(string id, DateTimeOffset end)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var open)) open.ExpectedEnd = end;
        }
    }

    /// <param name="ended">Completes with the job's end.</param>
    /// <returns>False when no such job is open.</returns>
    public bool TryWaitFor(string id, [NotNullWhen(true)] out Task<Job>? ended)
    {
        lock (_lock) ended = _byId.TryGetValue(id, out var open) ? open.WhenEnded : null;
        return ended is not null;
    }

    public JobCounts CountsOfModel(string model)
    {
        lock (_lock) return _models.TryGetValue(model, out var share) ? share.Counts : default;
    }

    public JobCounts CountsOfOwner(string owner)
    {
        lock (_lock) return _owners.TryGetValue(owner, out var share) ? share.Counts : default;
    }

    public IReadOnlyList<(string Model, int Queued)> QueuedByModel()
    {
        lock (_lock) return [.. _models.Select(model => (model.Key, model.Value.Queued.Count))];
    }

    /// <summary>The running ones first, then as they are roughly expected to be begun.</summary>
    public IReadOnlyList<Job> List(string? model, string? owner, int limit)
    {
        lock (_lock)
        {
            var shares = owner is not null ? Find(_owners, owner) : model is not null ? Find(_models, model) : [.. _models.Values];
            var all = shares.SelectMany(share => share.Running).OrderBy(open => open.Job.Number)
                .Concat(shares.Count == 1 ? shares[0].Queued : shares.SelectMany(share => share.Queued).Order(OpenJob.ByUrgency));
            return [.. all.Select(open => open.Job)
                .Where(job => model is null || string.Equals(job.Model, model, StringComparison.Ordinal))
                .Take(limit)];
        }
    }

    /// <summary>The job's place among the waiting ones of its model, from 1; 0 when it runs.</summary>
    public (Job Job, int Position, DateTimeOffset? ExpectedEnd)? PlaceOf(string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var open)) return null;
            var queued = _models[open.Job.Model].Queued;
            var position = open.Job.State == JobState.Queued ? queued.GetViewBetween(queued.Min!, open).Count : 0;
            return (open.Job, position, open.ExpectedEnd);
        }
    }

    private static List<Share> Find(Dictionary<string, Share> shares, string key) => shares.TryGetValue(key, out var share) ? [share] : [];

    private static Share Of(Dictionary<string, Share> shares, string key)
    {
        if (!shares.TryGetValue(key, out var share)) shares[key] = share = new Share();
        return share;
    }

    /// <summary>There are as many keys as clients, most of which have nothing here.</summary>
    private void Forget(string owner)
    {
        if (_owners.TryGetValue(owner, out var share) && share.IsEmpty) _owners.Remove(owner);
    }

    private sealed class Share
    {
        public SortedSet<OpenJob> Queued { get; } = new(OpenJob.ByUrgency);

        public HashSet<OpenJob> Running { get; } = [];

        public int Reserved { get; set; }

        public bool IsEmpty => Queued.Count + Running.Count + Reserved == 0;

        public JobCounts Counts => new(Queued.Count + Reserved, Running.Count, Queued.Min?.UrgentFrom);

        public void Add(OpenJob job) => _ = job.Job.State == JobState.Queued ? Queued.Add(job) : Running.Add(job);

        public void Remove(OpenJob job) => _ = job.Job.State == JobState.Queued ? Queued.Remove(job) : Running.Remove(job);
    }
}
