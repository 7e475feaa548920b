import { basename } from "node:path";
import type { NexusClient } from "@topolo/nexus-client";
import type { Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { wholeNumber } from "./whole-number.ts";
import { saveNew } from "./save-new.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { uploadPath } from "./upload-path.ts";

type View = Awaited<ReturnType<NexusClient["ai"]["files"]["get"]["query"]>>;

interface Json {
  readonly json?: boolean;
}

interface ListOptions extends Json {
  readonly provider?: string;
  readonly purpose?: string;
  readonly before?: string;
  readonly limit: string;
}

interface UploadOptions extends Json {
  readonly provider: string;
  readonly purpose?: string;
  readonly mediaType?: string;
  readonly name?: string;
  readonly expiresAfter?: string;
  readonly app?: string;
}

const minute = (at: string): string => at.slice(0, 16).replace("T", " ");

const heads = ["ID", "NAME", "BYTES", "TYPE", "KEPT BY", "FOR", "UPLOADED", "UNTIL"];

const marks = {
  active: "",
  processing: " (looks into it)",
  failed: " (cannot read it)",
} as const;

const rowOf = (file: View): string[] => [
  file.id,
  file.filename,
  file.bytes.toString(),
  file.mediaType,
  `${file.provider}${marks[file.state]}${file.available ? "" : " (key gone)"}`,
  file.purpose,
  minute(file.createdAt),
  file.expiresAt === null ? "–" : minute(file.expiresAt),
];

const told = (file: View): string =>
  [
    `${file.id}: ${file.filename}, ${file.bytes} bytes of ${file.mediaType}${file.seconds === null ? "" : `, ${file.seconds} s`}`,
    `kept by ${file.provider} for ${file.purpose}, under a credential of ${file.credentialTier}${file.available ? "" : ", which is gone"}`,
    `uploaded ${file.createdAt}, app ${file.appId ?? "–"}, person ${file.userId ?? "–"}`,
    `state: ${file.state}`,
    `kept until ${file.expiresAt ?? "it is deleted"}`,
  ].join("\n");

/** `nexus files list|show|upload|delete|download`: files that vendors keep for the organization. */
export const fileCommands = (program: Command, { say }: Terminal, withClient: CallGateway): void => {
  const files = program.command("files").description("files that vendors keep for the organization");

  files
    .command("list")
    .description("the organization's files, newest first")
    .option("--provider <vendor>", "those of this vendor alone")
    .option("--purpose <purpose>", "those that were uploaded for this alone")
    .option("--before <file-id>", "those older than this one")
    .option("--limit <n>", "at most so many", "50")
    .option("--json", "one JSON object")
    .action(({ json, limit, ...asked }: ListOptions) =>
      withClient(async (nexus) => {
        const found = await nexus.ai.files.list.query({ ...asked, limit: wholeNumber("--limit", limit) });
        if (json === true) return say(JSON.stringify(found));
        const last = found.files.at(-1)?.id;
        if (last === undefined) return say("There are no files.");
        say(table(heads, found.files.map(rowOf), ["BYTES"]));
        if (found.more) say(`There are older ones: --before ${last}`);
      }),
    );

  files
    .command("show <file-id>")
    .description("what is known of one")
    .option("--json", "one JSON object")
    .action((fileId: string, { json }: Json) =>
      withClient(async (nexus) => {
        const file = await nexus.ai.files.get.query({ fileId });
        say(json === true ? JSON.stringify(file) : told(file));
      }),
    );

  files
    .command("upload <path>")
    .description("give a file to a vendor, so that calls can refer to it; free")
    .option("--provider <vendor>", "who is to keep it", "openai")
    .option("--purpose <purpose>", "what the vendor is told that it is for; user_data where absent")
    .option("--media-type <type>", "its IANA media type; by its name where absent")
    .option("--name <name>", "under another name")
    .option("--expires-after <seconds>", "the vendor deletes it then; kept where absent")
    .option("--app <id>", "the app in whose name it is uploaded")
    .option("--json", "one JSON object")
    .action((path: string, { provider, purpose, expiresAfter, app, json, ...given }: UploadOptions) =>
      withClient(async (nexus, ask) => {
        const file = await uploadPath(nexus, ask, path, {
          provider,
          purpose,
          filename: given.name,
          mediaType: given.mediaType,
          expiresAfterSeconds: expiresAfter === undefined ? undefined : wholeNumber("--expires-after", expiresAfter),
        });
        say(json === true ? JSON.stringify(file) : told(file));
      }, app),
    );

  files
    .command("delete <file-id>")
    .description("delete it, at its vendor too")
    .option("--forget", "where the credential that holds it is gone: remove it here, while its vendor keeps it")
    .option("--app <id>", "the app in whose name it is deleted")
    .option("--json", "one JSON object")
    .action((fileId: string, { forget, app, json }: Json & { readonly forget?: boolean; readonly app?: string }) =>
      withClient(async (nexus) => {
        const gone = await nexus.ai.files.delete.mutate({
          fileId,
          unreachable: forget === true ? "forget" : "refuse",
        });
        if (json === true) return say(JSON.stringify(gone));
        say(gone.atVendor ? `${gone.id} is deleted.` : `${gone.id} is removed here; its vendor keeps it.`);
      }, app),
    );

  files
    .command("download <file-id>")
    .description("fetch its contents from its vendor, where it gives them back")
    .option("--out <path>", "where to; a new file of its name where absent")
    .option("--app <id>", "the app in whose name it is read")
    .action((fileId: string, { out, app }: { readonly out?: string; readonly app?: string }) =>
      withClient(async (nexus, ask) => {
        const { filename, id } = await nexus.ai.files.get.query({ fileId });
        const path = out ?? basename(filename);
        const { body } = await ask({ method: "GET", path: `/v1/files/${id}/content` });
        await saveNew(body, path);
        say(`Written to ${path}.`);
      }, app),
    );
};
