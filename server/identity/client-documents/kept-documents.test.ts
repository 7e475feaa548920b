import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openDocumentApps, type DocumentApps } from "../../../test/document-apps.ts";

let apps: DocumentApps;

beforeAll(async () => {
  apps = await openDocumentApps();
});
afterAll(() => apps.close());
beforeEach(() => apps.enter());

test("a document that was refused is not asked for again at once, and is once it is mended", async () => {
  const id = apps.site.describe("/mended.json", { client_secret: "s" });
  for (let round = 0; round < 3; round += 1) expect((await apps.begin(id)).status).toBe(400);
  expect(apps.site.asked("/mended.json")).toBe(1);
  apps.site.describe("/mended.json");
  apps.auth.clock.advance(11_000);
  expect((await apps.begin(id)).status).toBe(303);
});

test("a document is kept for as long as its server says, an hour at most, and a minute at least", async () => {
  const serve = (path: string, control: string): string => {
    const id = apps.site.describe(path);
    const body = JSON.stringify({ client_id: id, redirect_uris: [`${apps.site.origin}/callback`] });
    const headers = { "content-type": "application/json", "cache-control": control };
    return apps.site.answer(path, (_, to) => to.writeHead(200, headers).end(body));
  };
  const paths = [
    ["/none.json", "no-store", [1, 2, 3, 4]],
    ["/some.json", "public, max-age=300", [1, 1, 2, 3]],
    ["/most.json", "max-age=999999999", [1, 1, 1, 2]],
  ] as const;
  const ids = paths.map(([path, control]) => serve(path, control));
  for (const [round, advance] of [0, 70_000, 250_000, 3_300_000].entries()) {
    apps.auth.clock.advance(advance);
    await apps.enter();
    for (const id of [...ids, ...ids]) expect((await apps.begin(id)).status).toBe(303);
    for (const [path, , counts] of paths) expect(apps.site.asked(path), `${path} ${round}`).toBe(counts[round]);
  }
});

test("of many requests at once one asks for the document", async () => {
  const id = apps.site.describe("/crowd.json");
  const answers = await Promise.all(Array.from({ length: 20 }, () => apps.begin(id)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
  expect(apps.site.asked("/crowd.json")).toBe(1);
});
