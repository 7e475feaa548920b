import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { NexusClient } from "@topolo/nexus-client";
import type { Command } from "commander";
import { isUnderWay } from "../contracts/batch-status.ts";
import { endpointIn, endpointOf, lineOf, requestsIn } from "./batch-lines.ts";
import { askForId, type AskDoor, type CallGateway } from "./call-gateway.ts";
import { CliError } from "./cli-error.ts";
import { saveNew } from "./save-new.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { bytesIn, uploadPath } from "./upload-path.ts";
import { formatUsd } from "./usd.ts";
import { wholeNumber } from "./whole-number.ts";

type View = Awaited<ReturnType<NexusClient["ai"]["batches"]["get"]["query"]>>;

interface Json {
  readonly json?: boolean;
}

interface ListOptions extends Json {
  readonly provider?: string;
  readonly before?: string;
  readonly limit: string;
}

interface CreateOptions extends Json {
  readonly endpoint?: string;
  readonly metadata?: readonly string[];
  readonly wait?: boolean;
  readonly app?: string;
}

const fileId = /^file_[0-9a-f]{32}$/;

const usd = (nanos: string): string => `$${formatUsd(BigInt(nanos))}`;

const done = ({ counts: { total, succeeded, failed, cancelled, expired } }: View): string =>
  [
    `${succeeded} of ${total} answered`,
    ...Object.entries({ failed, cancelled, expired })
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${what}`),
  ].join(", ");

const money = ({ costNanoUsd, heldNanoUsd }: View): string =>
  costNanoUsd === null ? `set aside ${usd(heldNanoUsd)}` : `cost ${usd(costNanoUsd)}`;

const told = (batch: View): string =>
  [
    `${batch.id}: ${batch.status}, ${done(batch)}`,
    ...batch.faults.map(({ code, message, line }) => `${line === null ? "" : `line ${line}: `}${message} (${code})`),
    `${batch.endpoint} by ${batch.provider}/${batch.model}, under a credential of ${batch.credentialTier}`,
    money(batch),
    `begun ${batch.createdAt}, ended ${batch.endedAt ?? "–"}, app ${batch.appId ?? "–"}, person ${batch.userId ?? "–"}`,
    ...Object.entries(batch.metadata).map(([key, value]) => `${key}: ${value}`),
  ].join("\n");

const heads = ["ID", "STATUS", "ANSWERED", "FAILED", "OF", "MODEL", "COST", "BEGUN"];

const rowOf = (batch: View): string[] => [
  batch.id,
  batch.status,
  batch.counts.succeeded.toString(),
  batch.counts.failed.toString(),
  batch.counts.total.toString(),
  `${batch.provider}/${batch.model}`,
  batch.costNanoUsd === null ? `up to ${usd(batch.heldNanoUsd)}` : usd(batch.costNanoUsd),
  batch.createdAt.slice(0, 16).replace("T", " "),
];

const metadataOf = (pairs: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(
    pairs.map((pair) => {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (key === undefined || value === undefined)
        throw new CliError(`--metadata takes a key and a value, as farm=north, not "${pair}".`);
      return [key, value];
    }),
  );

/** Anthropic takes requests in one body, a line of the file each. */
const beginMessages = async (ask: AskDoor, path: string): Promise<string> => {
  const parts: Buffer[] = [];
  let n = 0;
  for await (const text of createInterface({ input: createReadStream(path) })) {
    n += 1;
    if (text.trim() === "") continue;
    if (lineOf(text) === undefined) throw new CliError(`Line ${n} of ${path} is no JSON object.`);
    parts.push(Buffer.from(parts.length === 0 ? text : `,${text}`));
  }
  const body = Buffer.concat([Buffer.from('{"requests":['), ...parts, Buffer.from("]}")]);
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    yield body;
  }
  return askForId(ask, {
    method: "POST",
    path: "/v1/messages/batches",
    headers: { "anthropic-version": "2023-06-01", "content-type": "application/json" },
    streamed: { byteLength: body.byteLength, chunks: chunks() },
  });
};

/** What the door of Anthropic's batches takes at once. */
const mostMessageBytes = 32 * 1024 * 1024;

const begin = async (
  nexus: NexusClient,
  ask: AskDoor,
  from: string,
  { endpoint: asked, metadata: pairs }: CreateOptions,
): Promise<View> => {
  const metadata = metadataOf(pairs);
  if (fileId.test(from)) {
    const endpoint = endpointOf(asked ?? "/v1/chat/completions");
    return nexus.ai.batches.create.mutate({ endpoint, fileId: from, metadata });
  }
  const bytes = await bytesIn(from);
  const endpoint = asked === undefined ? await endpointIn(from) : endpointOf(asked);
  if (endpoint !== "/v1/messages") {
    const { id } = await uploadPath(nexus, ask, from, { provider: "openai", purpose: "batch" });
    return nexus.ai.batches.create.mutate({ endpoint, fileId: id, metadata });
  }
  if (Object.keys(metadata).length > 0) throw new CliError("--metadata is for OpenAI's batches.");
  if (bytes > mostMessageBytes)
    throw new CliError(`${from} has ${bytes} bytes; ${mostMessageBytes} fit into a batch of messages.`);
  return nexus.ai.batches.get.query({ batchId: await beginMessages(ask, from) });
};

/** The most that one can cost; a file is read here, and neither sent nor kept. */
const estimateBatchOf = async (nexus: NexusClient, from: string, asked: string | undefined) => {
  if (fileId.test(from))
    return nexus.ai.estimate.mutate({
      createBatch: { endpoint: endpointOf(asked ?? "/v1/chat/completions"), fileId: from },
    });
  await bytesIn(from);
  const endpoint = asked === undefined ? await endpointIn(from) : endpointOf(asked);
  return nexus.ai.estimate.mutate({ createBatch: { endpoint, requests: await requestsIn(from) } });
};

const lookEveryMs = 3_000;

const untilOver = async (nexus: NexusClient, begun: View): Promise<View> => {
  let batch = begun;
  while (isUnderWay(batch.status)) {
    await pause(lookEveryMs);
    batch = await nexus.ai.batches.get.query({ batchId: batch.id });
  }
  return batch;
};

const outputsOf = ({ id, endpoint, answersFileId, errorsFileId }: View): readonly string[] =>
  endpoint === "/v1/messages"
    ? [`/v1/messages/batches/${id}/results`]
    : [answersFileId, errorsFileId].flatMap((file) => (file === null ? [] : [`/v1/files/${file}/content`]));

const newline = 10;

/** The answers in the vendor's own lines, and behind them what was not answered. */
async function* linesOf(ask: AskDoor, paths: readonly string[]): AsyncGenerator<Uint8Array, void, void> {
  let last = newline;
  for (const path of paths) {
    if (last !== newline) yield Uint8Array.of(newline);
    for await (const chunk of (await ask({ method: "GET", path })).body) {
      last = chunk.at(-1) ?? last;
      yield chunk;
    }
  }
}

/** `nexus batches list|show|create|estimate|results|cancel`: many requests at once, which a vendor carries out within a day. */
export const batchCommands = (program: Command, { say }: Terminal, withClient: CallGateway): void => {
  const batches = program.command("batches").description("many requests at once, which a vendor carries out in a day");

  batches
    .command("list")
    .description("the organization's batches, newest first")
    .option("--provider <vendor>", "those of this vendor alone")
    .option("--before <batch-id>", "those older than this one")
    .option("--limit <n>", "at most so many", "20")
    .option("--json", "one JSON object")
    .action(({ json, limit, ...asked }: ListOptions) =>
      withClient(async (nexus) => {
        const found = await nexus.ai.batches.list.query({ ...asked, limit: wholeNumber("--limit", limit) });
        if (json === true) return say(JSON.stringify(found));
        const last = found.batches.at(-1)?.id;
        if (last === undefined) return say("There are no batches.");
        say(table(heads, found.batches.map(rowOf), ["ANSWERED", "FAILED", "OF"]));
        if (found.more) say(`There are older ones: --before ${last}`);
      }),
    );

  batches
    .command("show <batch-id>")
    .description("where one stands")
    .option("--json", "one JSON object")
    .action((batchId: string, { json }: Json) =>
      withClient(async (nexus) => {
        const batch = await nexus.ai.batches.get.query({ batchId });
        say(json === true ? JSON.stringify(batch) : told(batch));
      }),
    );

  batches
    .command("create <path-or-file-id>")
    .description("begin one of a file of JSON Lines, a request each; the most that it can cost is set aside")
    .option("--endpoint <path>", "what the requests are for; as the file's first says where absent")
    .option("--metadata <key=value...>", "kept with the batch")
    .option("--wait", "until it has ended")
    .option("--app <id>", "the app in whose name it is begun")
    .option("--json", "one JSON object")
    .action((from: string, options: CreateOptions) =>
      withClient(async (nexus, ask) => {
        const begun = await begin(nexus, ask, from, options);
        const batch = options.wait === true ? await untilOver(nexus, begun) : begun;
        say(options.json === true ? JSON.stringify(batch) : told(batch));
      }, options.app),
    );

  batches
    .command("estimate <path-or-file-id>")
    .description(
      "the most that one of these requests can cost, which is what would be set aside for it; nothing is sent",
    )
    .option("--endpoint <path>", "what the requests are for; as the file's first says where absent")
    .option("--json", "one JSON object")
    .action((from: string, { endpoint, json }: Json & { readonly endpoint?: string }) =>
      withClient(async (nexus) => {
        const most = await estimateBatchOf(nexus, from, endpoint);
        if (json === true) return say(JSON.stringify(most));
        say(`At most ${usd(most.boundNanoUsd)}: ${most.vendor}/${most.model}, paid by ${most.credentialTier}.`);
      }),
    );

  batches
    .command("results <batch-id>")
    .description("fetch the answers to one that has ended, in its vendor's own lines")
    .option("--out <path>", "where to; a new file of its id where absent")
    .option("--app <id>", "the app in whose name they are read")
    .action((batchId: string, { out, app }: { readonly out?: string; readonly app?: string }) =>
      withClient(async (nexus, ask) => {
        const batch = await nexus.ai.batches.get.query({ batchId });
        if (isUnderWay(batch.status)) throw new CliError(`${batch.id} has not ended yet: it is ${batch.status}.`);
        const paths = outputsOf(batch);
        if (paths.length === 0) throw new CliError(`There are no answers.\n${told(batch)}`);
        const path = out ?? `${batch.id}.jsonl`;
        await saveNew(linesOf(ask, paths), path);
        say(`${done(batch)}. Written to ${path}.`);
      }, app),
    );

  batches
    .command("cancel <batch-id>")
    .description("cancel one; what was answered by then is charged")
    .option("--app <id>", "the app in whose name it is cancelled")
    .option("--json", "one JSON object")
    .action((batchId: string, { app, json }: Json & { readonly app?: string }) =>
      withClient(async (nexus) => {
        const batch = await nexus.ai.batches.cancel.mutate({ batchId });
        say(json === true ? JSON.stringify(batch) : told(batch));
      }, app),
    );
};
