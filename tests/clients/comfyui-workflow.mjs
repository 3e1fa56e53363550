// Runs a text-to-image workflow with @stable-canvas/comfyui-client and prints what the client saw, as one line of JSON.
//
//   node comfyui-workflow.mjs <base address> [checkpoint]
//
// The address has no path: the client asks for /ws at the root, whatever its base is.
import { Client } from "@stable-canvas/comfyui-client";
import WebSocket from "ws";

const [address, checkpoint = "sd_xl_base_1.0.safetensors"] = process.argv.slice(2);
if (!address) {
  console.error("usage: node comfyui-workflow.mjs <base address> [checkpoint]");
  process.exit(2);
}

const url = new URL(address);
const client = new Client({
  api_host: url.host,
  api_base: "",
  ssl: url.protocol === "https:",
  WebSocket,
  fetch,
});

const workflow = {
  4: { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: checkpoint } },
  5: { class_type: "EmptyLatentImage", inputs: { width: 128, height: 128, batch_size: 1 } },
  6: { class_type: "CLIPTextEncode", inputs: { text: "a red circle on a blue background", clip: ["4", 1] } },
  7: { class_type: "CLIPTextEncode", inputs: { text: "", clip: ["4", 1] } },
  3: {
    class_type: "KSampler",
    inputs: {
      seed: Number(process.hrtime.bigint() % 1000000n), steps: 6, cfg: 2, sampler_name: "euler", scheduler: "normal", denoise: 1,
      model: ["4", 0], positive: ["6", 0], negative: ["7", 0], latent_image: ["5", 0],
    },
  },
  8: { class_type: "VAEDecode", inputs: { samples: ["3", 0], vae: ["4", 2] } },
  9: { class_type: "SaveImage", inputs: { filename_prefix: "client", images: ["8", 0] } },
};

const deadline = setTimeout(() => {
  console.error("no result within 60 s");
  process.exit(1);
}, 60_000);

let previews = 0;
client.on("b_preview", () => previews++);

const stats = await client.getSystemStats();
client.connect();
const models = await client.getSDModels();
const samplers = await client.getSamplers();
const progress = [];
const result = await client.enqueue(workflow, { progress: ({ value, max }) => progress.push([value, max]) });
const images = await Promise.all(
  result.images.map(async (image) => {
    const bytes = image.type === "url" ? Buffer.from(await (await fetch(image.data)).arrayBuffer()) : Buffer.from(image.data);
    return { type: image.type, bytes: bytes.length, png: bytes.subarray(1, 4).toString("latin1") === "PNG" };
  }),
);
// The client is content with the last node's output, which comes before the entry in the history.
let history = {};
while (!history[result.prompt_id]) history = await (await client.fetchApi(`/history/${result.prompt_id}`)).json();
client.close();
clearTimeout(deadline);

console.log(JSON.stringify({
  version: stats.system.comfyui_version, models, samplers, progress, previews, images, status: history[result.prompt_id].status.status_str,
}));
process.exit(0);
