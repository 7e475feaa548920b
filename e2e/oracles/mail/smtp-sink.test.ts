import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import PostalMime from "postal-mime";
import { afterEach, describe, expect, it } from "vitest";
import { openMailBench, outgoingMail, type MailBench } from "../../../test/mail-bench.ts";

// Postfix's `smtp-sink` (Debian: postfix) takes mail, and fails as it is told. It is not ours, so it is no echo of what
// we believe of SMTP.
const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
const binary = folders.map((folder) => join(folder, "smtp-sink")).find((file) => existsSync(file));

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill();
  await gone;
};

interface Sink {
  readonly bench: MailBench;
  readonly baseUrl: string;
  /** Every message that was taken, as it came. */
  readonly taken: () => Promise<Buffer[]>;
}

/** A sink with options of its own, and the adapter that may send to it. */
const openSink = async (options: readonly string[]): Promise<Sink> => {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "smtp-sink-"));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  // It refuses to run as root, and writes as the user that it becomes.
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  await chmod(folder, 0o777);
  const all = [...options, ...user, "-d", join(folder, "mail."), `127.0.0.1:${port}`, "16"];
  const child = spawn(binary ?? "", all, { stdio: "ignore" });
  closing.push(() => end(child));
  while (child.exitCode === null && !(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 20));
  if (child.exitCode !== null) throw new Error(`smtp-sink ended with ${child.exitCode}`);
  const bench = await openMailBench([`127.0.0.1:${port}`]);
  closing.push(() => bench.close());
  const taken = async (): Promise<Buffer[]> =>
    Promise.all((await readdir(folder)).toSorted().map((name) => readFile(join(folder, name))));
  return { bench, baseUrl: `smtp://127.0.0.1:${port}`, taken };
};

const references = Array.from({ length: 12 }, (_, at) => `<message-${at}-${"x".repeat(40)}@example.org>`).join(" ");
const rich = outgoingMail({
  from: { address: "app@xn--bcher-kva.example", name: 'Äpp "Quote", Ltd. <x>' },
  to: [{ address: "ann@example.org", name: "Ann, the 2nd" }],
  bcc: [{ address: "secret@example.org", name: undefined }],
  subject: `Größe ${"– 日本 ".repeat(60)}`.trim(),
  text: ".\n..\nline\n.",
  html: '<p>Ü</p><img src="cid:logo@x">',
  headers: { "X-Nexus-Operation": "0190-operation", References: references },
  attachments: [
    {
      filename: "Größe – 日本.pdf",
      content: Buffer.from([0, 13, 10, 46, 13, 10, 255]).toString("base64"),
      contentType: "application/pdf",
    },
  ],
});

describe.skipIf(binary === undefined)("mail to Postfix's smtp-sink (needs Debian's postfix)", () => {
  it("arrives once, and is what was asked for", async () => {
    const { bench, baseUrl, taken } = await openSink([]);
    const { result } = await bench.send("smtp", rich, { baseUrl });
    expect(result.recipients.map(({ status }) => status)).toEqual(["accepted", "accepted"]);
    const [message = Buffer.of(), ...more] = await taken();
    expect(more).toEqual([]);
    expect(message.toString("utf8").match(/^X-Rcpt-Args:.*$/gm)).toHaveLength(2);
    const parsed = await PostalMime.parse(message);
    expect(parsed).toMatchObject({
      from: rich.from,
      to: [{ address: "ann@example.org", name: "Ann, the 2nd" }],
      subject: rich.subject,
      messageId: rich.messageId,
    });
    expect(parsed.text?.replaceAll("\r\n", "\n").trimEnd()).toBe(rich.text);
    expect(parsed.headers.find(({ key }) => key === "references")?.value.replaceAll(/\s+/g, " ")).toBe(references);
    expect(parsed.headers.some(({ key, value }) => key === "bcc" || value.includes("secret@"))).toBe(
      parsed.headers.some(({ key }) => key === "x-rcpt-args"),
    );
    const files = parsed.attachments.map(({ filename, content }) => [
      filename,
      typeof content === "string" ? content : Buffer.from(new Uint8Array(content)).toString("base64"),
    ]);
    expect(files).toEqual(rich.attachments.map(({ filename, content }) => [filename, content]));
  });

  it.each([
    ["connect", "not_sent"],
    ["ehlo", "not_sent"],
    ["mail", "not_sent"],
    ["rcpt", "not_sent"],
    ["data", "not_sent"],
    [".", "unknown"],
  ])("a connection that ends at %s is %s", async (command, kind) => {
    const { bench, baseUrl } = await openSink(["-q", command]);
    expect((await bench.failure(bench.send("smtp", outgoingMail(), { baseUrl }))).kind).toBe(kind);
  });

  it.each([
    ["-r", "mail", "PROVIDER_UNAVAILABLE"],
    ["-r", "rcpt", "PROVIDER_UNAVAILABLE"],
    ["-r", "data", "PROVIDER_UNAVAILABLE"],
    ["-r", ".", "PROVIDER_UNAVAILABLE"],
    ["-f", "mail", "PROVIDER_REJECTED"],
    ["-f", "rcpt", "PROVIDER_REJECTED"],
    ["-f", "data", "PROVIDER_REJECTED"],
    ["-f", ".", "PROVIDER_REJECTED"],
  ])("a refusal (%s %s) is definite, whenever it comes", async (option, command, code) => {
    const { bench, baseUrl } = await openSink([option, command]);
    const failure = await bench.failure(bench.send("smtp", outgoingMail(), { baseUrl }));
    expect(failure).toMatchObject({ kind: "refused", code });
  });
});
