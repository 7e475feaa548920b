import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { NexusClient } from "@topolo/nexus-client";
import type { Command } from "commander";
import { videoResolutions, type VideoResolution } from "../contracts/video-status.ts";
import type { CallGateway } from "./call-gateway.ts";
import { CliError } from "./cli-error.ts";
import { saveNew } from "./save-new.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { wholeNumber } from "./whole-number.ts";

type View = Awaited<ReturnType<NexusClient["ai"]["videos"]["get"]["query"]>>;
type Start = Parameters<NexusClient["ai"]["videos"]["start"]["mutate"]>[0];

interface Json {
  readonly json?: boolean;
}

interface StartOptions extends Json {
  readonly seconds?: string;
  readonly resolution?: string;
  readonly aspectRatio?: string;
  readonly image?: string;
  readonly seed?: string;
  readonly wait?: boolean;
  readonly app?: string;
}

const usd = (nanos: string): string => `$${(Number(nanos) / 1e9).toFixed(4)}`;

const told = (video: View): string =>
  [
    `${video.id}: ${video.status}, ${video.durationSeconds} s at ${video.resolution}, by ${video.provider}/${video.model}`,
    ...(video.fault === null ? [] : [`${video.fault.code}: ${video.fault.message}`]),
    video.costNanoUsd === null ? `set aside ${usd(video.heldNanoUsd)}` : `cost ${usd(video.costNanoUsd)}`,
    `started ${video.createdAt}, ended ${video.endedAt ?? "–"}, app ${video.appId ?? "–"}, person ${video.userId ?? "–"}`,
  ].join("\n");

const heads = ["ID", "STATUS", "LENGTH", "RESOLUTION", "MODEL", "COST", "STARTED"];

const rowOf = (video: View): string[] => [
  video.id,
  video.status,
  `${video.durationSeconds} s`,
  video.resolution,
  `${video.provider}/${video.model}`,
  video.costNanoUsd === null ? `up to ${usd(video.heldNanoUsd)}` : usd(video.costNanoUsd),
  video.createdAt.slice(0, 16).replace("T", " "),
];

const resolutionOf = (text: string): VideoResolution => {
  const known = videoResolutions.find((one) => one === text);
  if (known !== undefined) return known;
  throw new CliError(`--resolution is one of ${videoResolutions.join(", ")}, not "${text}".`);
};

const ratios = ["16:9", "9:16", "1:1"] as const;

const ratioOf = (text: string): NonNullable<Start["aspectRatio"]> => {
  const known = ratios.find((one) => one === text);
  if (known !== undefined) return known;
  throw new CliError(`--aspect-ratio is one of ${ratios.join(", ")}, not "${text}".`);
};

const types = { ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp" } as const;

const imageAt = async (path: string): Promise<NonNullable<Start["image"]>> => {
  const mediaType = Object.entries(types).find(([ending]) => ending === extname(path).toLowerCase())?.[1];
  if (mediaType === undefined) throw new CliError(`--image takes a PNG, JPEG or WebP, not ${path}.`);
  const data = await readFile(path, "base64").catch(() => {
    throw new CliError(`${path} is no file that can be read.`);
  });
  return { mediaType, data };
};

const isOver = ({ status }: View): boolean => status !== "queued" && status !== "in_progress";

/** Videos take a minute or some. */
const lookEveryMs = 3_000;

const untilOver = async (nexus: NexusClient, begun: View): Promise<View> => {
  let video = begun;
  while (!isOver(video)) {
    await pause(lookEveryMs);
    video = await nexus.ai.videos.get.query({ videoId: video.id });
  }
  return video;
};

/** `nexus videos start|list|show|cancel|download`: videos that vendors make for the organization. */
export const videoCommands = (program: Command, { say }: Terminal, withClient: CallGateway): void => {
  const videos = program.command("videos").description("videos that vendors make for the organization");

  videos
    .command("start <model> <prompt>")
    .description("have one made; the most that it can cost is set aside until it is")
    .option("--seconds <n>", "how long; the model's usual length where absent")
    .option("--resolution <720p|1080p|4k>", "720p where absent")
    .option("--aspect-ratio <ratio>", "16:9, 9:16 or 1:1")
    .option("--image <path>", "the first frame: a PNG, JPEG or WebP")
    .option("--seed <n>", "the same video again, at vendors that can")
    .option("--wait", "until it is made")
    .option("--app <id>", "the app in whose name it is made")
    .option("--json", "one JSON object")
    .action(
      (
        model: string,
        prompt: string,
        { seconds, resolution, aspectRatio, image, seed, wait, app, json }: StartOptions,
      ) =>
        withClient(async (nexus) => {
          const begun = await nexus.ai.videos.start.mutate({
            model,
            prompt,
            ...(seconds === undefined ? {} : { durationSeconds: wholeNumber("--seconds", seconds) }),
            ...(resolution === undefined ? {} : { resolution: resolutionOf(resolution) }),
            ...(aspectRatio === undefined ? {} : { aspectRatio: ratioOf(aspectRatio) }),
            ...(image === undefined ? {} : { image: await imageAt(image) }),
            ...(seed === undefined ? {} : { seed: wholeNumber("--seed", seed) }),
          });
          const video = wait === true ? await untilOver(nexus, begun) : begun;
          say(json === true ? JSON.stringify(video) : told(video));
        }, app),
    );

  videos
    .command("list")
    .description("the organization's videos, newest first")
    .option("--provider <vendor>", "those of this vendor alone")
    .option("--before <video-id>", "those older than this one")
    .option("--limit <n>", "at most so many", "20")
    .option("--json", "one JSON object")
    .action(
      ({
        json,
        limit,
        ...asked
      }: Json & { readonly provider?: string; readonly before?: string; readonly limit: string }) =>
        withClient(async (nexus) => {
          const found = await nexus.ai.videos.list.query({ ...asked, limit: wholeNumber("--limit", limit) });
          if (json === true) return say(JSON.stringify(found));
          const last = found.videos.at(-1)?.id;
          if (last === undefined) return say("There are no videos.");
          say(table(heads, found.videos.map(rowOf)));
          if (found.more) say(`There are older ones: --before ${last}`);
        }),
    );

  videos
    .command("show <video-id>")
    .description("where one stands")
    .option("--json", "one JSON object")
    .action((videoId: string, { json }: Json) =>
      withClient(async (nexus) => {
        const video = await nexus.ai.videos.get.query({ videoId });
        say(json === true ? JSON.stringify(video) : told(video));
      }),
    );

  videos
    .command("cancel <video-id>")
    .description("cancel one that is not made yet, where its vendor can")
    .option("--app <id>", "the app in whose name it is cancelled")
    .option("--json", "one JSON object")
    .action((videoId: string, { app, json }: Json & { readonly app?: string }) =>
      withClient(async (nexus) => {
        const video = await nexus.ai.videos.cancel.mutate({ videoId });
        say(json === true ? JSON.stringify(video) : told(video));
      }, app),
    );

  videos
    .command("download <video-id>")
    .description("fetch one that is made")
    .option("--out <path>", "where to; a new file of its id where absent")
    .option("--app <id>", "the app in whose name it is read")
    .action((videoId: string, { out, app }: { readonly out?: string; readonly app?: string }) =>
      withClient(async (_nexus, ask) => {
        const path = out ?? `${videoId}.mp4`;
        const { body } = await ask({ method: "GET", path: `/v1/videos/${encodeURIComponent(videoId)}/content` });
        await saveNew(body, path);
        say(`Written to ${path}.`);
      }, app),
    );
};
