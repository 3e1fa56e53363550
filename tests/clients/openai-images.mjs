// Uses the images API with the npm package openai and prints what the client saw, as one line of JSON.
//
//   node openai-images.mjs <base address> <picture.png>
import fs from "node:fs";
import OpenAI, { toFile } from "openai";

const [address, picture] = process.argv.slice(2);
if (!address || !picture) {
  console.error("usage: node openai-images.mjs <base address> <picture.png>");
  process.exit(2);
}

const client = new OpenAI({ apiKey: process.env.GENAI_KEY ?? "none", baseURL: new URL("/v1", address).href, maxRetries: 0, timeout: 120_000 });
const model = "flux-1-dev";
const isPng = (b64) => Buffer.from(b64, "base64").subarray(1, 4).toString("latin1") === "PNG";
const failure = async (call) => {
  try {
    await call();
    return "no error";
  } catch (error) {
    return [error.constructor.name, error.code, error.param].filter((part) => part && part !== "model").join(" ");
  }
};

const models = [];
for await (const known of client.models.list()) models.push(known.id);

const three = await client.images.generate({ model, prompt: "a red circle", n: 3, size: "256x256", quality: "low" });
const linked = await client.images.generate({ model, prompt: "a red circle", size: "256x256", response_format: "url" });
const downloaded = Buffer.from(await (await fetch(linked.data[0].url)).arrayBuffer());

const events = [];
for await (const event of await client.images.generate({ model, prompt: "a green square", size: "256x256", stream: true, partial_images: 1 })) {
  events.push(event.type);
}

const edit = await client.images.edit({ model, prompt: "a yellow star", image: await toFile(fs.createReadStream(picture), "picture.png", { type: "image/png" }) });

console.log(JSON.stringify({
  models,
  pngs: three.data.filter((image) => isPng(image.b64_json)).length,
  url: downloaded.subarray(1, 4).toString("latin1") === "PNG",
  events,
  edited: isPng(edit.data[0].b64_json),
  error: await failure(() => client.images.generate({ model: "nonesuch", prompt: "x" })),
  bad: await failure(() => client.images.generate({ model, prompt: "x", n: 11 })),
}));
