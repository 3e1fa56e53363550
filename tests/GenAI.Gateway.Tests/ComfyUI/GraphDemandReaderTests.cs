using System.Text.Json.Nodes;
using GenAI.Gateway.ComfyUI.Graphs;

namespace GenAI.Gateway.Tests.ComfyUI;

public sealed class GraphDemandReaderTests
{
    [Fact]
    public void A_text_to_image_graph_is_read_through_its_links()
    {
        var demand = GraphDemandReader.Read(Parse("""
            {"4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"a.safetensors"}},
             "10":{"class_type":"LoraLoader","inputs":{"model":["4",0],"clip":["4",1],"lora_name":"l.safetensors","strength_model":0.8,"strength_clip":1}},
             "5":{"class_type":"EmptyLatentImage","inputs":{"width":640,"height":["11",0],"batch_size":3}},
             "11":{"class_type":"PrimitiveInt","inputs":{"value":384}},
             "6":{"class_type":"CLIPTextEncode","inputs":{"text":"not.safetensors","clip":["10",1]}},
             "3":{"class_type":"KSampler","inputs":{"model":["10",0],"positive":["6",0],"latent_image":["5",0],"steps":12}}}
            """), "other.safetensors");

        Assert.Equal(("a.safetensors", 12, 640L * 384, 3), (demand.Checkpoint, demand.Steps, demand.Pixels, demand.Images));
        Assert.Equal(["l.safetensors"], demand.Loras);
        Assert.Equal(["a.safetensors", "l.safetensors"], demand.ModelFiles);
        Assert.Equal(["CLIPTextEncode", "CheckpointLoaderSimple", "EmptyLatentImage", "KSampler", "LoraLoader", "PrimitiveInt"],
            demand.NodeClasses.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_sampler_of_several_nodes_finds_its_model_and_steps()
    {
        var demand = GraphDemandReader.Read(Parse("""
            {"1":{"class_type":"UNETLoader","inputs":{"unet_name":"flux1-dev.safetensors","weight_dtype":"default"}},
             "2":{"class_type":"BasicGuider","inputs":{"model":["1",0],"conditioning":["9",0]}},
             "3":{"class_type":"BasicScheduler","inputs":{"model":["1",0],"scheduler":"simple","steps":28,"denoise":1}},
             "4":{"class_type":"EmptySD3LatentImage","inputs":{"width":1024,"height":1024,"batch_size":1}},
             "5":{"class_type":"SamplerCustomAdvanced","inputs":{"guider":["2",0],"sigmas":["3",0],"latent_image":["4",0]}}}
            """), "other");

        Assert.Equal(("flux1-dev.safetensors", 28, 1024L * 1024, 1), (demand.Checkpoint, demand.Steps, demand.Pixels, demand.Images));
    }

    [Fact]
    public void A_second_pass_counts_by_its_own_size()
    {
        var demand = GraphDemandReader.Read(Parse("""
            {"1":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"a.safetensors"}},
             "2":{"class_type":"EmptyLatentImage","inputs":{"width":512,"height":512,"batch_size":1}},
             "3":{"class_type":"KSampler","inputs":{"model":["1",0],"latent_image":["2",0],"steps":20}},
             "4":{"class_type":"LatentUpscaleBy","inputs":{"samples":["3",0],"scale_by":2}},
             "5":{"class_type":"KSampler","inputs":{"model":["1",0],"latent_image":["4",0],"steps":10}}}
            """), "other");

        Assert.Equal((1024L * 1024, 15), (demand.Pixels, demand.Steps));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"1":null,"2":5,"3":{"inputs":[]},"4":{"class_type":7,"inputs":{"model":["4",0],"latent_image":["4",0],"steps":"x"}}}""")]
    public void A_graph_that_makes_no_sense_gets_defaults(string graph)
    {
        var demand = GraphDemandReader.Read(Parse(graph), "own.safetensors");

        Assert.Equal("own.safetensors", demand.Checkpoint);
        Assert.Equal((20, 512L * 512, 1), (demand.Steps, demand.Pixels, demand.Images));
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
