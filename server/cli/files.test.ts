import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { lookAtVideos } from "../../test/look-at-videos.ts";
import { runCli } from "./run-cli.ts";

let world: ListeningGateway;
let folder: string;
let credential: string;

beforeAll(async () => {
  world = await openListeningGateway();
  ({ credential } = world.issue());
  folder = await mkdtemp(join(tmpdir(), "nexus-cli-files-"));
  await writeFile(join(folder, "lines.jsonl"), '{"a":1}\n');
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const nexus = (...args: readonly string[]) => run("files", ...args);

const run = async (...args: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli({
    args,
    environment: { NEXUS_DATA_DIR: folder, PORT: world.port.toString(), NEXUS_API_KEY: credential },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal: new AbortController().signal,
  });
  return { code, out: out.join(""), err: err.join("") };
};
const idIn = (text: string): string => /file_[0-9a-f]{32}/.exec(text)?.[0] ?? "";

test("a file goes to its vendor, is listed, shown and fetched, and is deleted there", async () => {
  expect((await nexus("list")).out).toBe("There are no files.\n");
  const path = join(folder, "lines.jsonl");
  const made = await nexus("upload", path, "--purpose", "fine-tune", "--expires-after", "3600");
  expect(made).toMatchObject({ code: 0, err: "" });
  const id = idIn(made.out);
  expect(made.out).toContain(`${id}: lines.jsonl, 8 bytes of text/plain\nkept by openai for fine-tune`);
  expect((await nexus("show", id)).out).toBe(made.out);
  expect((await nexus("list", "--provider", "openai")).out).toMatch(new RegExp(`^ID .*\\n${id} +lines\\.jsonl +8 `));
  const copy = join(folder, "copy.jsonl");
  expect((await nexus("download", id, "--out", copy)).out).toBe(`Written to ${copy}.\n`);
  expect(await readFile(copy, "utf8")).toBe('{"a":1}\n');
  expect((await nexus("download", id, "--out", copy)).err).toContain("is there already");
  expect((await nexus("delete", id, "--forget")).out).toBe(`${id} is deleted.\n`);
  expect(await nexus("show", id)).toMatchObject({ code: 1, err: expect.stringContaining(`There is no file '${id}'.`) });
});

test.each(["openai", "anthropic"])("one that is too large for the typed API is streamed to %s", async (provider) => {
  const path = join(folder, "large.txt");
  await writeFile(path, Buffer.alloc(12_000_001, "line of text\n"));
  const made = await nexus("upload", path, "--provider", provider, "--name", "notes.txt", "--json");
  expect(JSON.parse(made.out)).toMatchObject({ filename: "notes.txt", bytes: 12_000_001, provider });
});

test("what is refused is said in words", async () => {
  const path = join(folder, "lines.jsonl");
  expect((await nexus("upload", join(folder, "none.txt"))).err).toContain("none.txt is no file that can be read.");
  expect((await nexus("upload", path, "--purpose", "fun")).err).toContain("purpose: one of user_data");
  expect((await nexus("upload", path, "--expires-after", "soon")).err).toContain("takes a whole number");
  expect((await nexus("list", "--before", "x")).err).toContain("before: ");
  const { out } = await nexus("upload", path, "--purpose", "user_data");
  // The vendor gives such files back to nobody.
  const refused = await nexus("download", idIn(out), "--out", join(folder, "no.txt"));
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("Not allowed to download") });
});

test("a video is started, listed, shown and fetched once it is made", async () => {
  expect((await run("videos", "list")).out).toBe("There are no videos.\n");
  const model = "google/veo-3.1-lite-generate-preview";
  expect((await run("videos", "start", model, "A boat", "--resolution", "8k")).err).toContain("720p, 1080p, 4k");
  const made = await run("videos", "start", model, "A boat", "--seconds", "4", "--aspect-ratio", "9:16");
  expect(made).toMatchObject({ code: 0, err: "" });
  const id = /video_[0-9a-f]{32}/.exec(made.out)?.[0] ?? "";
  expect(made.out).toContain(`${id}: queued, 4 s at 720p, by ${model}\nset aside $0.2000`);
  expect((await run("videos", "cancel", id)).err).toContain("cannot be cancelled");
  for (let looks = 0; looks < 4; looks += 1) await lookAtVideos(world);
  expect((await run("videos", "show", id)).out).toContain(`${id}: completed, 4 s at 720p, by ${model}\ncost $0.2000`);
  expect((await run("videos", "list")).out).toMatch(new RegExp(`^ID .*\\n${id} +completed +4 s +720p`));
  const copy = join(folder, "boat.mp4");
  expect((await run("videos", "download", id, "--out", copy)).out).toBe(`Written to ${copy}.\n`);
  expect((await readFile(copy)).toString("latin1", 4, 8)).toBe("ftyp");
});
