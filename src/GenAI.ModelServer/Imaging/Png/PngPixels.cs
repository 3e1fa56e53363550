namespace GenAI.ModelServer.Imaging.Png;

/// <summary>Turns inflated image data into a picture.</summary>
internal sealed class PngPixels
{
    private const int PaletteEntry = 3;

    private readonly PngHeader _header;
    private readonly byte[] _palette;
    private readonly byte[] _transparency;
    private readonly byte[] _rgb;
    private readonly byte[]? _alpha;

    public PngPixels(PngHeader header, byte[] palette, byte[] transparency)
    {
        if (header.Colour == PngColour.Palette && (palette.Length is 0 or > 256 * PaletteEntry || palette.Length % PaletteEntry != 0))
            throw new InvalidDataException($"PNG: a palette of {palette.Length} bytes is not 1 to 256 colours.");

        _header = header;
        _palette = palette;
        _transparency = transparency;
        _rgb = new byte[3 * header.Width * header.Height];
        _alpha = header.HasAlpha || transparency.Length > 0 ? new byte[header.Width * header.Height] : null;
    }

    public DecodedPng Decode(Span<byte> raw)
    {
        foreach (var pass in PngPasses.Of(_header))
        {
            var rowBytes = _header.RowBytes(pass.Width);
            ReadOnlySpan<byte> above = new byte[rowBytes];
            for (var y = 0; y < pass.Height; y++)
            {
                var row = raw.Slice(1, rowBytes);
                PngFilter.Undo(raw[0], row, above, _header.FilterDistance);
                Place(row, pass, y);
                above = row;
                raw = raw[(1 + rowBytes)..];
            }
        }

        return new DecodedPng(new Picture(_header.Width, _header.Height, _rgb), _alpha);
    }

    private void Place(ReadOnlySpan<byte> row, PngPass pass, int passRow)
    {
        var line = (pass.Y + passRow * pass.StepY) * _header.Width;
        Span<ushort> samples = stackalloc ushort[4];
        for (var x = 0; x < pass.Width; x++)
        {
            for (var channel = 0; channel < _header.Channels; channel++)
                samples[channel] = Sample(row, x * _header.Channels + channel);
            Put(samples[.._header.Channels], line + pass.X + x * pass.StepX);
        }
    }

    private ushort Sample(ReadOnlySpan<byte> row, int index)
    {
        if (_header.BitDepth == 16)
            return (ushort)(row[2 * index] << 8 | row[2 * index + 1]);
        if (_header.BitDepth == 8)
            return row[index];

        var bit = index * _header.BitDepth;
        return (ushort)((row[bit / 8] >> (8 - _header.BitDepth - bit % 8)) & ((1 << _header.BitDepth) - 1));
    }

    private void Put(ReadOnlySpan<ushort> samples, int pixel)
    {
        var target = _rgb.AsSpan(3 * pixel, 3);
        if (_header.Colour == PngColour.Palette)
        {
            if (samples[0] * PaletteEntry >= _palette.Length)
                throw new InvalidDataException($"PNG: a pixel uses colour {samples[0]} of a palette of {_palette.Length / PaletteEntry}.");
            _palette.AsSpan(samples[0] * PaletteEntry, PaletteEntry).CopyTo(target);
        }
        else if (_header.Colour is PngColour.Grey or PngColour.GreyAlpha)
        {
            target.Fill(ToByte(samples[0]));
        }
        else
        {
            for (var channel = 0; channel < 3; channel++)
                target[channel] = ToByte(samples[channel]);
        }

        if (_alpha is not null)
            _alpha[pixel] = Opacity(samples);
    }

    private byte ToByte(ushort sample) => _header.BitDepth == 16 ? (byte)(sample >> 8) : (byte)(sample * 255 / ((1 << _header.BitDepth) - 1));

    private byte Opacity(ReadOnlySpan<ushort> samples)
    {
        if (_header.HasAlpha)
            return ToByte(samples[^1]);
        if (_header.Colour == PngColour.Palette)
            return samples[0] < _transparency.Length ? _transparency[samples[0]] : byte.MaxValue;
        return IsTransparentColour(samples) ? (byte)0 : byte.MaxValue;
    }

    /// <summary>For grey and RGB, tRNS names the one transparent colour, two bytes a sample.</summary>
    private bool IsTransparentColour(ReadOnlySpan<ushort> samples)
    {
        if (_transparency.Length < 2 * samples.Length)
            return false;
        for (var i = 0; i < samples.Length; i++)
        {
            if (samples[i] != (_transparency[2 * i] << 8 | _transparency[2 * i + 1]))
                return false;
        }

        return true;
    }
}
