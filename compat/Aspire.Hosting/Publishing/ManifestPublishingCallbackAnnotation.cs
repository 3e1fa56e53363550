using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>How a resource writes itself into the manifest; with no callback it is not there.</summary>
    public class ManifestPublishingCallbackAnnotation : IResourceAnnotation
    {
        public ManifestPublishingCallbackAnnotation(Action<ManifestPublishingContext>? callback)
            => Callback = callback is null ? null : context =>
            {
                callback(context);
                return Task.CompletedTask;
            };

        public ManifestPublishingCallbackAnnotation(Func<ManifestPublishingContext, Task>? callback) => Callback = callback;

        public static ManifestPublishingCallbackAnnotation Ignore { get; } = new((Func<ManifestPublishingContext, Task>?)null);

        public Func<ManifestPublishingContext, Task>? Callback { get; }
    }
}

namespace Aspire.Hosting
{
    public static partial class ResourceBuilderExtensions
    {
        public static IResourceBuilder<T> WithManifestPublishingCallback<T>(
            this IResourceBuilder<T> builder, Action<ManifestPublishingContext> callback)
            where T : IResource
        {
            ArgumentNullException.ThrowIfNull(builder);
            ArgumentNullException.ThrowIfNull(callback);
            return builder.WithAnnotation(new ManifestPublishingCallbackAnnotation(callback), ResourceAnnotationMutationBehavior.Replace);
        }

        public static IResourceBuilder<T> WithManifestPublishingCallback<T>(
            this IResourceBuilder<T> builder, Func<ManifestPublishingContext, Task> callback)
            where T : IResource
        {
            ArgumentNullException.ThrowIfNull(builder);
            ArgumentNullException.ThrowIfNull(callback);
            return builder.WithAnnotation(new ManifestPublishingCallbackAnnotation(callback), ResourceAnnotationMutationBehavior.Replace);
        }

        /// <summary>The resource belongs to the development machine: it is not published.</summary>
        public static IResourceBuilder<T> ExcludeFromManifest<T>(this IResourceBuilder<T> builder)
            where T : IResource
        {
            ArgumentNullException.ThrowIfNull(builder);
            return builder.WithAnnotation(ManifestPublishingCallbackAnnotation.Ignore, ResourceAnnotationMutationBehavior.Replace);
        }
    }
}
