using System.Text;
using GenAI.Gateway.ComfyUI.Wire;

namespace GenAI.Gateway.Tests.ComfyUI;

public class PythonJsonTests
{
    [Theory]
    [InlineData("""{"a": [NaN, -Infinity, Infinity, -1, 2]}""", """{"a": [null, null, null, -1, 2]}""")]
    [InlineData("""{"NaN": "NaN, \" Infinity", "b": NaN}""", """{"NaN": "NaN, \" Infinity", "b": null}""")]
    [InlineData("""["ends in \\", NaN]""", """["ends in \\", null]""")]
    [InlineData("""["\udce9.png", "\ud83d", "\uD83D\uDE00", "\\udce9"]""", """["\ufffd.png", "\ufffd", "\uD83D\uDE00", "\\udce9"]""")]
    [InlineData("""["\ud83d\ud83d\ude00"]""", """["\ufffd\ud83d\ude00"]""")]
    [InlineData("NaN", "null")]
    [InlineData("[NaN, \"\\", "[null, \"\\")]
    [InlineData("", "")]
    public void What_an_instance_writes_becomes_JSON_that_can_be_read(string python, string json) =>
        Assert.Equal(json, Encoding.UTF8.GetString(PythonJson.OfInstance(Encoding.UTF8.GetBytes(python))));

    [Fact]
    public void What_a_client_writes_keeps_its_texts() =>
        Assert.Equal("""["\ud83d", null]""", Encoding.UTF8.GetString(PythonJson.OfClient("""["\ud83d", NaN]"""u8.ToArray())));
}
