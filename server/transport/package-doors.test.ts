import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenDoor } from "./dispatch.ts";
import { fromFetch, type DoorReply } from "./door-request.ts";
import { packageDoors } from "./package-doors.ts";

let folder: string;
let doors: ReadonlyMap<string, OpenDoor>;
const bytes = Buffer.from([0x1f, 0x8b, 1, 2, 3]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "archives-"));
  doors = new Map(packageDoors(folder));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const get = async (name: string, headers: Readonly<Record<string, string>> = {}): Promise<DoorReply> => {
  const path = `/packages/${name}.tgz`;
  const door = doors.get(path);
  if (!door) throw new Error(`nothing answers ${path}`);
  return door(fromFetch(new Request(`http://nexus.example${path}`, { headers }), "r"));
};

describe("the packages that a gateway hands out", () => {
  it("are said to be on their way while they are packed, and are there afterwards", async () => {
    await expect(get("nexus-client")).rejects.toMatchObject({ code: "OVERLOADED", retryAfterMs: 2_000 });
    await writeFile(join(folder, "nexus-client.tgz"), bytes);
    const reply = await get("nexus-client");
    expect(reply).toMatchObject({ status: 200, headers: { "content-type": "application/gzip" } });
    expect(reply.body).toEqual(bytes);
  });

  it("are not sent again to whoever has them", async () => {
    const { headers } = await get("nexus-client");
    const etag = headers["etag"] ?? "";
    expect(etag).toBe(`"${createHash("sha256").update(bytes).digest("base64url")}"`);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"])
      expect(await get("nexus-client", { "if-none-match": known })).toMatchObject({ status: 304, body: "" });
    expect(await get("nexus-client", { "if-none-match": '"other"' })).toMatchObject({ status: 200 });
  });

  it("are the three alone, each by its exact path", () => {
    expect([...doors.keys()]).toEqual([
      "/packages/nexus-client.tgz",
      "/packages/auth-client.tgz",
      "/packages/auth-middleware.tgz",
    ]);
    expect(packageDoors(undefined)).toEqual([]);
  });
});
