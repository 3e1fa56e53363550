// Uses @saintno/comfyui-sdk as its users do and prints what it saw, as one line of JSON.
//
//   node comfyui-sdk.mjs <base address> [checkpoint]
//
// Text to image (several at once), upload and image to image, progress, previews, cancel, history, and a refused prompt.
import { CallWrapper, ComfyApi, PromptBuilder } from "@saintno/comfyui-sdk";

const [address, checkpoint = "sd_xl_base_1.0.safetensors"] = process.argv.slice(2);
if (!address) {
  console.error("usage: node comfyui-sdk.mjs <base address> [checkpoint]");
  process.exit(2);
}

setTimeout(() => {
  console.error("no result within 100 s");
  process.exit(1);
}, 100_000);

const api = new ComfyApi(address.replace(/\/$/, "")).init();
await api.waitForReady();

const graph = (seed, { steps = 4, image, size = 64, sampler = "euler" } = {}) => ({
  4: { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: checkpoint } },
  ...(image
    ? {
        1: { class_type: "LoadImage", inputs: { image } },
        5: { class_type: "VAEEncode", inputs: { pixels: ["1", 0], vae: ["4", 2] } },
      }
    : { 5: { class_type: "EmptyLatentImage", inputs: { width: size, height: size, batch_size: 1 } } }),
  6: { class_type: "CLIPTextEncode", inputs: { text: "a red circle on a blue background", clip: ["4", 1] } },
  7: { class_type: "CLIPTextEncode", inputs: { text: "", clip: ["4", 1] } },
  3: {
    class_type: "KSampler",
    inputs: {
      seed, steps, cfg: 2, sampler_name: sampler, scheduler: "normal", denoise: image ? 0.5 : 1,
      model: ["4", 0], positive: ["6", 0], negative: ["7", 0], latent_image: ["5", 0],
    },
  },
  8: { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["4", 2] } },
  9: { class_type: "SaveImage", inputs: { filename_prefix: "sdk", images: ["8", 0] } },
});

const run = (workflow, { onStart } = {}) =>
  new Promise((resolve) => {
    const seen = { progress: 0, previews: 0, outputs: 0 };
    new CallWrapper(api, new PromptBuilder(workflow, [], ["picture"]).setOutputNode("picture", "9"))
      .onStart((id) => { seen.id = id; onStart?.(id); })
      .onProgress(() => seen.progress++)
      .onPreview(() => seen.previews++)
      .onOutput(() => seen.outputs++)
      .onFinished(async (data, id) => {
        const files = data.picture?.images ?? [];
        const pictures = await Promise.all(files.map(async (file) => Buffer.from(await (await api.getImage(file)).arrayBuffer())));
        resolve({ ...seen, id, names: files.map((file) => file.filename), png: pictures.every((bytes) => bytes.subarray(1, 4).toString("latin1") === "PNG"), pictures });
      })
      .onFailed((error) => resolve({ ...seen, failed: error.name }))
      .run();
  });

const seed = Number(process.hrtime.bigint() % 1000000n);
const checkpoints = await api.getCheckpoints();
const several = await Promise.all([1, 2, 3, 4, 5, 6].map((i) => run(graph(seed + i))));

const upload = await api.uploadImage(several[0].pictures[0], "start.png", { override: true });
const fromImage = await run(graph(seed + 10, { image: upload.info.filename }));

const cancelled = await run(graph(seed + 20, { steps: 400, size: 256 }), { onStart: () => api.interrupt() });
const refused = await run(graph(seed + 30, { sampler: "no such sampler" }));
const histories = await api.getHistories(100);
const queue = await api.getQueue();

const summary = ({ pictures, ...rest }) => rest;
console.log(JSON.stringify({
  checkpoints,
  several: several.map(summary),
  different: new Set(several.map((result) => result.pictures[0].toString("base64"))).size,
  upload: upload.info,
  fromImage: summary(fromImage),
  cancelled: summary(cancelled),
  refused: summary(refused),
  history: several.every((result) => histories[result.id]?.status.status_str === "success"),
  open: queue.queue_running.length + queue.queue_pending.length,
}));
process.exit(0);
