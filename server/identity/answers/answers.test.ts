import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth } from "../../../test/auth-server.ts";
import { allAuthCalls } from "../../../test/auth-calls/all-auth-calls.ts";
import { callAddressOf, type AuthCalls } from "../../../test/auth-calls/auth-call.ts";
import { openAuthWorld, type AuthWorld } from "../../../test/auth-calls/auth-world.ts";
import { answerTable } from "./answer-table.ts";
import { restRoutes } from "./rest-routes.ts";
import { RevocationFeedLine } from "./service-answers.ts";

let world: AuthWorld;
let calls: AuthCalls;

beforeAll(async () => {
  world = await openAuthWorld(startTestAuth);
  calls = await allAuthCalls(world);
}, 60_000);
afterAll(() => world.close());

/** A feed: its answer ends after a minute. */
const feed = "GET /api/revocations";

test("every operation has its line in the table, and no other route has one", () => {
  const declared = restRoutes.map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(answerTable).toSorted(), "server/identity/answers/answer-table.ts").toEqual(declared.toSorted());
});

test("every operation is called", () => {
  expect(Object.keys(calls).toSorted()).toEqual(
    Object.keys(answerTable)
      .filter((route) => route !== feed)
      .toSorted(),
  );
});

// The caller of the tests refuses whatever is not, to the last field, as declared.
test("every operation does what it is asked, and answers as declared", async () => {
  const refused: string[] = [];
  for (const [route, call] of Object.entries(calls)) {
    const { body, headers } = call;
    const [method = ""] = route.split(" ");
    const answer = await world.auth.call(method, callAddressOf(route, call), {
      headers,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 300) refused.push(`${route}: ${answer.status} ${answer.text}`);
  }
  expect(refused).toEqual([]);
});

test("the feed of revocations has a declared form, line by line", async () => {
  const controller = new AbortController();
  const { body } = await fetch(world.auth.url + feed.slice(4), {
    headers: await world.service("srv_nexus"),
    signal: controller.signal,
  });
  const first = await body?.getReader().read();
  controller.abort();
  const [line = ""] = Buffer.from(first?.value ?? [])
    .toString("utf8")
    .split("\n");
  expect(RevocationFeedLine.parse(JSON.parse(line))).toHaveProperty("cursor");
});

test("an answer with a field too many, a field too few or another status is refused by the tests' caller", async () => {
  const { requireDeclaredAnswer } = await import("../../../test/declared-answers.ts");
  const type = "application/json";
  const answered = (status: number, body: object) => () =>
    requireDeclaredAnswer("POST", "/password/reset?x=1", { status, type, text: JSON.stringify(body) });
  expect(answered(200, { reset: true })).not.toThrow();
  for (const wrong of [
    answered(200, { reset: true, id: "x" }),
    answered(200, {}),
    answered(201, { reset: true }),
    answered(400, {}),
  ])
    expect(wrong).toThrow("POST /password/reset");
});
