import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../platform/logger.ts";
import { programFile } from "../platform/own-files.ts";
import { startChild } from "./child.ts";

/** The vendor emulators and the mailbox, on loopback. */
export interface SandboxVendors {
  readonly url: string;
  /** `host:port` of its servers, for the egress allow-list. */
  readonly hosts: readonly string[];
  /** What a vendor's platform default is seeded with, by vendor id. */
  readonly vendors: ReadonlyMap<string, SeededSecret>;
  /** Takes the mail of development, by SMTP, and shows it. */
  readonly mailbox: SandboxMailbox;
  readonly stop: (deadlineMs: number) => Promise<void>;
}

export interface SandboxMailbox {
  readonly url: string;
  readonly smtpUrl: string;
}

/** A vendor's platform default, as it is stored at the first start. */
interface SeededSecret {
  readonly secret: Readonly<Record<string, string>>;
  readonly baseUrl: string;
}

interface StartSandboxVendors {
  readonly port: number;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
}

interface Announcement {
  readonly port: number;
  readonly baseUrls: Readonly<Record<string, string>>;
  readonly acting: Readonly<Record<string, SeededSecret>>;
  readonly mail: SandboxMailbox;
}

const isMailbox = (value: unknown): value is SandboxMailbox =>
  typeof value === "object" &&
  value !== null &&
  "url" in value &&
  typeof value.url === "string" &&
  "smtpUrl" in value &&
  typeof value.smtpUrl === "string";

const isSecret = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "baseUrl" in value &&
  typeof value.baseUrl === "string" &&
  "secret" in value &&
  typeof value.secret === "object";

const isAnnouncement = (value: unknown): value is Announcement =>
  typeof value === "object" &&
  value !== null &&
  "port" in value &&
  typeof value.port === "number" &&
  "baseUrls" in value &&
  typeof value.baseUrls === "object" &&
  value.baseUrls !== null &&
  "acting" in value &&
  typeof value.acting === "object" &&
  value.acting !== null &&
  Object.values(value.acting).every(isSecret) &&
  "mail" in value &&
  isMailbox(value.mail);

const readyMs = 15_000;

/** Of the sandbox's log, of which two are kept: some hundred thousand requests. */
const logMaxBytes = 64 * 1024 * 1024;

/** Not a secret: the emulators accept any key of this form. */
const sandboxKey = "sk-sandbox-accepts-any-key";

export const startSandboxVendors = async ({
  port,
  dataDir,
  env,
  log,
}: StartSandboxVendors): Promise<SandboxVendors> => {
  const logFile = join(dataDir, "sandbox.jsonl");
  // It holds what was asked: made here, before the sandbox would make it readable to others.
  await (await open(logFile, "a", 0o600)).close();
  const announced = Promise.withResolvers<Announcement>();
  let output = "";
  const child = startChild({
    name: "sandbox",
    file: programFile("sandbox/main.ts"),
    args: [
      "--port",
      String(port),
      "--log",
      logFile,
      "--log-max-bytes",
      String(logMaxBytes),
      "--pace-ms",
      "15",
      "--mail",
    ],
    env,
    log,
    onOutput: (text) => {
      output += text;
      for (const line of output.split("\n")) {
        try {
          const parsed: unknown = JSON.parse(line);
          if (isAnnouncement(parsed)) announced.resolve(parsed);
        } catch {
          // Not the line we wait for.
        }
      }
      output = output.slice(-4_096);
    },
  });
  const failed = child.ready.then(
    () => new Promise<never>(() => undefined),
    () => {
      const inUse = output.includes("EADDRINUSE");
      throw Object.assign(
        new Error(inUse ? `port ${port} is in use` : `the sandbox did not start: ${output.slice(-500)}`),
        inUse ? { code: "EADDRINUSE", port } : {},
      );
    },
  );
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error("the sandbox did not start in time")), readyMs).unref();
  });
  try {
    const { port: bound, baseUrls, acting, mail } = await Promise.race([announced.promise, failed, late]);
    const host = `127.0.0.1:${bound}`;
    const answering = Object.entries(baseUrls).map(
      ([vendor, baseUrl]) => [vendor, { secret: { apiKey: sandboxKey }, baseUrl }] as const,
    );
    const vendors = new Map([...answering, ...Object.entries(acting)]);
    return {
      url: `http://${host}`,
      hosts: [...new Set([host, ...[...vendors.values()].map(({ baseUrl }) => new URL(baseUrl).host)])],
      vendors,
      mailbox: mail,
      stop: child.stop,
    };
  } catch (error) {
    await child.stop(1_000);
    throw error;
  }
};
