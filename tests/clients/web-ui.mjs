// Uses the API of the Stable Diffusion web UI with the npm package stable-diffusion-api and prints what the client saw, as one line of JSON.
//
//   node web-ui.mjs <base address>
import api from "stable-diffusion-api";
import sharp from "sharp";

const [address] = process.argv.slice(2);
if (!address) {
  console.error("usage: node web-ui.mjs <base address>");
  process.exit(2);
}

const StableDiffusionApi = api.StableDiffusionApi ?? api.default ?? api;
const client = new StableDiffusionApi({ baseUrl: address, timeout: 120_000, defaultStepCount: 8 });
const sizes = (result) => Promise.all(result.images.map(async (image) => {
  const { width, height } = await image.metadata();
  return [width, height];
}));

const samplers = await client.getSamplers();
await client.setModel("flux-1-dev");
const made = await client.txt2img({ prompt: "a red circle on a blue background", width: 128, height: 128, batch_size: 2, seed: 7 });

const init = sharp({ create: { width: 96, height: 128, channels: 3, background: { r: 20, g: 40, b: 220 } } }).png();
const redrawn = await client.img2img({ init_images: [init], prompt: "a yellow star", width: 128, height: 128, denoising_strength: 0.5, seed: 7 });

const long = client.txt2img({ prompt: "a green square", width: 512, height: 512, steps: 60 });
let progress = 0;
while (progress === 0) progress = (await client.getProgress()).progress;
await long;

let error = 0;
try {
  await client.txt2img({ prompt: "x", sampler_name: "nonesuch" });
} catch (failure) {
  error = failure.response.status;
}

console.log(JSON.stringify({
  samplers: samplers.length,
  model: await client.getCurrentModel(),
  images: await sizes(made),
  redrawn: await sizes(redrawn),
  seed: JSON.parse(made.info).seed,
  progress,
  error,
  ready: await client.waitForReady(0.2),
}));
process.exit(0);
