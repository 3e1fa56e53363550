using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.Tests.Jobs;

public class SharedPartsTests
{
    [Fact]
    public void Jobs_that_ask_for_the_same_share_it_and_stay_what_they_were()
    {
        var parts = new SharedParts();
        Job first = parts.Share(Make("1", "KSampler")), second = parts.Share(Make("2", "KSampler")), other = parts.Share(Make("3", "Another"));

        Assert.Same(first.Demand, second.Demand);
        Assert.Same(first.Owner, other.Owner);
        Assert.Equal(("3", "Another"), (other.Id, other.Demand.NodeClasses.Single()));
        Assert.Equal("2", second.Id);
    }

    /// <summary>As it is read from a request: nothing in it is anybody else's.</summary>
    private static Job Make(string id, string node) => new()
    {
        Id = id,
        Model = new string("flux-1-dev"),
        Source = JobSource.ComfyUI,
        Owner = new string("a key"),
        Number = 1,
        Demand = new JobDemand { Checkpoint = new string("a.safetensors"), NodeClasses = [new string(node)] },
        AcceptedAt = DateTimeOffset.UnixEpoch,
    };
}
