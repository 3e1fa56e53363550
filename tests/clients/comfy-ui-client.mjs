// Uses comfy-ui-client as its users do and prints what it saw, as one line of JSON after the client's own log.
//
//   node comfy-ui-client.mjs <base address> [checkpoint]
import { createRequire } from "node:module";

// Its module for import names a dependency in a way that Node.js no longer takes; the other one is the same client.
const { ComfyUIClient } = createRequire(import.meta.url)("comfy-ui-client");

const [address, checkpoint = "sd_xl_base_1.0.safetensors"] = process.argv.slice(2);
if (!address) {
  console.error("usage: node comfy-ui-client.mjs <base address> [checkpoint]");
  process.exit(2);
}

setTimeout(() => {
  console.error("no result within 100 s");
  process.exit(1);
}, 100_000);

const client = new ComfyUIClient(new URL(address).host, crypto.randomUUID());
await client.connect();

const graph = (seed, image) => ({
  4: { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: checkpoint } },
  ...(image
    ? {
        1: { class_type: "LoadImage", inputs: { image } },
        5: { class_type: "VAEEncode", inputs: { pixels: ["1", 0], vae: ["4", 2] } },
      }
    : { 5: { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 1 } } }),
  6: { class_type: "CLIPTextEncode", inputs: { text: "a red circle", clip: ["4", 1] } },
  7: { class_type: "CLIPTextEncode", inputs: { text: "", clip: ["4", 1] } },
  3: {
    class_type: "KSampler",
    inputs: {
      seed, steps: 12, cfg: 2, sampler_name: "euler", scheduler: "normal", denoise: image ? 0.5 : 1,
      model: ["4", 0], positive: ["6", 0], negative: ["7", 0], latent_image: ["5", 0],
    },
  },
  8: { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["4", 2] } },
  9: { class_type: "SaveImage", inputs: { filename_prefix: "client", images: ["8", 0] } },
});

const bytes = async (images) => Buffer.from(await images["9"][0].blob.arrayBuffer());
const isPng = (file) => file.subarray(1, 4).toString("latin1") === "PNG";

const seed = Number(process.hrtime.bigint() % 1000000n);
const stats = await client.getSystemStats();
const sampler = await client.getObjectInfo("KSampler");
const several = await Promise.all([1, 2, 3].map(async (i) => bytes(await client.getImages(graph(seed + i)))));
const upload = await client.uploadImage(several[0], "start.png", true);
const fromImage = await bytes(await client.getImages(graph(seed + 9, upload.name)));
let refusal = "";
try {
  await client.queuePrompt({ 1: { class_type: "NoSuchNode", inputs: {} } });
} catch (error) {
  refusal = JSON.parse(error.message).error.type;
}

const history = await client.getHistory();
const remaining = (await client.getPrompt()).exec_info.queue_remaining;
await client.disconnect();

console.log(JSON.stringify({
  devices: stats.devices.length, samplers: sampler.KSampler.input.required.sampler_name[0],
  png: [...several, fromImage].every(isPng), upload, refusal, history: Object.keys(history).length, remaining,
}));
process.exit(0);
