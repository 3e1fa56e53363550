using System.Collections;
using Aspire.Hosting.Docker.Resources;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;
using YamlDotNet.Serialization.NamingConventions;
using YamlDotNet.Serialization.ObjectGraphVisitors;

namespace Aspire.Hosting.Docker.Writing;

/// <summary>YAML as the official package writes it: texts in double quotes, keys bare, nothing that is null or empty.</summary>
internal static class ComposeYaml
{
    public static string Write(ComposeFile file, string newLine) => new SerializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .WithTypeConverter(new OctalFileMode())
        .WithEventEmitter(next => new QuotedValues(next))
        .WithEmissionPhaseObjectGraphVisitor(visitors => new NoEmptyMembers(visitors.InnerVisitor))
        .WithNewLine(newLine)
        .WithIndentedSequences()
        .Build()
        .Serialize(file);

    /// <summary><c>0644</c>.</summary>
    private sealed class OctalFileMode : IYamlTypeConverter
    {
        public bool Accepts(Type type) => type == typeof(UnixFileMode);

        public object ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer)
            => (UnixFileMode)Convert.ToInt32(parser.Consume<Scalar>().Value, 8);

        public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer)
            => emitter.Emit(new Scalar("0" + Convert.ToString((int)(UnixFileMode)value!, 8)));
    }

    private sealed class NoEmptyMembers(IObjectGraphVisitor<IEmitter> next) : ChainedObjectGraphVisitor(next)
    {
        public override bool EnterMapping(IPropertyDescriptor key, IObjectDescriptor value, IEmitter context, ObjectSerializer serializer)
            => value.Value is not null
                && (value.Value is not IEnumerable items || items.Cast<object?>().Any())
                && base.EnterMapping(key, value, context, serializer);
    }

    /// <summary>Knows, level by level, whether the next thing is a key: in a mapping every other one is.</summary>
    private sealed class QuotedValues(IEventEmitter next) : ChainedEventEmitter(next)
    {
        private readonly Stack<Level> _levels = [];

        public override void Emit(ScalarEventInfo eventInfo, IEmitter emitter)
        {
            if (!NextIsKey() && eventInfo.Source.Type == typeof(string))
                eventInfo = new ScalarEventInfo(eventInfo.Source) { Style = ScalarStyle.DoubleQuoted };
            base.Emit(eventInfo, emitter);
        }

        public override void Emit(MappingStartEventInfo eventInfo, IEmitter emitter)
        {
            NextIsKey();
            _levels.Push(new Level { IsMapping = true });
            base.Emit(eventInfo, emitter);
        }

        public override void Emit(MappingEndEventInfo eventInfo, IEmitter emitter)
        {
            _levels.Pop();
            base.Emit(eventInfo, emitter);
        }

        public override void Emit(SequenceStartEventInfo eventInfo, IEmitter emitter)
        {
            NextIsKey();
            _levels.Push(new Level());
            base.Emit(eventInfo, emitter);
        }

        public override void Emit(SequenceEndEventInfo eventInfo, IEmitter emitter)
        {
            _levels.Pop();
            base.Emit(eventInfo, emitter);
        }

        private bool NextIsKey()
        {
            if (!_levels.TryPeek(out var level) || !level.IsMapping)
                return false;
            level.HasKey = !level.HasKey;
            return level.HasKey;
        }

        private sealed class Level
        {
            public bool IsMapping { get; init; }

            public bool HasKey { get; set; }
        }
    }
}
