using System.Buffers.Binary;

namespace GenAI.ModelServer.Imaging.Png;

/// <summary>Walks the chunks of a file; every chunk's bounds and checksum are verified before it is handed out.</summary>
internal ref struct PngChunks
{
    private const int TypeLength = 4;

    private ReadOnlySpan<byte> _rest;

    /// <exception cref="InvalidDataException">It is not a PNG file.</exception>
    public PngChunks(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(PngFormat.Signature))
            throw new InvalidDataException("PNG: the signature is missing; this is another kind of file.");
        _rest = file[PngFormat.Signature.Length..];
    }

    public ReadOnlySpan<byte> Type { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <returns>False after IEND; what follows it is not looked at.</returns>
    /// <exception cref="InvalidDataException">The file ends inside a chunk or before IEND, or a checksum is wrong.</exception>
    public bool MoveNext()
    {
        if (Type.SequenceEqual(PngFormat.End))
            return false;
        if (_rest.Length < PngFormat.ChunkOverhead)
            throw new InvalidDataException("PNG: the file ends before its IEND chunk.");

        var length = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        Type = _rest.Slice(sizeof(uint), TypeLength);
        if (length > _rest.Length - PngFormat.ChunkOverhead)
            throw new InvalidDataException($"PNG: the file ends inside its {PngFormat.Name(Type)} chunk of {length} bytes.");

        var checkedPart = _rest.Slice(sizeof(uint), TypeLength + (int)length);
        Data = checkedPart[TypeLength..];
        _rest = _rest[(sizeof(uint) + checkedPart.Length)..];
        if (BinaryPrimitives.ReadUInt32BigEndian(_rest) != PngFormat.Crc(checkedPart))
            throw new InvalidDataException($"PNG: the checksum of the {PngFormat.Name(Type)} chunk is wrong.");

        _rest = _rest[sizeof(uint)..];
        return true;
    }
}
