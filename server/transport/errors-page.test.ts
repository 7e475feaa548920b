import { expect, it } from "vitest";
import { errorTable, NexusError, type ErrorCode } from "../errors.ts";
import { publicErrorOf } from "./encode-error.ts";
import { errorsPage } from "./errors-page.ts";
import type { DoorRequest } from "./door-request.ts";

const request: DoorRequest = {
  method: "GET",
  path: "/docs/errors",
  search: "",
  query: new URLSearchParams(),
  header: () => undefined,
  headerValues: () => [],
  body: async () => Buffer.alloc(0),
  signal: new AbortController().signal,
  remoteAddress: "",
  requestId: "req_1",
};

const isCode = (name: string): name is ErrorCode => Object.hasOwn(errorTable, name);

it("has the place that the docs of every error point to", async () => {
  const { body } = await errorsPage(request);
  for (const code of Object.keys(errorTable).filter(isCode)) {
    const { docs } = publicErrorOf(new NexusError(code), "req_1");
    const { protocol, pathname, hash } = new URL(docs);
    expect([protocol, pathname]).toEqual(["http:", request.path]);
    expect(body).toContain(`<tr id="${hash.slice(1)}">`);
  }
});
