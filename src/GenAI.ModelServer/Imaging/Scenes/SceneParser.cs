namespace GenAI.ModelServer.Imaging.Scenes;

/// <summary>
/// Reads a prompt from left to right: attributes (count, colours, size, texture, place) are gathered until the noun they
/// belong to; those left over when a clause ends go to the shape before them ("a circle in red"). Anything not understood
/// goes into the scene's mood. Pure, and total: every text gives a scene.
/// </summary>
internal static class SceneParser
{
    public static Scene Parse(string prompt)
    {
        var draft = new SceneDraft();
        string[] words = [.. PromptWords.Of(prompt)];
        for (var i = 0; i < words.Length; i++)
            Read(draft, words[i], i + 1 < words.Length ? words[i + 1] : PromptWords.Separator);
        draft.EndClause();
        return draft.Finish();
    }

    private static void Read(SceneDraft draft, string word, string next)
    {
        if (word is PromptWords.Separator or "with")
            draft.EndClause();
        else if (word == "and")
            draft.And();
        else if (!ReadNoun(draft, word) && !ReadRelation(draft, word, next) && !ReadAttribute(draft, word) && !Vocabulary.IsMeaningless(word))
            draft.AddUnknown(word);
    }

    private static bool ReadNoun(SceneDraft draft, string word)
    {
        if (Vocabulary.TryShape(word, out var kind))
            draft.AddShape(kind, isPlural: word.EndsWith('s') && word != "cross");
        else if (Vocabulary.IsBackground(word))
            draft.SetBackground();
        else if (Sceneries.TryGet(word, out var scenery))
            draft.SetScenery(scenery);
        else
            return false;
        return true;
    }

    private static bool ReadRelation(SceneDraft draft, string word, string next)
    {
        switch (word)
        {
            case "above" or "over" or "atop":
                draft.Relate(Region.Top, Region.Bottom);
                break;
            case "below" or "under" or "beneath" or "underneath":
                draft.Relate(Region.Bottom, Region.Top);
                break;
            case "left" when next == "of":
                draft.Relate(Region.Left, Region.Right);
                break;
            case "right" when next == "of":
                draft.Relate(Region.Right, Region.Left);
                break;
            case "inside" or "within":
                draft.PlaceInsideNext();
                break;
            case "on" or "against":
                draft.PlaceOnNext();
                break;
            default:
                return false;
        }

        return true;
    }

    private static bool ReadAttribute(SceneDraft draft, string word)
    {
        var pending = draft.Pending;
        if (ColourNames.TryGet(word, out var colour))
            pending.Add(colour);
        else if (ColourNames.TryGetShade(word, out var shade))
            pending.Shade = shade;
        else if (Vocabulary.TryTexture(word, out var texture))
            pending.Texture = texture;
        else if (Vocabulary.TrySize(word, out var size))
            pending.Size = size;
        else if (Vocabulary.TryRegion(word, out var region))
            draft.Place(region);
        else if (Vocabulary.TryCount(word, out var count))
            pending.Count = count;
        else
            return false;
        return true;
    }
}
