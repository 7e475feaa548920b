import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { freePorts } from "../../../test/free-ports.ts";
import { openMailBench, outgoingMail, type MailBench } from "../../../test/mail-bench.ts";
import { readMail, richMail, whatArrives } from "./rich-mail.ts";
import { findProgram, startMailServer } from "./mail-server.ts";

// Postfix's `smtp-sink` (Debian: postfix) takes mail, and fails as it is told. It is not ours, so it is no echo of what
// we believe of SMTP.
const binary = findProgram("smtp-sink");

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Sink {
  readonly bench: MailBench;
  readonly baseUrl: string;
  /** Every message that was taken, as it came. */
  readonly taken: () => Promise<Buffer[]>;
}

/** A sink with options of its own, and the adapter that may send to it. */
const openSink = async (options: readonly string[]): Promise<Sink> => {
  const [port = 0] = await freePorts(1);
  const folder = await mkdtemp(join(tmpdir(), "smtp-sink-"));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  // It refuses to run as root, and writes as the user that it becomes.
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  await chmod(folder, 0o777);
  const all = [...options, ...user, "-d", join(folder, "mail."), `127.0.0.1:${port}`, "16"];
  closing.push(await startMailServer({ program: binary ?? "", options: all, port }));
  const bench = await openMailBench([`127.0.0.1:${port}`]);
  closing.push(() => bench.close());
  const taken = async (): Promise<Buffer[]> =>
    Promise.all((await readdir(folder)).toSorted().map((name) => readFile(join(folder, name))));
  return { bench, baseUrl: `smtp://127.0.0.1:${port}`, taken };
};

describe.skipIf(binary === undefined)("mail to Postfix's smtp-sink (needs Debian's postfix)", () => {
  it("arrives once, and is what was asked for", async () => {
    const { bench, baseUrl, taken } = await openSink([]);
    const { result } = await bench.send("smtp", richMail, { baseUrl });
    expect(result.recipients.map(({ status }) => status)).toEqual(["accepted", "accepted"]);
    const [message = Buffer.of(), ...more] = await taken();
    expect(more).toEqual([]);
    expect(message.toString("utf8").match(/^X-Rcpt-Args:.*$/gm)).toHaveLength(2);
    // It notes the envelope in the message, and that is all that names whoever had a blind copy.
    const withoutNotes = message.toString("latin1").replace(/^X-(?:Mail|Rcpt)-Args:.*\r?\n/gm, "");
    expect(await readMail(Buffer.from(withoutNotes, "latin1"))).toEqual(whatArrives);
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
